import type { SendAsyncOptions } from '../Channel';
import type { TxReceipt } from '../TxReceipt';
import { assertObject, show } from './assert';
import { CancelPolicy, isAbortSignal } from './CancelPolicy';
import { assertLimits, TimeoutPolicy } from './TimeoutPolicy';
import type { TxPolicy } from './TxPolicy';
import type { TxPort } from './TxPort';
import { TxRecord } from './TxRecord';

/** Sends at once and promises the receipt; without RxJS between, because half of all callers only `await`. */
export function sendAsync<Tx, Ack>(
  port: TxPort<Tx, unknown, Ack>,
  message: Tx,
  options: SendAsyncOptions | undefined,
): Promise<TxReceipt<Ack>> {
  const policies = options === undefined ? undefined : policiesOf(options);
  return new Promise((next, error) => {
    port.transmit(new TxRecord(port, message, { next, error }), policies);
  });
}

function policiesOf(options: SendAsyncOptions): readonly TxPolicy[] {
  assertObject('options', options);
  const { signal, timeout } = options;
  const policies: TxPolicy[] = [];
  if (timeout !== undefined) policies.push(new TimeoutPolicy(assertLimits('options.timeout', timeout), undefined));
  if (signal !== undefined) {
    if (!isAbortSignal(signal)) throw new TypeError(`options.signal is ${show(signal)}; expected an AbortSignal`);
    policies.push(new CancelPolicy('options.signal', signal));
  }
  return policies;
}
