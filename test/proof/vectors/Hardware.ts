import type { Correlation } from 'rx-mailbox';
import type { Recorder } from './Recorder';
import type { MockLink } from './MockLink';
import type { ScenarioConfig } from './Scenario';

/** A message that the hardware holds. */
export interface Held {
  readonly msg: string;
  readonly token: number;
  readonly link: MockLink;
}

/**
 * The hardware behind one channel. It outlives the channel's owners: what an earlier one handed over is still in it.
 *
 * Everything it does is in the recording before the channel hears of it, which is what makes the recording the truth.
 */
export class Hardware {
  /** Accepted and not ended, oldest first. */
  readonly outstanding: Held[] = [];
  readonly received: number[] = [];
  /** What `lastTxDone` reads. */
  register = false;
  private refusal = 0;
  private refusalOnce = 0;

  constructor(
    readonly ch: number,
    readonly cfg: ScenarioConfig,
    readonly correlation: Correlation,
    readonly recorder: Recorder,
  ) {}

  get able(): boolean {
    return this.refusal === 0 && (this.cfg.depth === 0 || this.outstanding.length < this.cfg.depth);
  }

  refuse(errno: number): void {
    this.refusal = errno;
  }

  refuseOnce(errno: number): void {
    this.refusalOnce = errno;
  }

  /** Returns what `send_data` returns: 0, or an error number. */
  take(held: Held): number {
    const once = this.refusalOnce;
    this.refusalOnce = 0;
    const ret = once !== 0 ? -once : this.able ? 0 : -(this.refusal || 16);
    this.recorder.write('send', this.ch, held.msg, ret);
    if (ret !== 0) return ret;
    this.outstanding.push(held);
    if (this.cfg.autoBusy) this.register = false;
    return 0;
  }

  /** Ends the oldest message; undefined if there is none. */
  end(status: number): Held | undefined {
    const held = this.outstanding.shift();
    if (held) {
      this.recorder.write('hw', this.ch, held.msg, status);
      held.link.ended.set(held.token, status);
    }
    return held;
  }

  /** Loses the oldest message, silently. */
  drop(): void {
    const held = this.outstanding.shift();
    if (held) this.recorder.write('drop', this.ch, held.msg);
  }

  setRegister(done: boolean): void {
    this.register = done;
    if (done) while (this.end(0));
  }
}
