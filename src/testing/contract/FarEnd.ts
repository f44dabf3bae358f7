import { equal } from '../assertDeepEqual';
import type { ControllerDevice } from './ControllerFixture';
import { MessageCounter } from './MessageCounter';
import { PeerDevice } from './PeerDevice';

/** The other end of one channel, and which of its messages have been taken. */
export class FarEnd<Tx, Rx> {
  /** Whether messages are taken while the test waits. False: the test decides when. */
  takesWhileWaiting = true;
  /** Indices in `arrived`. */
  readonly finished = new Set<number>();

  constructor(
    readonly device: ControllerDevice<Tx, Rx>,
    /** Whether tx-dones come from the application (`'ack'`). */
    private readonly byApplication: () => boolean,
    private readonly acknowledge: (message: Tx) => void,
  ) {}

  get peer(): PeerDevice<Tx, Rx> | undefined {
    return this.device instanceof PeerDevice ? (this.device as PeerDevice<Tx, Rx>) : undefined;
  }

  /** Whether tests decide when a message is taken. */
  get canFinish(): boolean {
    return this.device.finish !== undefined || this.byApplication();
  }

  get arrived(): readonly Tx[] {
    return this.device.arrived;
  }

  finish(nth: number): void {
    this.finished.add(nth);
    this.device.finish?.(nth);
    if (this.byApplication()) this.acknowledge(this.arrived[nth]!);
  }

  fail(nth: number, reason: Error): void {
    this.finished.add(nth);
    this.device.fail!(nth, reason);
  }

  proceed(): void {
    this.peer?.proceed();
    if (!this.takesWhileWaiting || !this.canFinish) return;
    // Only what is there now: a broken controller may answer each by sending it once more, for ever.
    const { length } = this.arrived;
    for (let nth = 0; nth < length; nth++) if (!this.finished.has(nth)) this.finish(nth);
  }

  /** How often each message has arrived until now. */
  counter(): MessageCounter<Tx> {
    return new MessageCounter(this.arrived);
  }

  /** Whether this message has been taken, so that a tx-done of it is justified. */
  hasTaken(message: Tx): boolean {
    const { peer, arrived, finished, canFinish } = this;
    // Backwards, because it is usually among the latest.
    for (let nth = (peer?.returned ?? arrived.length) - 1; nth >= 0; nth--) {
      if ((peer !== undefined || !canFinish || finished.has(nth)) && equal(arrived[nth], message)) return true;
    }
    return false;
  }
}
