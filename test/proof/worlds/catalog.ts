import type { ActionKind, PointKind, SenderSpec, WorldSpec } from './WorldSpec';

/** Everything that can happen between two calls. */
const ALL: readonly ActionKind[] = [
  'send', 'unsub', 'cancel', 'turn', 'tick', 'done', 'fail', 'stray', 'ready', 'link', 'reset',
  'close', 'complete', 'error', 'linkError', 'linkComplete', 'reopen',
]; // prettier-ignore

/** Everything that can happen inside a call of the library. */
const ANY: readonly ActionKind[] = [
  'send', 'unsub', 'cancel', 'done', 'fail', 'stray', 'ready', 'link', 'reset',
  'close', 'complete', 'error', 'linkError', 'linkComplete', 'mailbox',
]; // prettier-ignore

/** Where a world is about something else, only what sends, leaves and ends. */
const FEW: readonly ActionKind[] = ['send', 'unsub', 'cancel', 'done', 'close'];

const EVERYWHERE: Partial<Record<PointKind, readonly ActionKind[]>> = { sendData: ANY, report: ANY, notified: ANY };
const SOME: Partial<Record<PointKind, readonly ActionKind[]>> = { sendData: FEW, report: FEW, notified: FEW };

const plain: SenderSpec = { via: 'send' };
const piped: SenderSpec = { via: 'piped' };
const signal: SenderSpec = { via: 'send', signal: true };
const next: SenderSpec = { via: 'next' };
const total: SenderSpec = { via: 'send', limit: { total: 2 } };
const parts: SenderSpec = { via: 'send', limit: { queued: 1, inFlight: 2 } };

type Short = Omit<WorldSpec, 'actions' | 'answers' | 'inside'> & Partial<WorldSpec>;

const world = (spec: Short): WorldSpec => ({ actions: ALL, answers: ['busy', 'throw'], inside: EVERYWHERE, ...spec });

const tagged = { correlation: 'tagged', method: 'irq', window: 1, queue: 1 } as const;
const ordered = { ...tagged, correlation: 'ordered' } as const;
const untagged = { ...tagged, correlation: 'untagged' } as const;

export const TAGGED: readonly WorldSpec[] = [
  world({ ...tagged, name: 'tagged, a timeout and a cancel', senders: [total, signal] }),
  world({ ...tagged, name: 'tagged, window 2', window: 2, queue: 1, senders: [plain, plain, piped], inside: SOME }),
  world({ ...tagged, name: 'tagged, three senders, queue 3', queue: 3, senders: [plain, signal, parts], inside: SOME }),
  world({ ...tagged, name: 'tagged, queue 0', queue: 0, senders: [plain, parts] }),
  world({
    ...tagged,
    name: 'tagged, quarantine and reset',
    window: 2,
    quarantine: 2,
    reset: 'silent',
    senders: [piped, total],
    inside: { ...SOME, resetLink: [], abort: [] },
  }),
  world({ ...tagged, name: 'tagged, next() besides send()', queue: 1, senders: [next, next, signal], inside: SOME }),
  world({ ...tagged, name: 'tagged, by acknowledge()', method: 'ack', senders: [plain, parts] }),
  world({ ...tagged, name: 'tagged, polled', method: 'poll', senders: [piped, total] }),
  world({ ...tagged, name: 'tagged, polled, quarantine', method: 'poll', window: 2, quarantine: 2, senders: [piped, parts], inside: SOME }),
];

export const ORDERED: readonly WorldSpec[] = [
  world({ ...ordered, name: 'ordered, a timeout and a cancel', senders: [total, signal] }),
  world({ ...ordered, name: 'ordered, window 2', window: 2, senders: [plain, plain, piped], inside: SOME }),
  world({
    ...ordered,
    name: 'ordered, window 2, three senders, queue 2',
    window: 2,
    queue: 2,
    senders: [plain, signal, total],
    inside: { sendData: FEW, notified: FEW },
  }),
  world({
    ...ordered,
    name: 'ordered, reset',
    window: 2,
    reset: 'silent',
    senders: [plain, piped, signal],
    inside: { ...SOME, resetLink: [], abort: [] },
  }),
  world({ ...ordered, name: 'ordered, a reset that ends everything', window: 2, reset: 'telling', senders: [plain, piped], inside: SOME }),
  world({ ...ordered, name: 'ordered, quarantine', window: 2, quarantine: 2, senders: [piped, total], inside: SOME }),
  world({
    ...ordered,
    name: 'ordered, by acknowledge(), with tokens and without',
    method: 'ack',
    window: 2,
    tokens: true,
    senders: [piped, plain],
    inside: SOME,
  }),
  world({ ...ordered, name: 'ordered, polled', method: 'poll', window: 2, senders: [piped, total], inside: SOME }),
];

