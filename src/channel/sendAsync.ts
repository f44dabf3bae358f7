import { assertObject, show } from '../contract/checks';
import type { SendAsyncOptions } from '../contract/SendAsyncOptions';
import type { TxReceipt } from '../contract/TxReceipt';
import { isAbortSignal, SignalPolicy } from '../policy/SignalPolicy';
import { assertLimits, TimeoutPolicy } from '../policy/TimeoutPolicy';
import { BothPolicies, type TxPolicy } from '../policy/TxPolicy';
import type { OpenChannel } from './OpenChannel';
import { PromiseRecord } from './PromiseRecord';

// What the constructor of a promise hands out, for the one line that follows it: saves a closure and its context for each message.
let resolveIt: (receipt: TxReceipt<never>) => void;
let rejectIt: (reason: unknown) => void;
const ignore = (): void => undefined;
const handOut = (resolve: typeof resolveIt, reject: typeof rejectIt): void => {
  resolveIt = resolve;
  rejectIt = reject;
};

/** Sends at once and promises the receipt. No RxJS is in between: many callers only `await`. */
export function sendAsync<Tx, Ack>(
  channel: OpenChannel<Tx, unknown, Ack>,
  message: Tx,
  options: SendAsyncOptions | undefined,
): Promise<TxReceipt<Ack>> {
  const policy = options === undefined ? undefined : policyOf(options);
  const promise = new Promise<TxReceipt<never>>(handOut);
  const record = new PromiseRecord<Tx, Ack>(channel, message, resolveIt as (receipt: TxReceipt<Ack>) => void, rejectIt);
  // They would keep the promise alive, and its value.
  resolveIt = rejectIt = ignore;
  if (policy === undefined) channel.transmit(record);
  else channel.transmitWith(record, policy);
  return promise;
}

function policyOf(options: SendAsyncOptions): TxPolicy | undefined {
  assertObject('options', options);
  const { signal, timeout } = options;
  if (signal !== undefined && !isAbortSignal(signal)) throw new TypeError(`options.signal is ${show(signal)}; expected an AbortSignal`);
  const limited = timeout === undefined ? undefined : new TimeoutPolicy(assertLimits('options.timeout', timeout), undefined);
  const canceled = signal === undefined ? undefined : new SignalPolicy(signal);
  return limited !== undefined && canceled !== undefined ? new BothPolicies(limited, canceled) : (limited ?? canceled);
}
