import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { createMtkVcp } from 'rx-mailbox/mtk-vcp';
import { Board } from '../Board';
import type { Recorder } from '../Recorder';
import type { ScenarioConfig } from '../Scenario';
import { VcpPlayedLink } from './VcpPlayedLink';
import { VcpHardware } from './VcpHardware';
import { environment } from '../../../support/environment';

/** As many VCP mailboxes as a scenario has channels, each with its own controller, registers and model, in place of the mock. */
export class VcpBoard extends Board<VcpHardware, VcpPlayedLink> {
  readonly txDone: TxDoneMethod = 'poll';
  readonly correlation: Correlation = 'tagged';
  readonly txPollPeriod: number;
  /** Turns of the event loop, which take no time: the recorder's clock is for the mailbox alone. */
  private readonly turns = new VirtualTimeScheduler();
  protected readonly hardware: readonly VcpHardware[];
  private readonly mailboxes;

  constructor(cfg: ScenarioConfig, recorder: Recorder) {
    super(cfg);
    this.txPollPeriod = cfg.pollMs;
    this.hardware = Array.from({ length: cfg.chans }, (_, ch) => new VcpHardware(ch, cfg, recorder, this.turns));
    this.mailboxes = this.hardware.map(({ registers }) =>
      createMtkVcp(registers, { txPollPeriod: cfg.pollMs, scheduler: this.turns, window: 1 }),
    );
  }

  protected connect(index: number): VcpPlayedLink {
    return new VcpPlayedLink(this.hardwareOf(index), this.mailboxes[index]!.open(0, environment));
  }
}
