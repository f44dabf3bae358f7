import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, MailboxLink, TxDoneMethod } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp, type TegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters } from 'rx-mailbox/testing';
import type { Journal } from '../Journal';
import type { Message } from '../MockLink';
import type { PlayedController } from '../PlayedController';
import type { ScenarioConfig } from '../Scenario';
import { HspPlayedLink } from './HspPlayedLink';
import { HspWire } from './HspWire';

/** One block, with two mailboxes for each channel of a scenario, in place of the mock. */
export class HspBoard implements PlayedController {
  readonly name = 'board';
  readonly channelCount: number;
  readonly txDone: TxDoneMethod = 'irq';
  readonly correlation: Correlation;
  /** Answers of other kinds than 0 are not played. */
  startupRet = 0;
  private readonly hsp: TegraHsp;
  private readonly wires: readonly HspWire[];
  private readonly links = new Map<number, HspPlayedLink>();

  constructor(cfg: ScenarioConfig, journal: Journal) {
    // Turns of the event loop, which take no time: the journal's clock is for the mailbox alone.
    const turns = new VirtualTimeScheduler();
    turns.maxFrames = 0;
    const map = hspRegisters('tegra234', { mailboxes: 2 * cfg.chans, doorbells: 0 });
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler: turns });
    const receives = Object.fromEntries(Array.from({ length: cfg.chans }, (_, ch) => [2 * ch, 32 as const]));
    const model = new HspModel(registers, { variant: 'tegra234', receives, holds: true, scheduler: turns });
    this.hsp = createTegraHsp(registers, { variant: 'tegra234', scheduler: turns });
    this.channelCount = cfg.chans;
    this.correlation = this.hsp.mailboxes.correlation;
    this.wires = Array.from({ length: cfg.chans }, (_, ch) => new HspWire(ch, journal, registers, model, turns));
  }

  translate(which: number | string): number {
    return typeof which === 'number' ? which : Number(/^ch(\d+)$/.exec(which)?.[1]);
  }

  open(index: number): MailboxLink<Message, number, number> {
    const end = (which: string) => this.hsp.mailboxes.open(this.hsp.mailboxes.translate!(which));
    const link = new HspPlayedLink(this.wire(index), end(`sm:${2 * index}:tx`), end(`sm:${2 * index + 1}:rx`));
    this.links.set(index, link);
    return link;
  }

  wire(ch: number): HspWire {
    const wire = this.wires[ch];
    if (!wire) throw new RangeError(`channel ${ch}; expected 0 to ${this.channelCount - 1}`);
    return wire;
  }

  link(ch: number): HspPlayedLink | undefined {
    return this.links.get(ch);
  }
}
