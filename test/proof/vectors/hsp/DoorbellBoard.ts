import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, MailboxLink, TxDoneMethod } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp, type HspDoorbell, type TegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters } from 'rx-mailbox/testing';
import type { Journal } from '../Journal';
import type { Message } from '../MockLink';
import type { PlayedController } from '../PlayedController';
import type { ScenarioConfig } from '../Scenario';
import { DoorbellPlayedLink } from './DoorbellPlayedLink';
import { DoorbellWire } from './DoorbellWire';

/** One block, and another processor with a doorbell for each channel of a scenario, in place of the mock. */
export class DoorbellBoard implements PlayedController {
  readonly name = 'board';
  readonly channelCount: number;
  readonly txDone: TxDoneMethod = 'ack';
  readonly correlation: Correlation;
  /** Answers of other kinds than 0 are not played. */
  startupRet = 0;
  private readonly hsp: TegraHsp;
  private readonly others: readonly HspDoorbell[];
  private readonly wires: readonly DoorbellWire[];
  private readonly links = new Map<number, DoorbellPlayedLink>();

  /** @param tellsRoom - Whether links say `ready`; the kernel's controllers have no word for it. */
  constructor(
    cfg: ScenarioConfig,
    journal: Journal,
    private readonly tellsRoom = true,
  ) {
    const turns = new VirtualTimeScheduler();
    turns.maxFrames = 0;
    const map = hspRegisters('tegra186', { mailboxes: 0, doorbells: 7 });
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler: turns });
    this.others = Array.from({ length: cfg.chans }, (_, ch) => ({ index: 3 + ch, master: 19 + ch }));
    this.wires = this.others.map((self, ch) => {
      const model = new HspModel(registers, { variant: 'tegra186', self, shared: 1 + ch, scheduler: turns });
      return new DoorbellWire(ch, cfg, journal, model, turns);
    });
    const doorbells = { ccplex: { index: 1, master: 17 }, ...Object.fromEntries(this.others.entries()) };
    this.hsp = createTegraHsp(registers, { variant: 'tegra186', doorbells, scheduler: turns });
    this.channelCount = cfg.chans;
    this.correlation = this.hsp.doorbells.correlation;
  }

  translate(which: number | string): number {
    return typeof which === 'number' ? which : Number(/^ch(\d+)$/.exec(which)?.[1]);
  }

  open(index: number): MailboxLink<Message, number, number> {
    const link = new DoorbellPlayedLink(this.wire(index), this.hsp.doorbells.open(this.others[index]!.master), this.tellsRoom);
    this.links.set(index, link);
    return link;
  }

  wire(ch: number): DoorbellWire {
    const wire = this.wires[ch];
    if (!wire) throw new RangeError(`channel ${ch}; expected 0 to ${this.channelCount - 1}`);
    return wire;
  }

  link(ch: number): DoorbellPlayedLink | undefined {
    return this.links.get(ch);
  }
}
