import fc, { type Arbitrary } from 'fast-check';
import type { Action, ChannelSetup, LinkSetup, MailboxSetup, OwnerSetup, Script, Sending } from './Action';

/** A record without the keys that are undefined: shorter to read, and right under `exactOptionalPropertyTypes`. */
export function sparse<T extends object>(shape: { [K in keyof T]-?: Arbitrary<T[K] | undefined> }): Arbitrary<T> {
  return fc
    .record<Record<string, unknown>>({ ...shape })
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T);
}

const none = fc.constant(undefined);

const flag = (percent: number): Arbitrary<true | undefined> => maybe(percent, fc.constant(true as const));

function maybe<T>(percent: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });
}

const quarantine = (time: Arbitrary<number>): Arbitrary<number | undefined> => maybe(25, fc.oneof(fc.constantFrom(0, Infinity), time));

function ownerSetup(time: Arbitrary<number>): Arbitrary<OwnerSetup> {
  return sparse<OwnerSetup>({
    queue: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })),
    quarantine: quarantine(time),
    knowsTxDone: flag(20),
    prepares: flag(40),
    untraced: flag(20),
    whileDown: maybe(20, fc.constant('fail' as const)),
    overflow: maybe(20, fc.constant('drop-oldest' as const)),
    latest: flag(25),
    idle: flag(10),
  });
}

/** @param inside - What may be done inside a call of the link. */
function linkSetup(inside: Arbitrary<Action>): Arbitrary<LinkSetup> {
  return sparse<LinkSetup>({
    startsDown: flag(10),
    abort: maybe(40, fc.constantFrom('throws' as const, 'txDone' as const, 'sends' as const, 'promise' as const)),
    reset: maybe(60, fc.constantFrom('later' as const, 'later' as const, 'done' as const, 'fails' as const, 'throws' as const)),
    inside: maybe(
      20,
      sparse<NonNullable<LinkSetup['inside']>>({ abort: maybe(50, inside), reset: maybe(50, inside), question: maybe(30, inside) }),
    ),
  });
}

function channelSetup(time: Arbitrary<number>, inside: Arbitrary<Action>): Arbitrary<ChannelSetup> {
  return fc.tuple(ownerSetup(time), linkSetup(inside)).map(([owner, link]) => ({ ...owner, ...link }));
}

/**
 * All that a mailbox can be; an untagged one has a window of 1.
 *
 * @param time - Lengths of its quarantines and periods, in milliseconds.
 */
function mailboxSetup(time: Arbitrary<number>, inside: Arbitrary<Action>): Arbitrary<MailboxSetup> {
  return sparse<MailboxSetup>({
    correlation: fc.constantFrom('tagged' as const, 'ordered' as const, 'untagged' as const),
    method: fc.constantFrom('irq' as const, 'irq' as const, 'ack' as const, 'poll' as const),
    window: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 8 })),
    quarantine: quarantine(time),
    period: maybe(40, time),
    tokens: flag(30),
    channels: fc.array(channelSetup(time, inside), { minLength: 1, maxLength: 3 }),
    twin: none,
  }).map((setup) => (setup.correlation === 'untagged' ? { ...setup, window: 1 } : setup));
}

/** Another mailbox on the same controller object. Its owners ask for other things. */
function twinOf(setup: MailboxSetup, time: Arbitrary<number>): Arbitrary<MailboxSetup> {
  const channels = setup.channels.map((channel) => ownerSetup(time).map((owner): ChannelSetup => ({ ...linkOf(channel), ...owner })));
  return fc.tuple(...channels).map((own) => ({ ...setup, channels: own, twin: true }));
}

function linkOf({ startsDown, abort, reset, inside }: ChannelSetup): LinkSetup {
  return { ...(startsDown && { startsDown }), ...(abort && { abort }), ...(reset && { reset }), ...(inside && { inside }) };
}

/** One mailbox or two; these may be on one controller. */
export function mailboxSetups(time: Arbitrary<number>, alphabet: Alphabet): Arbitrary<readonly MailboxSetup[]> {
  const any = mailboxSetup(time, fc.oneof(...anywhere(alphabet, 0)));
  const setups: Arbitrary<readonly MailboxSetup[]> = fc.array(any, { minLength: 1, maxLength: 2 });
  const twins = any.chain((setup) => twinOf(setup, time).map((twin): readonly MailboxSetup[] => [setup, twin]));
  return fc.oneof({ weight: 5, arbitrary: setups }, { weight: 1, arbitrary: twins });
}

/** @param limit - Lengths of clocks: few and equal ones meet in one moment, many and odd ones hardly ever do. */
export function sending(limit: Arbitrary<number>): Arbitrary<Sending> {
  const limits = sparse<NonNullable<Sending['limits']>>({
    queued: maybe(30, limit),
    inFlight: maybe(30, limit),
    total: maybe(50, limit),
    silence: maybe(20, limit),
  });
  return sparse<Sending>({
    via: fc.constantFrom('send' as const, 'send' as const, 'piped' as const, 'generic' as const, 'next' as const),
    limits: maybe(50, limits),
    elsewhere: flag(15),
    signal: maybe(25, fc.nat({ max: 2 })),
    notifier: maybe(15, fc.nat({ max: 1 })),
  }).chain((how) => fc.constant(possible(how)));
}

