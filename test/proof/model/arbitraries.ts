import fc, { type Arbitrary } from 'fast-check';
import type { Action, ChannelSetup, MailboxSetup, Script, Sending } from './Action';

/** A record without the keys that are undefined: shorter to read, and right under `exactOptionalPropertyTypes`. */
export function sparse<T extends object>(shape: { [K in keyof T]-?: Arbitrary<T[K] | undefined> }): Arbitrary<T> {
  return fc
    .record<Record<string, unknown>>({ ...shape })
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T);
}

const flag = (percent: number): Arbitrary<true | undefined> => maybe(percent, fc.constant(true as const));

function maybe<T>(percent: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });
}

const quarantine = (time: Arbitrary<number>): Arbitrary<number | undefined> => maybe(25, fc.oneof(fc.constantFrom(0, Infinity), time));

function channelSetup(time: Arbitrary<number>): Arbitrary<ChannelSetup> {
  return sparse<ChannelSetup>({
    queue: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })),
    quarantine: quarantine(time),
    knowsTxDone: flag(20),
    prepares: flag(40),
    untraced: flag(20),
    startsDown: flag(10),
    abort: maybe(30, fc.constantFrom('throws' as const, 'txDone' as const)),
    reset: maybe(60, fc.constantFrom('later' as const, 'done' as const, 'fails' as const)),
  });
}

/**
 * All that a mailbox can be; an untagged one has a window of 1.
 *
 * @param time - Lengths of its quarantines and periods, in milliseconds.
 */
export function mailboxSetup(time: Arbitrary<number>): Arbitrary<MailboxSetup> {
  return sparse<MailboxSetup>({
    correlation: fc.constantFrom('tagged' as const, 'ordered' as const, 'untagged' as const),
    method: fc.constantFrom('irq' as const, 'irq' as const, 'ack' as const, 'poll' as const),
    window: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 8 })),
    quarantine: quarantine(time),
    period: maybe(40, time),
    tokens: flag(30),
    channels: fc.array(channelSetup(time), { minLength: 1, maxLength: 3 }),
  }).map((setup) => (setup.correlation === 'untagged' ? { ...setup, window: 1 } : setup));
}

/** @param limit - Lengths of clocks: few and equal ones meet in one moment, many and odd ones hardly ever do. */
export function sending(limit: Arbitrary<number>): Arbitrary<Sending> {
  const limits = sparse<NonNullable<Sending['limits']>>({ queued: maybe(30, limit), inFlight: maybe(30, limit), total: maybe(50, limit) });
  return sparse<Sending>({
    via: fc.constantFrom('send' as const, 'send' as const, 'piped' as const, 'generic' as const, 'next' as const),
    limits: maybe(50, limits),
    signal: maybe(25, fc.nat({ max: 2 })),
    notifier: maybe(15, fc.nat({ max: 1 })),
  }).chain((how) => fc.constant(possible(how)));
}

/** An operator behind others knows only the total clock; `next()` has none. */
function possible(how: Sending): Sending {
  const { via, limits = {} } = how;
  if (via === 'next') return { via };
  if (via === 'generic') return limits.total === undefined ? { via: 'send' } : { via, limits: { total: limits.total } };
  const { limits: _, ...rest } = how;
  return Object.keys(limits).length === 0 ? rest : how;
}

/** What the steps of a world are made of. */
export interface Alphabet {
  readonly how: Arbitrary<Sending>;
  /** How much time passes at a time. */
  readonly by: Arbitrary<number>;
  /** How many channels there are; numbers wrap around. */
  readonly channels: number;
  /** How many sends ago a sender sent that leaves. */
  readonly back: number;
}

type Weighted = { readonly weight: number; readonly arbitrary: Arbitrary<Action> };

/** The usual one is likely. */
const which = fc.constantFrom(...(['oldest', 'oldest', 'oldest', 'newest', 'again', 'never', 'bare'] as const));

/** What can be done anywhere, also from inside a callback. */
function anywhere(alphabet: Alphabet, depth: number): Weighted[] {
  const channel = fc.nat({ max: alphabet.channels - 1 });
  const at = (weight: number, verb: Extract<Action, { channel: number }>['do']): Weighted => ({
    weight,
    arbitrary: fc.record({ do: fc.constant(verb), channel }) as Arbitrary<Action>,
  });
  const send = fc.record({ do: fc.constant('send' as const), channel, how: alphabet.how, script: script(alphabet, depth) });
  const txDone = sparse<Extract<Action, { do: 'txDone' }>>({
    do: fc.constant('txDone' as const),
    channel,
    which,
    fails: flag(15),
    throws: flag(5),
  });
  const leave = fc.record({ do: fc.constant('leave' as const), back: fc.nat({ max: alphabet.back }) });
  const abort = fc.record({ do: fc.constant('abort' as const), signal: fc.nat({ max: 2 }) });
  const notify = fc.record({ do: fc.constantFrom('notify' as const, 'failNotifier' as const), notifier: fc.nat({ max: 1 }) });
  const flush = fc.record({ do: fc.constant('flush' as const), channel, limit: fc.integer({ min: 1, max: 9 }) });
  return [
    { weight: 100, arbitrary: send },
    { weight: 100, arbitrary: txDone },
    { weight: 20, arbitrary: leave },
    { weight: 6, arbitrary: abort },
    { weight: 4, arbitrary: notify },
    { weight: 5, arbitrary: flush },
    at(20, 'ready'),
    at(5, 'stray'),
    at(5, 'received'),
    at(4, 'down'),
    at(14, 'up'),
    at(12, 'resetDone'),
    at(2, 'resetFail'),
    at(5, 'flushDone'),
    at(1, 'flushFail'),
    at(1, 'linkError'),
    at(1, 'linkComplete'),
    at(1, 'close'),
    at(1, 'complete'),
    at(1, 'error'),
    at(14, 'reopen'),
  ];
}

/** What happens around a message; a message that is sent from there has a script of its own, to a small depth. */
function script(alphabet: Alphabet, depth: number): Arbitrary<Script> {
  const answers = maybe(
    35,
    fc.array(fc.constantFrom(...(['busy', 'busy', 'busy', 'throw', 'throw', 'nonsense'] as const)), { minLength: 1, maxLength: 2 }),
  );
  if (depth === 0) return sparse<Script>({ answers, prepare: none, sendData: none, report: none, notified: none });
  const inner = anywhere(alphabet, depth - 1);
  const own = { weight: 25, arbitrary: fc.constant<Action>({ do: 'leave', back: 0 }) };
  const failing = { weight: 15, arbitrary: fc.constant<Action>({ do: 'throw' }) };
  const inCallback = fc.oneof(...inner, own, failing);
  return sparse<Script>({
    answers,
    prepare: maybe(10, inCallback),
    sendData: maybe(20, fc.oneof(...inner, own)),
    report: maybe(15, inCallback),
    notified: maybe(20, inCallback),
  });
}

const none = fc.constant(undefined);

/** One step: time passes, or anything else is done. */
export function step(alphabet: Alphabet): Arbitrary<Action> {
  return fc.oneof({ weight: 60, arbitrary: fc.record({ do: fc.constant('advance' as const), by: alphabet.by }) }, ...anywhere(alphabet, 2));
}
