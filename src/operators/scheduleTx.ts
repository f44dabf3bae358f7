import { Observable, Subject, takeUntil, type Observer, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { assertScheduler } from '../contract/checks';
import { assertCallbacks, assertChannelOptions, assertController, assertLink } from '../contract/controllerChecks';
import { channelSettings, methodOf, pollPeriod } from '../channel/settings';
import { ChannelGroup, controllerState } from '../channel/ChannelGroup';
import { monotonicScheduler } from '../time/monotonic';
import { OpenChannel } from '../channel/OpenChannel';
import { TxRecord } from '../channel/TxRecord';
import type { ChannelOptions } from '../contract/ChannelOptions';
import type { MailboxController } from '../contract/MailboxController';
import type { TxDoneMethod } from '../contract/TxDoneMethod';
import type { MailboxLink } from '../contract/MailboxLink';
import type { TxReceipt, TxReport } from '../contract/TxReceipt';

/**
 * A message to schedule, and whom to notify.
 *
 * @typeParam Tx - The message.
 * @typeParam Ack - What a tx-done carries.
 */
export interface TxRequest<Tx, Ack> {
  /** Passed on by identity, never copied. */
  readonly message: Tx;
  /**
   * Notified of this message's own outcome, after its report. A `Subscriber` also withdraws the message when it is unsubscribed, so that
   * `new Observable((sender) => requests.next({ message, sender }))` is a cold send. Without a sender there is only the report.
   */
  readonly sender?: Partial<Observer<TxReceipt<Ack>>>;
}

/**
 * What the operator needs to know of the link, and options for the queue. Names, units and defaults are those of `MailboxController` and
 * `ChannelOptions`.
 *
 * @typeParam Tx - The message.
 */
export interface ScheduleTxOptions<Tx>
  extends ChannelOptions<Tx>, Partial<Pick<MailboxController<Tx, unknown, unknown>, 'txDone' | 'correlation' | 'window' | 'txPollPeriod'>> {
  /** Where all time comes from, taken as it is; default: RxJS's timers and a monotonic clock. */
  scheduler?: SchedulerLike;
}

/**
 * Maps messages to what becomes of them: hands each to the link in its turn, and each tx-done to the sender it belongs to.
 *
 * It is what a `Channel` is made of, without the mailbox: for a link that no controller owns. A link serves one subscription at a time.
 * Subscribing starts the link up. When the source completes, what was accepted is drained and the result completes. When the source
 * errors, what is pending fails and the error follows. Only the tokens go on from one subscription to the next: a link never sees one
 * twice.
 *
 * **Cancellation**: unsubscribing shuts the link down; what is pending fails with `ChannelClosedError`, of which only its sender is notified.
 *
 * @typeParam Tx - The messages.
 * @typeParam Ack - What a tx-done carries.
 * @param link - The channel as its controller sees it.
 * @param options - See {@link ScheduleTxOptions}; defaults: `'irq'`, `'tagged'`, window 1, 20 waiting.
 * @returns An operator from requests to reports. Errors: the source's own, and what `events$` fails with while it is being subscribed.
 * @throws TypeError, RangeError - if the link or an option is wrong. `'ack'` is wrong here: there is nothing to acknowledge with.
 * @example
 * {@includeCode ../../test/unit/operators/scheduleTx.test.ts#example}
 * @see Linux: `msg_submit` and `tx_tick` in drivers/mailbox/mailbox.c
 */
export function scheduleTx<Tx, Ack>(
  link: MailboxLink<Tx, unknown, Ack, unknown>,
  options: ScheduleTxOptions<Tx> = {},
): OperatorFunction<TxRequest<Tx, Ack>, TxReport<Tx, Ack>> {
  assertChannelOptions(options);
  const { scheduler = monotonicScheduler, txDone = 'irq', correlation = 'tagged', window, txPollPeriod } = options;
  assertScheduler('options.scheduler', scheduler);
  const controller: MailboxController<Tx, unknown, Ack, unknown> = {
    name: options.name ?? 'link',
    channelCount: 1,
    txDone,
    correlation,
    ...(window !== undefined && { window }),
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    open: () => link,
  };
  assertController(controller, 'options');
  // There is nothing to call acknowledge() on.
  if (txDone === 'ack') throw new TypeError("options.txDone is 'ack'; expected 'irq' or 'poll'");
  if (options.knowsTxDone) throw new TypeError('options.knowsTxDone is true; expected false or nothing');
  const settings = { ...channelSettings(controller, checkedMethod(controller, link), options), name: controller.name };
  const state = controllerState(link as object);
  return (requests) =>
    new Observable((subscriber) => {
      const group = new ChannelGroup(scheduler, pollPeriod(controller), state);
      const channel = new OpenChannel(link, settings, group, 0);
      let failure: { error: unknown } | undefined;
      channel.streams.reports$.subscribe({
        next: (report) => subscriber.next(report),
        error: (error: unknown) => subscriber.error(error),
        complete: () => (failure ? subscriber.error(failure.error) : subscriber.complete()),
      });
      subscriber.add(() => channel.close());
      try {
        channel.open();
      } catch (error) {
        subscriber.error(error);
        return;
      }
      const stop = new Subject<void>();
      subscriber.add(() => stop.next());
      // By way of takeUntil: it can stop a source that emits without end while it is being subscribed.
      requests.pipe(takeUntil(stop)).subscribe({
        next: ({ message, sender }) => {
          if (sender === undefined) channel.post(message);
          else {
            const record = new TxRecord<Tx, Ack>(channel, message, sender);
            if ('add' in sender) (sender as { add(teardown: TxRecord<Tx, Ack>): void }).add(record);
            channel.transmit(record);
          }
        },
        error: (error: unknown) => {
          failure = { error };
          channel.close({ cause: error });
        },
        complete: () => channel.drain(),
      });
    });
}

function checkedMethod(controller: { readonly txDone: TxDoneMethod }, link: { readonly txDone?: TxDoneMethod }): TxDoneMethod {
  assertLink(link);
  const method = methodOf(controller, link);
  if (method === 'ack') throw new TypeError("link.txDone is 'ack'; expected 'irq' or 'poll'");
  assertCallbacks(link, method);
  return method;
}
