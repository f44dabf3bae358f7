import type { ActionKind, PointKind, SenderSpec, WorldSpec } from './WorldSpec';

/** Everything that can happen between two calls. */
const ALL: readonly ActionKind[] = [
  'send', 'unsub', 'cancel', 'tick', 'done', 'fail', 'stray', 'ready', 'link', 'reset',
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
    reset: 'left',
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
    reset: 'left',
    senders: [plain, piped, signal],
    inside: { ...SOME, resetLink: [], abort: [] },
  }),
  world({ ...ordered, name: 'ordered, a reset that ends everything', window: 2, reset: 'all', senders: [plain, piped], inside: SOME }),
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
    reset: 'left',
    quarantine: 3,
    senders: [piped, signal],
    inside: { ...EVERYWHERE, resetLink: [], abort: [] },
  }),
  world({ ...untagged, name: 'untagged, by acknowledge()', method: 'ack', senders: [piped, total] }),
  world({ ...untagged, name: 'untagged, polled', method: 'poll', reset: 'left', senders: [piped, parts], inside: SOME }),
];

export const EDGES: readonly WorldSpec[] = [
  world({ ...tagged, name: 'a link that is down when it starts', startsDown: true, senders: [plain, piped] }),
  world({ ...tagged, name: 'a poll period for refused messages only', period: 2, senders: [piped, parts], inside: SOME }),
  world({ ...tagged, name: 'events$ has no subscriber', untraced: true, senders: [total, piped] }),
  world({ ...tagged, name: 'things that happen inside events$', senders: [plain, signal], inside: { event: ANY } }),
  world({ ...ordered, name: 'things that happen inside txPrepare', senders: [piped, signal], inside: { sendData: FEW, txPrepare: FEW } }),
  world({ ...untagged, name: 'two surprises in one step', senders: [piped, next], inside: SOME, deviations: 2 }),
];

export const CATALOG: readonly WorldSpec[] = [...TAGGED, ...ORDERED, ...UNTAGGED, ...EDGES];
