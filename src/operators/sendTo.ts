import { mergeMap, Observable, type OperatorFunction } from 'rxjs';
import { insideOf, type Channel } from '../Channel';
import { assertInteger } from '../contract/checks';
import { TxRecord } from '../channel/TxRecord';
import type { TxReport } from '../contract/TxReceipt';

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
  return mergeMap(
    (message: Tx) =>
      new Observable<TxReport<Tx, Ack>>((subscriber) => {
        const settled = (): void => {
          // A message that was refused has taken no token on its way, and every report has one.
          if (record.token === 0) record.token = inside.machine.takeToken();
          subscriber.next(record.report());
          subscriber.complete();
        };
        const record = new TxRecord<Tx, Ack>(inside, message, { next: settled, error: settled });
        subscriber.add(record);
        inside.transmit(record, undefined);
      }),
    concurrency ?? inside.settings.window,
  );
}
