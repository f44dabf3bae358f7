import { EMPTY, Observable, VirtualTimeScheduler, type Subscriber } from 'rxjs';
import { Mailbox, TxFailedError, txCancel, txTimeout, type Transmission, type TxReceipt } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

/** A cold Observable of one receipt, and what ends its oldest subscription. */
export interface Source {
  source$: Observable<TxReceipt<string>>;
  done(ack: string): void;
  fail(reason: unknown): void;
  /** How many subscriptions there have been, and how many are neither done nor left. */
  count(): { started: number; pending: number };
  /** Set by the test: called when a subscription is left before its outcome. */
  onLeft?: () => void;
}

/** `atOnce`: done with `ack` from inside `subscribe()`. */
export type MakeSource = (options?: { atOnce?: string }) => Source;

/** What RxJS itself would do: the measure. */
const observable: MakeSource = ({ atOnce } = {}) => {
  let started = 0;
  const pending = new Map<number, Subscriber<TxReceipt<string>>>();
  const oldest = (): [number, Subscriber<TxReceipt<string>>] => [...pending][0]!;
  const source: Source = {
    source$: new Observable((subscriber) => {
      const token = ++started;
      if (atOnce !== undefined) {
        subscriber.next({ token, ack: atOnce });
        return subscriber.complete();
      }
      pending.set(token, subscriber);
      return () => {
        if (pending.delete(token)) source.onLeft?.();
      };
    }),
    done(ack) {
      const [token, subscriber] = oldest();
      pending.delete(token);
      subscriber.next({ token, ack });
      subscriber.complete();
    },
    fail(reason) {
      const [token, subscriber] = oldest();
      pending.delete(token);
      subscriber.error(new TxFailedError('sent', reason));
    },
    count: () => ({ started, pending: pending.size }),
  };
  return source;
};

type Policy = (source$: Transmission<string>) => Observable<TxReceipt<string>>;

const transmission =
  (policy: Policy): MakeSource =>
  ({ atOnce } = {}) => {
    const controller = new ScriptedController<string, string, string>({
      window: 100,
      abort: true,
      ...(atOnce !== undefined && { onSend: (_message, token, link) => link.txDone({ token, ack: atOnce }) }),
    });
    // Its clocks stand still: nothing here is about time.
    const channel = new Mailbox(controller, { scheduler: new VirtualTimeScheduler() }).requestChannel(0);
    const link = controller.link();
    const abort = link.abort!;
    Object.assign(link, { abort: (token: number) => (abort(token), source.onLeft?.()) });
    // What was aborted is not outstanding any more.
    const pending = () => link.outstanding.filter(({ token }) => !link.aborted.includes(token));
    const source: Source = {
      source$: policy(channel.send('A')),
      done: (ack) => link.txDone({ token: pending()[0]!.token, ack }),
      fail: (error) => link.txDone({ token: pending()[0]!.token, error }),
      count: () => ({ started: link.sent.length, pending: pending().length }),
    };
    return source;
  };

/** The same for each: an Observable of RxJS, by which the others are measured, and Transmissions. */
export const sources: [string, MakeSource][] = [
  ['an Observable', observable],
  ['a Transmission', transmission((source$) => source$)],
  [
    'a Transmission with policies',
    transmission((source$) => source$.pipe(txTimeout(10), txCancel(new AbortController().signal), txCancel(EMPTY))),
  ],
];