export const UNTAGGED: readonly WorldSpec[] = [
  world({ ...untagged, name: 'untagged, a timeout and a cancel', senders: [total, signal] }),
  world({ ...untagged, name: 'untagged, three senders, queue 2', queue: 2, senders: [plain, plain, parts], inside: SOME }),
  world({
    ...untagged,
    name: 'untagged, reset and quarantine',
    reset: 'silent',
    quarantine: 3,
    senders: [piped, signal],
    inside: { ...EVERYWHERE, resetLink: [], abort: [] },
  }),
  world({ ...untagged, name: 'untagged, by acknowledge()', method: 'ack', senders: [piped, total] }),
  world({ ...untagged, name: 'untagged, polled', method: 'poll', reset: 'silent', senders: [piped, parts], inside: SOME }),
];

export const EDGES: readonly WorldSpec[] = [
  world({ ...tagged, name: 'a link that is down when it starts', startsDown: true, senders: [plain, piped] }),
  world({ ...tagged, name: 'a poll period for refused messages only', period: 2, senders: [piped, parts], inside: SOME }),
  world({ ...tagged, name: 'events$ has no subscriber', untraced: true, senders: [total, piped] }),
  world({ ...tagged, name: 'things that happen inside events$', senders: [plain, signal], inside: { event: ANY } }),
  world({ ...ordered, name: 'things that happen inside txPrepare', senders: [piped, signal], inside: { sendData: FEW, txPrepare: FEW } }),
  world({ ...untagged, name: 'two surprises in one step', senders: [piped, next], inside: SOME, deviations: 2 }),
];

/** A turn's end, and what has to wait for it. */
const TURNS: readonly ActionKind[] = ['send', 'unsub', 'cancel', 'turn', 'tick', 'done', 'ready', 'link'];
const behindLimit: SenderSpec = { via: 'send', limit: { total: 2 }, behind: true };
const behindSignal: SenderSpec = { via: 'send', signal: true, behind: true };
const quiet = { actions: TURNS, answers: ['busy'], inside: {} } as const;

export const LEAVING: readonly WorldSpec[] = [
  world({
    ...tagged,
    ...quiet,
    name: 'tagged, four who may leave together',
    queue: 3,
    senders: [plain, piped, signal, next],
    inside: { notified: ['unsub', 'send'] },
  }),
  world({ ...tagged, ...quiet, name: 'tagged, window 2, queue 0, leaving together', window: 2, queue: 0, senders: [plain, plain, signal] }),
  world({
    ...ordered,
    ...quiet,
    name: 'ordered, window 2, leaving together',
    window: 2,
    queue: 2,
    senders: [plain, signal, piped],
    inside: { report: ['unsub', 'send'] },
  }),
  world({ ...untagged, ...quiet, name: 'untagged, leaving together', queue: 2, senders: [plain, signal, piped] }),
  world({ ...tagged, ...quiet, name: 'tagged, operators behind others', queue: 2, senders: [behindLimit, behindSignal, plain] }),
  world({ ...ordered, ...quiet, name: 'ordered, operators behind others', queue: 2, senders: [behindLimit, behindSignal, plain] }),
  world({
    ...tagged,
    ...quiet,
    name: 'tagged, leaving while a message is prepared',
    queue: 2,
    senders: [plain, signal, plain],
    inside: { txPrepare: ['unsub', 'cancel', 'send'] },
  }),
  world({
    ...tagged,
    name: 'tagged, window 2, leaving inside a completion',
    window: 2,
    queue: 2,
    senders: [plain, plain, plain],
    actions: TURNS,
    answers: [],
    inside: { notified: ['unsub', 'send'], report: ['unsub'] },
    deviations: 2,
  }),
];

const LIMITS_ACTIONS: readonly ActionKind[] = ['send', 'unsub', 'turn', 'tick', 'late', 'done'];
const limits = { actions: LIMITS_ACTIONS, answers: ['busy'], inside: {} } as const;

