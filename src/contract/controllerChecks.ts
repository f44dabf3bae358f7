import { isObservable } from 'rxjs';
import { wrongAnswer } from './guards';
import { isThenable, show, assertFunction, assertInteger, assertObject, assertOneOf, assertPeriod, assertQuarantine } from './checks';
import type { TxDoneMethod } from './MailboxController';
import type { MailboxLink } from './MailboxLink';

/** Throws what is wrong with a controller. */
export function assertController(controller: unknown, what = 'controller'): void {
  assertObject(what, controller);
  const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine, translate, open } = controller as Record<
    string,
    unknown
  >;
  if (typeof name !== 'string') throw new TypeError(`${what}.name is ${show(name)}; expected a string`);
  assertInteger(`${what}.channelCount`, channelCount, 1);
  assertOneOf(`${what}.txDone`, txDone, ['irq', 'poll', 'ack']);
  assertOneOf(`${what}.correlation`, correlation, ['tagged', 'ordered', 'untagged']);
  if (window !== undefined) assertInteger(`${what}.window`, window, 1, correlation === 'untagged' ? 1 : undefined);
  if (txPollPeriod !== undefined) assertPeriod(`${what}.txPollPeriod`, txPollPeriod);
  if (quarantine !== undefined) assertQuarantine(`${what}.quarantine`, quarantine);
  if (translate !== undefined) assertFunction(`${what}.translate`, translate);
  assertFunction(`${what}.open`, open);
}

/** Throws what is wrong with the options of a channel. */
export function assertChannelOptions(options: unknown): void {
  assertObject('options', options);
  const { name, txQueueLength, knowsTxDone, txPrepare, quarantine } = options as Record<string, unknown>;
  if (name !== undefined && typeof name !== 'string') throw new TypeError(`options.name is ${show(name)}; expected a string`);
  if (txQueueLength !== undefined) assertInteger('options.txQueueLength', txQueueLength, 0);
  if (knowsTxDone !== undefined && typeof knowsTxDone !== 'boolean') {
    throw new TypeError(`options.knowsTxDone is ${show(knowsTxDone)}; expected a boolean`);
  }
  if (txPrepare !== undefined) assertFunction('options.txPrepare', txPrepare);
  if (quarantine !== undefined) assertQuarantine('options.quarantine', quarantine);
}

/** Throws what is wrong with a link that a controller has opened. */
export function assertLink(link: unknown, method: TxDoneMethod): void {
  if (isThenable(link)) throw wrongAnswer('controller.open', link, 'a link');
  assertObject('link', link);
  const { events$, sendData, lastTxDone, peekData, flush, abort, reset } = link as Partial<MailboxLink<unknown, unknown, unknown>>;
  if (!isObservable(events$)) throw new TypeError(`link.events$ is ${show(events$)}; expected an Observable`);
  assertFunction('link.sendData', sendData);
  if (method === 'poll') assertFunction("link.lastTxDone, which 'poll' requires,", lastTxDone);
  for (const [name, callback] of Object.entries({ peekData, flush, abort, reset })) {
    if (callback !== undefined) assertFunction(`link.${name}`, callback);
  }
}
