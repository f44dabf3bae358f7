import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import type { Journal } from './Journal';
import { MockLink } from './MockLink';
import type { PlayedController } from './PlayedController';
import type { ScenarioConfig } from './Scenario';
import { Wire } from './Wire';

/** The controller of one scenario. */
export class MockController implements PlayedController {
  readonly name = 'mock';
  readonly channelCount: number;
  readonly txDone: TxDoneMethod;
  declare readonly txPollPeriod?: number;
  readonly wires: readonly Wire[];
  /** What the next link answers when it is started. */
  startupRet = 0;

  private readonly links = new Map<number, MockLink>();

  constructor(
    cfg: ScenarioConfig,
    readonly correlation: Correlation,
    journal: Journal,
    private readonly tellsRoom: boolean,
  ) {
    this.channelCount = cfg.chans;
    this.txDone = cfg.mode === 'irq+poll' ? 'irq' : cfg.mode;
    if (cfg.mode === 'poll') this.txPollPeriod = cfg.pollMs;
    this.wires = Array.from({ length: cfg.chans }, (_, ch) => new Wire(ch, cfg, correlation, journal));
  }

  translate(which: number | string): number {
    if (typeof which === 'number') return which;
    if (!/^ch\d+$/.test(which)) throw new RangeError(`no channel is named ${which}`);
    return Number(which.slice(2));
  }

  open(index: number): MockLink {
    const link = new MockLink(this.wire(index), this.tellsRoom);
    link.startupRet = this.startupRet;
    this.links.set(index, link);
    return link;
  }

  wire(ch: number): Wire {
    const wire = this.wires[ch];
    if (!wire) throw new RangeError(`channel ${ch}; expected 0 to ${this.channelCount - 1}`);
    return wire;
  }

  /** The link that the channel's last owner was given, which may be stopped by now. */
  link(ch: number): MockLink | undefined {
    return this.links.get(ch);
  }
}
