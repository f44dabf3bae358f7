import type { PollAnswer, Polled } from './Polled';
import type { SentMessage } from './SentMessage';

/**
 * What a scripted link was called for, and what came of it.
 *
 * @typeParam Tx - Messages to send.
 * @typeParam Ack - What a tx-done carries.
 */
export abstract class LinkRecord<Tx, Ack> {
  /** Every message that was accepted, in order. */
  readonly sent: SentMessage<Tx>[] = [];
  /** Every attempt that was answered `'busy'`. */
  readonly refused: SentMessage<Tx>[] = [];
  /**
   * Messages accepted and not taken yet, oldest first. `down()` and a `reset` that completes empty it. An `'ack'` link has no tx-done of
   * its own, so there a message stays.
   */
  readonly outstanding: SentMessage<Tx>[] = [];
  /** Tokens that `abort` was called with. */
  readonly aborted: number[] = [];
  /** Tokens that `lastTxDone` was asked about, and when. */
  readonly polled: Polled[] = [];
  /** What `lastTxDone` answers, by token; `false` for any other. */
  readonly pollAnswers = new Map<number, PollAnswer<Ack>>();
  /** Limits that `flush` was called with, in milliseconds. */
  readonly flushed: number[] = [];
  /** How often `reset` was subscribed. */
  resets = 0;
  /** How often `events$` was subscribed. */
  started = 0;
  /** How often `events$` was unsubscribed, which includes its own error and completion. */
  stopped = 0;

  /** The clock of every `at`. */
  protected abstract now(): number;

  /** Sets what `lastTxDone` answers about this message from now on. */
  setLastTxDone(token: number, answer: PollAnswer<Ack>): void {
    this.pollAnswers.set(token, answer);
  }

  /** What `lastTxDone` does. */
  protected answerPoll(token: number): PollAnswer<Ack> {
    this.polled.push({ token, at: this.now() });
    const answer = this.pollAnswers.get(token) ?? false;
    if (answer !== false) this.removeOutstanding(token);
    return answer;
  }

  /** Without a token: the oldest. */
  protected removeOutstanding(token: number | undefined): void {
    const at = token === undefined ? 0 : this.outstanding.findIndex((entry) => entry.token === token);
    if (at >= 0) this.outstanding.splice(at, 1);
  }

  /** The device has forgotten them all. */
  protected dropOutstanding(): void {
    this.outstanding.length = 0;
  }
}
