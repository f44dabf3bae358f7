import type { Measured } from './Measured';
import { BOTH_AWAKE } from './threads/ThreadSetting';
import { median, medianDifference, medianRatio } from './measure/statistics';

/** What the library promises of its speed and size. */
export interface Goal {
  readonly what: string;
  readonly group: string;
  readonly better: 'less' | 'more' | 'so';
  readonly limit: number | boolean;
  readonly unit: string;
  /** Holds on any machine, however busy it is: `npm run budgets` fails where more is needed. Only where less is better. */
  readonly budget?: number;
  /** `undefined`: one of the two was not there. */
  find(measured: Measured): number | boolean | undefined;
}

export interface Judged {
  readonly goal: Goal;
  /** The median of the runs; what is either so or not has to be so in all of them. */
  readonly value: number | boolean | undefined;
  readonly verdict: 'met' | 'about met' | 'missed';
}

/** So much beside the goal counts as met: two runs on the same machine differ by as much. */
const TOLERANCE = 0.05;

/** How the verdict is reached, for those who read it. */
export const TOLERANCE_NOTE = `Within ${100 * TOLERANCE} % of a goal counts as met.`;

/** Judges every goal whose benchmark has run. What could not be measured is not met. */
export function judge(runs: readonly Readonly<Record<string, Measured>>[]): Judged[] {
  return GOALS.filter(({ group }) => runs.every((results) => group in results)).map((goal) => {
    const value = typical(runs.map((results) => goal.find(results[goal.group]!)));
    return { goal, value, verdict: value === undefined ? 'missed' : verdict(goal, value) };
  });
}

function typical(values: readonly (number | boolean | undefined)[]): number | boolean | undefined {
  if (values.includes(undefined)) return undefined;
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 ? median(numbers) : values.every(Boolean);
}

function verdict({ better, limit }: Goal, value: number | boolean): Judged['verdict'] {
  if (typeof limit === 'boolean' || typeof value === 'boolean') return value === limit ? 'met' : 'missed';
  const beside = better === 'less' ? value / limit - 1 : 1 - value / limit;
  return beside <= 0 ? 'met' : beside <= TOLERANCE ? 'about met' : 'missed';
}

type Find = (name: string, other: string) => Goal['find'];

const both =
  (compare: (values: readonly number[], others: readonly number[]) => number): Find =>
  (name, other) =>
  ({ samples }) => {
    const values = samples[name];
    const others = samples[other];
    return values && others && compare(values, others);
  };
const ratio = both(medianRatio);
const difference = both(medianDifference);
const medianOf =
  (name: string, scale = 1): Goal['find'] =>
  ({ samples }) => {
    const values = samples[name];
    return values && median(values) * scale;
  };

/** At most so many times the time of a peer. */
function within(group: string, where: string, peer: string, limit: number, name = 'rx-mailbox'): Goal {
  return { what: `${name} / ${peer}, ${where}`, group, better: 'less', limit, unit: 'times', find: ratio(name, peer) };
}

/** At least so many times faster than a peer. */
function faster(group: string, where: string, peer: string, limit: number, name = 'rx-mailbox'): Goal {
  return { what: `${peer} / ${name}, ${where}`, group, better: 'more', limit, unit: 'times', find: ratio(peer, name) };
}

/** At most so many bytes. */
function bytes(what: string, group: string, limit: number, find: Goal['find']): Goal {
  return { what, group, better: 'less', limit, unit: 'bytes', find };
}

/** At most so many times the time of the same with little to do. */
function growth(what: string, group: string, limit: number, many: string, few: string): Goal {
  return { what, group, better: 'less', limit, unit: 'times', find: ratio(many, few) };
}

/** At most so many microseconds. */
function microseconds(what: string, group: string, limit: number, name: string): Goal {
  return { what, group, better: 'less', limit, unit: 'us', find: medianOf(name, 1e-3) };
}

/** Bytes are about the same everywhere. */
const budgetOfBytes = (goal: Goal): Goal => ({ ...goal, budget: 1.5 * (goal.limit as number) });
/** Quotients of times within one run; a busy machine may disturb one of the two. What they guard against is a factor of 50 and more. */
const budgetOfGrowth = (goal: Goal): Goal => ({ ...goal, budget: 2 * (goal.limit as number) });

const WINDOW_1 = ['window 1, 20 senders', 'window 1, 1,000 senders'] as const;
const WINDOW_64 = ['window-64', 'window 64'] as const;

