import { isObservable } from 'rxjs';
import { wrongAnswer } from './guards';
import { isThenable, show, assertFunction, assertInteger, assertObject, assertOneOf, assertPeriod, assertQuarantine } from './checks';
import type { MailboxController } from './MailboxController';
import type { TxDoneMethod } from './TxDoneMethod';
import type { ChannelOptions } from './ChannelOptions';
import type { MailboxLink } from './MailboxLink';

/** Throws what is wrong with a controller. */
export function assertController(controller: unknown, what = 'controller'): void {
  assertObject(what, controller);
  const { name, channelCount, txDone, correlation, window, sharedWindow, txPollPeriod, quarantine, translate, nextChannel, open } =
    controller as Record<keyof MailboxController<unknown, unknown, unknown>, unknown>;
  if (typeof name !== 'string') throw new TypeError(`${what}.name is ${show(name)}; expected a string`);
  if (channelCount !== Infinity) assertInteger(`${what}.channelCount`, channelCount, 1);
  assertOneOf(`${what}.txDone`, txDone, METHODS);
  assertOneOf(`${what}.correlation`, correlation, ['tagged', 'ordered', 'untagged']);
  const leastWindow = isGetter(controller, 'window') ? 0 : 1;
  if (window !== undefined) assertInteger(`${what}.window`, window, leastWindow, correlation === 'untagged' ? 1 : undefined);
  if (sharedWindow !== undefined && sharedWindow !== Infinity) assertInteger(`${what}.sharedWindow`, sharedWindow, 0);
  if (txPollPeriod !== undefined) assertPeriod(`${what}.txPollPeriod`, txPollPeriod);
  if (quarantine !== undefined) assertQuarantine(`${what}.quarantine`, quarantine);
  if (translate !== undefined) assertFunction(`${what}.translate`, translate);
  if (nextChannel !== undefined) assertFunction(`${what}.nextChannel`, nextChannel);
  assertFunction(`${what}.open`, open);
}

const METHODS: readonly TxDoneMethod[] = ['irq', 'poll', 'ack'];

/** Whether a property is computed each time it is read, so may change. */
export function isGetter(object: object, property: string): boolean {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, property);
    if (found !== undefined) return found.get !== undefined;
  }
  return false;
}

/** Throws what is wrong with the options of a channel. */
export function assertChannelOptions(options: unknown): void {
  assertObject('options', options);
  const { name, txQueueLength, knowsTxDone, txPrepare, quarantine, whileDown, overflow, latest } = options as Record<
    keyof ChannelOptions<unknown>,
    unknown
  >;
  if (name !== undefined && typeof name !== 'string') throw new TypeError(`options.name is ${show(name)}; expected a string`);
  if (txQueueLength !== undefined) assertInteger('options.txQueueLength', txQueueLength, 0);
  if (knowsTxDone !== undefined && typeof knowsTxDone !== 'boolean') {
    throw new TypeError(`options.knowsTxDone is ${show(knowsTxDone)}; expected a boolean`);
  }
  if (txPrepare !== undefined) assertFunction('options.txPrepare', txPrepare);
  if (quarantine !== undefined) assertQuarantine('options.quarantine', quarantine);
  if (whileDown !== undefined) assertOneOf('options.whileDown', whileDown, ['wait', 'fail']);
  if (overflow !== undefined) assertOneOf('options.overflow', overflow, ['reject', 'drop-oldest']);
  if (latest !== undefined) assertFunction('options.latest', latest);
}

/** Throws what is wrong with a link that a controller has opened. */
export function assertLink(link: unknown): asserts link is MailboxLink<unknown, unknown, unknown> {
  if (isThenable(link)) throw wrongAnswer('controller.open', link, 'a link');
  assertObject('link', link);
}

/** Throws if a link names a tx-done method that does not exist. */
export function assertMethod(method: unknown): asserts method is TxDoneMethod {
  assertOneOf('link.txDone', method, METHODS);
}

/** Throws what is missing in a link, or wrong, for a channel that learns of a tx-done in this way. */
export function assertCallbacks(link: unknown, method: TxDoneMethod): void {
  const { events$, sendData, lastTxDone, peekData, flush, abort, reset } = link as Partial<MailboxLink<unknown, unknown, unknown>>;
  if (!isObservable(events$)) throw new TypeError(`link.events$ is ${show(events$)}; expected an Observable`);
  assertFunction('link.sendData', sendData);
  if (method === 'poll') assertFunction("link.lastTxDone, which 'poll' requires,", lastTxDone);
  for (const [name, callback] of Object.entries({ peekData, flush, abort, reset })) {
    if (callback !== undefined) assertFunction(`link.${name}`, callback);
  }
}
