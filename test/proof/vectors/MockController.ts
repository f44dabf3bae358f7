import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { Board } from './Board';
import type { Recorder } from './Recorder';
import { MockLink } from './MockLink';
import type { ScenarioConfig } from './Scenario';
import { Hardware } from './Hardware';

/** The controller of one scenario. */
export class MockController extends Board<Hardware, MockLink> {
  override readonly name = 'mock';
  readonly txDone: TxDoneMethod;
  declare readonly txPollPeriod?: number;
  protected readonly hardware: readonly Hardware[];

  constructor(
    cfg: ScenarioConfig,
    readonly correlation: Correlation,
    recorder: Recorder,
    private readonly tellsRoom: boolean,
  ) {
    super(cfg);
    this.txDone = cfg.mode === 'irq+poll' ? 'irq' : cfg.mode;
    if (cfg.mode === 'poll') this.txPollPeriod = cfg.pollMs;
    this.hardware = Array.from({ length: cfg.chans }, (_, ch) => new Hardware(ch, cfg, correlation, recorder));
  }

  override translate(which: number | string): number {
    if (typeof which === 'number') return which;
    if (!/^ch\d+$/.test(which)) throw new RangeError(`no channel is named ${which}`);
    return Number(which.slice(2));
  }

  protected connect(index: number): MockLink {
    const link = new MockLink(this.hardwareOf(index), this.tellsRoom);
    link.startupRet = this.startupRet;
    return link;
  }
}
