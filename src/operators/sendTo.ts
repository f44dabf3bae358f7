import { Observable, Subject, takeUntil, type OperatorFunction, type Subscriber } from 'rxjs';
import { insideOf, type Channel } from '../Channel';
import { assertInteger } from '../contract/checks';
import type { OpenChannel } from '../channel/OpenChannel';
import { PlaceQueue } from '../channel/PlaceQueue';
import { TxRecord } from '../channel/TxRecord';
import type { TxReport } from '../contract/TxReceipt';
import { Fifo } from '../util/Fifo';

/**
 * Sends every value of the source and reports what became of it.
 *
 * Unlike `mergeMap(m => channel.send(m))` it does not end with the first message that fails: failures are reports, too. Unlike
 * `source$.subscribe(channel)` it never meets a full queue: no more of its messages are pending than `concurrency`, and where the queue has no
 * place it waits for one. The rest of the source waits here, without a bound.
 *
 * **Cancellation**: unsubscribing leaves all of its messages that are pending; those that wait are not sent.
 *
 * @typeParam Tx - The messages.
 * @typeParam Ack - What a tx-done carries.
 * @param channel - Where to send. Its failures, and even its close, end nothing but the messages concerned.
 * @param concurrency - How many messages may be pending; an integer >= 1, default: the channel's window or the length of its queue,
 *   whichever is less, and at least 1.
 * @returns An operator from messages to reports, in the order in which they settle. Errors: only the source's own.
 * @throws TypeError, RangeError - if an argument is wrong.
 * @example Send the lines of a file
 * {@includeCode ../../test/unit/operators/sendTo.test.ts#example}
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the channel answers
export function sendTo<Tx, Ack>(channel: Channel<Tx, unknown, Ack, any>, concurrency?: number): OperatorFunction<Tx, TxReport<Tx, Ack>> {
  const inside = insideOf(channel);
  if (concurrency !== undefined) assertInteger('concurrency', concurrency, 1);
  return (messages) =>
    new Observable((subscriber) => {
      const sending = new Sending(inside, concurrency, subscriber);
      const stop = new Subject<void>();
      subscriber.add(() => {
        stop.next();
        sending.leave();
      });
      // By way of takeUntil: it can stop a source that emits without end while it is being subscribed.
      messages.pipe(takeUntil(stop)).subscribe({
        next: (message) => sending.next(message),
        error: (error: unknown) => subscriber.error(error),
        complete: () => sending.complete(),
      });
    });
}

/**
 * One subscription: what waits for a place, and what is pending on the channel.
 *
 * Not mergeMap, whose buffer is an array that it shifts: a source of 10⁶ values that is synchronous takes minutes.
 */
class Sending<Tx, Ack> {
  private readonly waiting = new Fifo<Tx>();
  private readonly pending = new Set<TxRecord<Tx, Ack>>();
  private ended = false;
  private draining = false;
  private waits = false;

  constructor(
    private readonly channel: OpenChannel<Tx, unknown, Ack>,
    private readonly concurrency: number | undefined,
    private readonly subscriber: Subscriber<TxReport<Tx, Ack>>,
  ) {}

  /** How many may be pending. The window may change. */
  private get most(): number {
    const { channel, concurrency } = this;
    return concurrency ?? Math.max(1, Math.min(channel.window, channel.settings.txQueueLength));
  }

  next(message: Tx): void {
    if (this.waiting.length === 0 && this.pending.size < this.most && this.channel.hasPlace) this.send(message);
    else {
      this.waiting.push(message);
      this.waitForPlace();
    }
  }

  complete(): void {
    this.ended = true;
    this.completeIfDone();
  }

  leave(): void {
    if (this.waits) this.channel.places?.leave(this.placeFree);
    for (const record of this.pending) record.unsubscribe();
  }

  private send(message: Tx): void {
    const settled = (): void => this.settled(record);
    const record = new TxRecord<Tx, Ack>(this.channel, message, { next: settled, error: settled });
    this.pending.add(record);
    this.channel.transmit(record);
  }

  private settled(record: TxRecord<Tx, Ack>): void {
    // A message that was refused has taken no token on its way, and every report has one.
    if (record.token === 0) record.token = this.channel.machine.takeToken();
    this.subscriber.next(record.report());
    // After its report: what is sent from inside a report goes after it.
    this.pending.delete(record);
    if (this.draining) return;
    this.drain();
    this.completeIfDone();
  }

  /** A loop, so that messages that are refused one after the other do not grow the stack. */
  private drain(): void {
    const { waiting, pending, subscriber } = this;
    this.draining = true;
    while (waiting.length > 0 && pending.size < this.most && !subscriber.closed && this.channel.hasPlace) this.send(waiting.shift());
    this.draining = false;
    this.waitForPlace();
  }

  /** Where there are more messages than places: the queue is full of others' messages, or down. */
  private waitForPlace(): void {
    const wait = this.waiting.length > 0 && this.pending.size < this.most && !this.subscriber.closed;
    if (wait === this.waits) return;
    this.waits = wait;
    const places = (this.channel.places ??= new PlaceQueue());
    if (wait) places.wait(this.placeFree);
    else places.leave(this.placeFree);
  }

  private readonly placeFree = (): void => {
    if (this.draining) return;
    this.drain();
    this.completeIfDone();
  };

  private completeIfDone(): void {
    if (this.ended && this.waiting.length === 0 && this.pending.size === 0) this.subscriber.complete();
  }
}