export const LIMITS: readonly WorldSpec[] = [
  world({ ...tagged, ...limits, name: 'tagged, limits of one length', queue: 2, senders: [total, total, total] }),
  world({ ...tagged, ...limits, name: 'tagged, window 2, limits of one length', window: 2, queue: 2, senders: [total, total, total] }),
  world({ ...tagged, ...limits, name: 'tagged, limits of several lengths', queue: 2, senders: [total, parts, plain] }),
  world({
    ...ordered,
    ...limits,
    name: 'ordered, limits and a quarantine of one length',
    window: 2,
    queue: 1,
    quarantine: 2,
    senders: [total, total, plain],
  }),
  world({
    ...ordered,
    ...limits,
    name: 'ordered, window 2, quarantines of one turn',
    window: 2,
    queue: 1,
    quarantine: 1,
    senders: [plain, piped, plain],
  }),
  world({
    ...untagged,
    ...limits,
    name: 'untagged, a limit and a reset',
    reset: 'silent',
    queue: 2,
    senders: [total, total, plain],
    actions: [...LIMITS_ACTIONS, 'reset'],
  }),
  world({
    ...tagged,
    ...limits,
    name: 'tagged, limits, and aborts that answer',
    queue: 2,
    window: 2,
    senders: [total, total, plain],
    inside: { abort: [] },
  }),
  world({
    ...tagged,
    ...limits,
    name: 'tagged, polled, limits of one length',
    method: 'poll',
    queue: 1,
    quarantine: 3,
    senders: [total, total, plain],
  }),
];

const RESETTING: readonly ActionKind[] = ['send', 'unsub', 'turn', 'tick', 'done', 'reset', 'link', 'ready'];

/** With many in flight, only what concerns the reset. */
const FEW_RESETTING: readonly ActionKind[] = ['send', 'unsub', 'turn', 'done', 'reset'];

/** A reset with as many messages in flight as there is room for, and one that waits. */
function resets(spec: Pick<WorldSpec, 'correlation' | 'method' | 'window'> & Partial<WorldSpec>, what = ''): WorldSpec {
  const { correlation, method, window } = spec;
  return world({
    queue: 1,
    reset: 'silent',
    ...(correlation === 'tagged' && { quarantine: Infinity }),
    senders: new Array<SenderSpec>(window + 1).fill(plain),
    actions: window > 2 ? FEW_RESETTING : RESETTING,
    answers: [],
    inside: window > 2 ? { resetLink: ['done'] } : { resetLink: ['done', 'link', 'unsub', 'send'], notified: ['send', 'unsub'] },
    ...spec,
    name: `a reset: ${correlation}, ${method}, window ${window}${what}`,
  });
}

export const RESETS: readonly WorldSpec[] = [
  ...([1, 2, 3, 4] as const).map((window) => resets({ correlation: 'tagged', method: 'irq', window })),
  ...([1, 2, 3, 4] as const).map((window) => resets({ correlation: 'ordered', method: 'irq', window })),
  resets({ correlation: 'untagged', method: 'irq', window: 1 }),
  resets({ correlation: 'tagged', method: 'poll', window: 2 }),
  resets({ correlation: 'ordered', method: 'poll', window: 2 }),
  resets({ correlation: 'untagged', method: 'poll', window: 1 }),
  resets({ correlation: 'tagged', method: 'ack', window: 2 }),
  resets({ correlation: 'ordered', method: 'ack', window: 2, tokens: true }, ', with tokens'),
  resets({ correlation: 'untagged', method: 'ack', window: 1 }),
  resets({ correlation: 'tagged', method: 'irq', window: 2, quarantine: 2 }, ', with a quarantine'),
  resets(
    { correlation: 'ordered', method: 'irq', window: 2, quarantine: 2, senders: [plain, total, plain] },
    ', with a quarantine and a limit',
  ),
  resets({ correlation: 'ordered', method: 'irq', window: 2, queue: 0 }, ', no queue'),
  resets({ correlation: 'ordered', method: 'irq', window: 2, answers: ['busy', 'nonsense'] }, ', a refused head'),
  resets({ correlation: 'ordered', method: 'irq', window: 2, reset: 'telling' }, ', that tells'),
  resets(
    { correlation: 'ordered', method: 'irq', window: 2, actions: [...RESETTING, 'close', 'complete', 'linkError', 'reopen'] },
    ', and closing',
  ),
  resets({ correlation: 'tagged', method: 'irq', window: 3, reset: 'telling' }, ', that tells'),
];