/** Behind others stands one operator, which knows only the total clock; `next()` has none. */
function possible(how: Sending): Sending {
  const { via, limits = {}, signal, notifier } = how;
  if (via === 'next') return { via };
  if (via === 'generic') {
    if (limits.total !== undefined) return { via, limits: { total: limits.total } };
    if (signal !== undefined) return { via, signal };
    return notifier === undefined ? { via: 'send' } : { via, notifier };
  }
  const { limits: _, elsewhere: __, ...rest } = how;
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
    delivery: maybe(30, fc.constantFrom('not-sent' as const, 'unknown' as const, 'sent' as const, 'text' as const)),
    junk: maybe(8, fc.constantFrom('throws' as const, 'promise' as const, 'zero' as const, 'nothing' as const, 'text' as const)),
  });
  const sendTo = sparse<Extract<Action, { do: 'sendTo' }>>({
    do: fc.constant('sendTo' as const),
    channel,
    count: fc.nat({ max: 6 }),
    most: maybe(40, fc.integer({ min: 1, max: 5 })),
    script: maybe(50, script(alphabet, Math.min(depth, 1))),
  });
  const leave = sparse<Extract<Action, { do: 'leave' }>>({
    do: fc.constant('leave' as const),
    id: none,
    back: fc.nat({ max: alphabet.back }),
    more: maybe(40, fc.nat({ max: 4 })),
  });
  const said = fc.record({ do: fc.constantFrom('refused' as const, 'refused' as const, 'progress' as const), channel, which });
  const junk = fc.record({
    do: fc.constant('junk' as const),
    channel,
    what: fc.constantFrom('null' as const, 'type' as const, 'throws' as const, 'token' as const, 'refused' as const, 'progress' as const),
  });
  const peek = fc.record({
    do: fc.constant('peek' as const),
    channel,
    answer: fc.constantFrom(true, false, 'promise' as const, 'zero' as const, 'nothing' as const),
  });
  const abort = fc.record({ do: fc.constant('abort' as const), signal: fc.nat({ max: 2 }) });
  const notify = fc.record({ do: fc.constantFrom('notify' as const, 'failNotifier' as const), notifier: fc.nat({ max: 1 }) });
  const flush = fc.record({ do: fc.constantFrom('flush' as const, 'whenIdle' as const), channel, limit: fc.integer({ min: 1, max: 9 }) });
  return [
    { weight: 100, arbitrary: send },
    { weight: 100, arbitrary: txDone },
    { weight: 8, arbitrary: sendTo },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('stopSendTo' as const), back: fc.nat({ max: 2 }) }) },
    { weight: 20, arbitrary: leave },
    { weight: 6, arbitrary: abort },
    { weight: 4, arbitrary: notify },
    { weight: 5, arbitrary: flush },
    { weight: 20, arbitrary: said },
    { weight: 5, arbitrary: junk },
    { weight: 2, arbitrary: peek },
    at(20, 'ready'),
    at(5, 'stray'),
    at(5, 'received'),
    at(4, 'down'),
    at(14, 'up'),
    at(12, 'resetDone'),
    at(2, 'resetFail'),
    at(5, 'flushDone'),
    at(1, 'flushFail'),
    at(4, 'withdraw'),
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
    fc.array(fc.constantFrom(...(['busy', 'busy', 'busy', 'busy', 'throw', 'throw', 'nonsense', 'promise'] as const)), {
      minLength: 1,
      maxLength: 2,
    }),
  );
  const prepared = maybe(10, fc.constantFrom('promise' as const, 'text' as const));
  const key = maybe(70, fc.constantFrom(0, 0, 0, 0, 1, 1, 'throws' as const, 'promise' as const));
  const rest = { latest: none, prepare: none, sendData: none, again: none, report: none, receipt: none, notified: none, teardown: none };
  if (depth === 0) return sparse<Script>({ answers, prepared, key, ...rest });
  const inner = anywhere(alphabet, depth - 1);
  const own = { weight: 25, arbitrary: fc.constant<Action>({ do: 'leave', back: 0 }) };
  const failing = { weight: 15, arbitrary: fc.constant<Action>({ do: 'throw' }) };
  const inCallback = fc.oneof(...inner, own, failing);
  return sparse<Script>({
    answers,
    prepared,
    key,
    latest: maybe(8, inCallback),
    prepare: maybe(10, inCallback),
    sendData: maybe(20, fc.oneof(...inner, own)),
    again: maybe(8, fc.oneof(...inner, own)),
    report: maybe(15, inCallback),
    receipt: maybe(8, inCallback),
    notified: maybe(20, inCallback),
    // What a teardown throws goes to whoever unsubscribes.
    teardown: maybe(8, fc.oneof(...inner, own)),
  });
}

/** One step: time passes, microtasks run, or anything else is done. */
export function step(alphabet: Alphabet): Arbitrary<Action> {
  const advance = fc.record({ do: fc.constant('advance' as const), by: alphabet.by });
  const turn = fc.constant<Action>({ do: 'turn' });
  return fc.oneof({ weight: 60, arbitrary: advance }, { weight: 40, arbitrary: turn }, ...anywhere(alphabet, 2));
}