const PAYLOAD = 'the payload of a cancelled message is free at once';
const ASYNC = 'rx-mailbox sendAsync';
const TIMEOUT = 'rx-mailbox txTimeout';
const SHARED = 'rx-mailbox, a shared window';

/** With a window of 1, where only the promises cost more, the more senders there are. */
function window1(group: string, where: string, fastqPromise: number): Goal[] {
  return [
    within(group, where, 'fastq', 1.28),
    within(group, where, 'device alone', 1.9),
    faster(group, where, 'p-queue', 10),
    faster(group, where, 'Subject + concatMap', 7),
    faster(group, where, 'fastq.promise', fastqPromise, ASYNC),
    faster(group, where, 'promise chain', 1.1, ASYNC),
  ];
}

export const GOALS: readonly Goal[] = [
  ...window1('window-1-20', WINDOW_1[0], 1.25),
  ...window1('window-1-1000', WINDOW_1[1], 1.6),
  within(...WINDOW_64, 'fastq', 1.38),
  within(...WINDOW_64, 'device alone', 2.3),
  faster(...WINDOW_64, 'p-queue', 10),
  faster(...WINDOW_64, 'Subject + mergeMap', 12),
  faster(...WINDOW_64, 'fastq.promise', 1.4, ASYNC),
  within('timeouts', 'window 1', 'fastq', 2.6, TIMEOUT),
  faster('timeouts', 'window 1', 'RxJS timeout', 3.8, TIMEOUT),
  microseconds('txDone$ with 1,000 listeners', 'listeners-1000', 9, 'txDone$ has 1,000 listeners'),
  microseconds('events$ with 1,000 listeners', 'listeners-1000', 26, 'events$ has 1,000 listeners'),
  ...[
    bytes('bytes of a send over the device, observer', 'allocation', 156, difference('rx-mailbox', 'device alone')),
    bytes('bytes of a send over the device, promise', 'allocation', 575, difference(ASYNC, 'device alone')),
    bytes('bytes of an idle channel', 'idle', 365, medianOf('rx-mailbox')),
    bytes('bytes of a waiting message, observer', 'queued', 130, medianOf('rx-mailbox')),
    bytes('bytes of a waiting message, next()', 'queued', 130, medianOf('rx-mailbox next()')),
  ].map(budgetOfBytes),
  ...[
    growth('a send, 1,000,000 waiting / 100 waiting', 'depth', 2.5, 'rx-mailbox, 1,000,000 waiting', 'rx-mailbox, 100 waiting'),
    growth('a send, 100,000 channels / 1 channel', 'channels', 2, 'rx-mailbox, channels, 100,000', 'rx-mailbox, channels, 1'),
    growth('a send, 100,000 channels that share a window / 1', 'shared', 4, `${SHARED}, 100,000`, `${SHARED}, 1`),
    growth('a send, 100,000 channels that share a window / 1,000', 'shared', 3, `${SHARED}, 100,000`, `${SHARED}, 1,000`),
    growth('a send, window 10,000 in random order / window 1', 'random', 10, 'rx-mailbox, window 10,000', 'rx-mailbox, window 1'),
    growth(
      'sendTo, 400,000 values at once / 4,000, for each',
      'send-to',
      3,
      'rx-mailbox sendTo, 400,000 values',
      'rx-mailbox sendTo, 4,000 values',
    ),
  ].map(budgetOfGrowth),
  microseconds('cancel one of 100,000', 'cancel', 1, 'rx-mailbox, unsubscribe()'),
  { what: PAYLOAD, group: 'cancel', better: 'so', limit: true, unit: '', find: ({ facts }) => facts[PAYLOAD] },
  faster('threads-1024', 'window 1,024', 'postMessage, an ack each', 10),
  faster('threads-1024', 'window 1,024', 'comlink', 40),
  faster('threads-64', 'window 64', 'postMessage, an ack each', 6),
  faster('threads-64', 'window 64', 'piscina', 20),
  faster('threads-64', 'window 64', 'comlink', 25),
  microseconds('rx-mailbox, round trip to a thread', 'threads-1', 5, BOTH_AWAKE),
  faster('threads-1', 'round trip', 'postMessage, an ack each', 10, BOTH_AWAKE),
  bytes('size of { Mailbox } and RxJS', 'sizes', 14_600, medianOf('{ Mailbox } and RxJS')),
  bytes('size of { Mailbox }', 'sizes', 8600, medianOf('{ Mailbox }')),
  bytes('size of everything in rx-mailbox', 'sizes', 9800, medianOf('rx-mailbox')),
];
