import { Observable, Subject, takeUntil, type OperatorFunction, type Subscriber } from 'rxjs';
import { insideOf, type Channel } from '../Channel';
import { assertInteger } from '../contract/checks';
import type { OpenChannel } from '../channel/OpenChannel';
import { TxRecord } from '../channel/TxRecord';
import type { TxReport } from '../contract/TxReceipt';
import { Fifo } from '../util/Fifo';

/**
 * Sends every value of the source and reports what became of it.
 *
 * Unlike `mergeMap(m => channel.send(m))` it does not end with the first message that fails: failures are reports, too. Unlike
 * `source$.subscribe(channel)` it never overruns the queue by itself: no more of its messages are pending than `concurrency`, and the rest
 * of the source waits here, without a bound.
 *
 * **Cancellation**: unsubscribing leaves all of its messages that are pending.
 *
 * @typeParam Tx - The messages.
 * @typeParam Ack - What a tx-done carries.
 * @param channel - Where to send. Its failures, and even its close, end nothing but the messages concerned.
 * @param concurrency - How many messages may be pending; an integer >= 1, default: the channel's window.
 * @returns An operator from messages to reports, in the order in which they settle. Errors: only the source's own.
 * @throws TypeError, RangeError - if an argument is wrong.
 * @example Send the lines of a file
 * {@includeCode ../../test/unit/operators/sendTo.test.ts#example}
 */
export function sendTo<Tx, Ack>(channel: Channel<Tx, unknown, Ack>, concurrency?: number): OperatorFunction<Tx, TxReport<Tx, Ack>> {
  const inside = insideOf(channel);
  if (concurrency !== undefined) assertInteger('concurrency', concurrency, 1);
  const most = concurrency ?? inside.settings.window;
  return (messages) => new Observable((subscriber) => sendAll(messages, inside, most, subscriber));
}

// Written by hand, not with mergeMap: that one shifts an array for each value, which takes minutes for a source of 10⁶ that is synchronous.
function sendAll<Tx, Ack>(
  messages: Observable<Tx>,
  channel: OpenChannel<Tx, unknown, Ack>,
  most: number,
  subscriber: Subscriber<TxReport<Tx, Ack>>,
): void {
  const waiting = new Fifo<Tx>();
  const pending = new Set<TxRecord<Tx, Ack>>();
  const stop = new Subject<void>();
  let ended = false;
  let sending = false;

  const send = (message: Tx): void => {
    const settled = (): void => {
      pending.delete(record);
      // A message that was refused has taken no token on its way, and every report has one.
      if (record.token === 0) record.token = channel.machine.takeToken();
      subscriber.next(record.report());
      sendMore();
    };
    const record = new TxRecord<Tx, Ack>(channel, message, { next: settled, error: settled });
    pending.add(record);
    channel.transmit(record);
  };
  // A loop, so that messages that are refused one after the other do not grow the stack.
  const sendMore = (): void => {
    if (sending) return;
    sending = true;
    while (waiting.length > 0 && pending.size < most && !subscriber.closed) send(waiting.shift());
    sending = false;
    if (ended && waiting.length === 0 && pending.size === 0) subscriber.complete();
  };

  subscriber.add(() => {
    stop.next();
    for (const record of pending) record.unsubscribe();
  });
  // By way of takeUntil: it can stop a source that emits without end while it is being subscribed.
  messages.pipe(takeUntil(stop)).subscribe({
    next: (message) => {
      waiting.push(message);
      sendMore();
    },
    error: (error: unknown) => subscriber.error(error),
    complete: () => {
      ended = true;
      sendMore();
    },
  });
}
