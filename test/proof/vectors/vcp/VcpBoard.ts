import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, MailboxLink, TxDoneMethod } from 'rx-mailbox';
import { createMtkVcp } from 'rx-mailbox/mtk-vcp';
import type { Journal } from '../Journal';
import type { Message } from '../MockLink';
import type { PlayedController } from '../PlayedController';
import type { ScenarioConfig } from '../Scenario';
import { VcpPlayedLink } from './VcpPlayedLink';
import { VcpWire } from './VcpWire';

/** As many VCP mailboxes as a scenario has channels, each with its own controller, registers and model, in place of the mock. */
export class VcpBoard implements PlayedController {
  readonly name = 'board';
  readonly channelCount: number;
  readonly txDone: TxDoneMethod = 'poll';
  readonly correlation: Correlation = 'tagged';
  readonly txPollPeriod: number;
  /** Answers of other kinds than 0 are not played. */
  startupRet = 0;
  /** Turns of the event loop, which take no time: the journal's clock is for the mailbox alone. */
  private readonly turns = new VirtualTimeScheduler();
  private readonly wires: readonly VcpWire[];
  private readonly mailboxes;
  private readonly links = new Map<number, VcpPlayedLink>();

  constructor(cfg: ScenarioConfig, journal: Journal) {
    this.channelCount = cfg.chans;
    this.txPollPeriod = cfg.pollMs;
    this.wires = Array.from({ length: cfg.chans }, (_, ch) => new VcpWire(ch, cfg, journal, this.turns));
    this.mailboxes = this.wires.map(({ registers }) =>
      createMtkVcp(registers, { txPollPeriod: cfg.pollMs, scheduler: this.turns, window: 1 }),
    );
  }

  translate(which: number | string): number {
    return typeof which === 'number' ? which : Number(/^ch(\d+)$/.exec(which)?.[1]);
  }

  open(index: number): MailboxLink<Message, number, number> {
    const link = new VcpPlayedLink(this.wire(index), this.mailboxes[index]!.open(0));
    this.links.set(index, link);
    return link;
  }

  wire(ch: number): VcpWire {
    const wire = this.wires[ch];
    if (!wire) throw new RangeError(`channel ${ch}; expected 0 to ${this.channelCount - 1}`);
    return wire;
  }

  link(ch: number): VcpPlayedLink | undefined {
    return this.links.get(ch);
  }
}