const JUNK: readonly ActionKind[] = ['send', 'unsub', 'turn', 'tick', 'done', 'ready', 'junk', 'reset', 'link'];

/** Callbacks that throw, answer what is no answer, and return promises. */
function junk(spec: Pick<WorldSpec, 'correlation' | 'method' | 'window'> & Partial<WorldSpec>): WorldSpec {
  const { correlation, method, window, reset, quarantine } = spec;
  return world({
    queue: 1,
    senders: [piped, total, plain],
    actions: JUNK,
    answers: ['busy', 'throw', 'nonsense', 'promise'],
    inside: {
      txPrepare: ['unsub'],
      abort: [],
      resetLink: [],
      ...(method === 'poll' && { lastTxDone: [] }),
    },
    ...spec,
    name: `nonsense: ${correlation}, ${method}, window ${window}${reset ? ', reset' : ''}${quarantine ? ', quarantine' : ''}`,
  });
}

const FROM_INSIDE: readonly ActionKind[] = ['ready', 'link', 'blink', 'stray', 'junk', 'done', 'send', 'unsub'];

/** A link that refuses, and says something meanwhile. */
function spin(spec: Pick<WorldSpec, 'correlation' | 'method' | 'window'> & Partial<WorldSpec>): WorldSpec {
  const { correlation, method, window, period } = spec;
  return world({
    queue: 1,
    senders: [plain, piped, plain],
    actions: ['send', 'unsub', 'turn', 'tick', 'done', 'ready', 'link', 'close', 'reopen'],
    answers: ['busy'],
    inside: { sendData: [...FROM_INSIDE, 'close'] },
    deviations: 2,
    ...spec,
    name: `refusing, and speaking: ${correlation}, ${method}, window ${window}${period ? ', a period' : ''}`,
  });
}

export const FAULTS: readonly WorldSpec[] = [
  junk({ correlation: 'tagged', method: 'irq', window: 2 }),
  junk({ correlation: 'tagged', method: 'irq', window: 1, quarantine: 2 }),
  junk({ correlation: 'tagged', method: 'irq', window: 2, quarantine: Infinity, reset: 'silent' }),
  junk({ correlation: 'tagged', method: 'poll', window: 2 }),
  junk({ correlation: 'tagged', method: 'ack', window: 1 }),
  junk({ correlation: 'ordered', method: 'irq', window: 2 }),
  junk({ correlation: 'ordered', method: 'irq', window: 2, reset: 'silent' }),
  junk({ correlation: 'ordered', method: 'poll', window: 2 }),
  junk({ correlation: 'ordered', method: 'poll', window: 2, reset: 'silent' }),
  junk({ correlation: 'ordered', method: 'ack', window: 2 }),
  junk({ correlation: 'untagged', method: 'irq', window: 1, reset: 'silent' }),
  junk({ correlation: 'untagged', method: 'poll', window: 1 }),
  junk({ correlation: 'untagged', method: 'poll', window: 1, quarantine: 3 }),
  spin({ correlation: 'tagged', method: 'irq', window: 1 }),
  spin({ correlation: 'tagged', method: 'irq', window: 2 }),
  spin({ correlation: 'tagged', method: 'irq', window: 2, period: 2 }),
  spin({ correlation: 'tagged', method: 'poll', window: 2 }),
  spin({ correlation: 'ordered', method: 'irq', window: 2 }),
  spin({ correlation: 'ordered', method: 'ack', window: 2 }),
  spin({ correlation: 'untagged', method: 'irq', window: 1 }),
];

const BACK: readonly ActionKind[] = ['send', 'unsub', 'turn', 'tick', 'done', 'refused', 'ready'];
const waits: SenderSpec = { via: 'send', limit: { queued: 2 } };
const inFlight: SenderSpec = { via: 'send', limit: { inFlight: 2 } };
const silent: SenderSpec = { via: 'send', limit: { silence: 2 } };

/** A link that gives messages back which it had accepted. */
function back(spec: Pick<WorldSpec, 'correlation' | 'method' | 'window' | 'name'> & Partial<WorldSpec>): WorldSpec {
  return world({ queue: 1, senders: [plain, plain, plain], actions: BACK, answers: [], inside: {}, ...spec });
}

export const GIVEN_BACK: readonly WorldSpec[] = [
  back({ correlation: 'tagged', method: 'irq', window: 3, name: 'given back: tagged, window 3' }),
  back({
    correlation: 'tagged',
    method: 'irq',
    window: 2,
    name: 'given back: tagged, from inside sendData and completions',
    senders: [plain, plain, next],
    answers: ['busy'],
    inside: { sendData: ['refused', 'ready', 'done'], notified: ['refused', 'send'] },
  }),
  back({
    correlation: 'tagged',
    method: 'irq',
    window: 2,
    name: 'given back: tagged, clocks and progress',
    senders: [waits, inFlight, silent],
    actions: ['send', 'tick', 'turn', 'refused', 'progress', 'ready'],
  }),
  back({
    correlation: 'ordered',
    method: 'irq',
    window: 2,
    name: 'given back: ordered, quarantine and reset',
    quarantine: 2,
    reset: 'silent',
    actions: [...BACK, 'reset', 'progress'],
  }),
  back({
    correlation: 'untagged',
    method: 'irq',
    window: 1,
    name: 'given back: untagged, the link goes down',
    actions: [...BACK, 'link', 'close', 'reopen'],
  }),
  back({ correlation: 'ordered', method: 'poll', window: 2, name: 'given back: ordered, polled', senders: [plain, plain, piped] }),
  back({
    correlation: 'tagged',
    method: 'irq',
    window: 2,
    name: 'given back: tagged, while another one is prepared',
    actions: ['send', 'unsub', 'turn', 'done', 'refused', 'ready'],
    inside: { txPrepare: ['refused', 'unsub'] },
  }),
];

const DISPLACE: readonly ActionKind[] = ['send', 'unsub', 'turn', 'tick', 'done', 'refused', 'ready', 'withdraw'];
const keyed: SenderSpec = { via: 'send', key: 'k' };
const keyedLimit: SenderSpec = { via: 'send', key: 'k', limit: { total: 2 } };

/** Messages that make room for others, or are not to be sent any more. */
function making(spec: Pick<WorldSpec, 'name'> & Partial<WorldSpec>): WorldSpec {
  return world({ ...tagged, senders: [plain, plain, plain], actions: DISPLACE, answers: ['busy'], inside: {}, ...spec });
}

export const DISPLACING: readonly WorldSpec[] = [
  making({
    name: 'withdraw, from anywhere',
    queue: 2,
    senders: [plain, signal, next],
    inside: { sendData: ['withdraw', 'send'], report: ['withdraw'], notified: ['withdraw', 'send'] },
  }),
  making({ name: 'withdraw, from inside txPrepare', queue: 2, inside: { txPrepare: ['withdraw', 'unsub'] } }),
  making({ name: 'latest, one key', queue: 2, senders: [keyed, keyed, plain, keyed] }),
  making({
    name: 'latest, window 2, clocks',
    window: 2,
    queue: 1,
    senders: [keyedLimit, keyed, plain],
    inside: { sendData: ['send', 'refused'] },
  }),
  making({ name: 'latest, and closing', senders: [keyed, keyed, plain], actions: [...DISPLACE, 'link', 'complete', 'close', 'reopen'] }),
  making({
    name: 'drop-oldest',
    overflow: 'drop-oldest',
    queue: 1,
    senders: [plain, plain, plain, plain],
    inside: { sendData: ['send'], notified: ['send'] },
  }),
  making({ name: 'drop-oldest, latest, next()', overflow: 'drop-oldest', queue: 1, senders: [keyed, keyed, next, next] }),
  making({
    name: 'a link that is down fails its messages',
    whileDown: 'fail',
    window: 2,
    senders: [plain, signal, next],
    actions: ['send', 'unsub', 'cancel', 'turn', 'tick', 'done', 'link', 'ready', 'complete', 'close', 'reopen'],
    inside: { sendData: ['link', 'blink', 'send'], notified: ['link', 'send'] },
  }),
];

export const CATALOG: readonly WorldSpec[] = [
  ...TAGGED,
  ...ORDERED,
  ...UNTAGGED,
  ...EDGES,
  ...LEAVING,
  ...LIMITS,
  ...RESETS,
  ...FAULTS,
  ...GIVEN_BACK,
  ...DISPLACING,
];
