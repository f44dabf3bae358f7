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
  /** `undefined`: one of the two was not there. */
  find(measured: Measured): number | boolean | undefined;
}

export interface Judged {
  readonly goal: Goal;
  readonly value: number | boolean | undefined;
  readonly met: boolean;
}

/** Judges every goal whose benchmark has run. What could not be measured is not met. */
export function judge(results: Readonly<Record<string, Measured>>): Judged[] {
  return GOALS.filter(({ group }) => group in results).map((goal) => {
    const value = goal.find(results[goal.group]!);
    const { better, limit } = goal;
    const met = value !== undefined && (better === 'less' ? value <= limit : better === 'more' ? value >= limit : value === limit);
    return { goal, value, met };
  });
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
const typical =
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

const WINDOW_1 = [
  ['window-1-20', 'window 1, 20 senders'],
  ['window-1-1000', 'window 1, 1,000 senders'],
] as const;
const WINDOW_64 = ['window-64', 'window 64'] as const;

const PAYLOAD = 'the payload of a cancelled message is free at once';
const ASYNC = 'rx-mailbox sendAsync';

export const GOALS: readonly Goal[] = [
  ...WINDOW_1.flatMap(([group, where]) => [
    within(group, where, 'fastq', 1.1),
    faster(group, where, 'Subject + concatMap', 5),
    faster(group, where, 'p-queue', 6),
    within(group, where, 'device alone', 1.9),
    faster(group, where, 'fastq.promise', 1.8, ASYNC),
    faster(group, where, 'promise chain', 1.1, ASYNC),
  ]),
  within(...WINDOW_64, 'fastq', 1),
  faster(...WINDOW_64, 'Subject + mergeMap', 12),
  faster(...WINDOW_64, 'p-queue', 10),
  within(...WINDOW_64, 'device alone', 2.3),
  faster(...WINDOW_64, 'fastq.promise', 1.8, ASYNC),
  within('timeouts', 'window 1', 'rx-mailbox', 1.6, 'rx-mailbox txTimeout'),
  faster('timeouts', 'window 1', 'RxJS timeout', 3, 'rx-mailbox txTimeout'),
  {
    what: 'bytes allocated over the device',
    group: 'allocation',
    better: 'less',
    limit: 160,
    unit: 'bytes',
    find: difference('rx-mailbox', 'device alone'),
  },
  { what: 'the same, sendAsync', group: 'allocation', better: 'less', limit: 540, unit: 'bytes', find: difference(ASYNC, 'device alone') },
  { what: 'bytes of an idle channel', group: 'idle', better: 'less', limit: 320, unit: 'bytes', find: typical('rx-mailbox') },
  { what: 'bytes of a waiting message, observer', group: 'queued', better: 'less', limit: 130, unit: 'bytes', find: typical('rx-mailbox') },
  {
    what: 'bytes of a waiting message, next()',
    group: 'queued',
    better: 'less',
    limit: 130,
    unit: 'bytes',
    find: typical('rx-mailbox next()'),
  },
  within('depth', 'time of a send', 'rx-mailbox, 100 waiting', 2.5, 'rx-mailbox, 1,000,000 waiting'),
  within('channels', 'time of a send', 'rx-mailbox, channels, 1', 2, 'rx-mailbox, channels, 100,000'),
  {
    what: 'cancel one of 100,000',
    group: 'cancel',
    better: 'less',
    limit: 1,
    unit: 'us',
    find: typical('rx-mailbox, unsubscribe()', 1e-3),
  },
  { what: PAYLOAD, group: 'cancel', better: 'so', limit: true, unit: '', find: ({ facts }) => facts[PAYLOAD] },
  faster('threads-1024', 'window 1,024', 'postMessage, an ack each', 10),
  faster('threads-1024', 'window 1,024', 'comlink', 40),
  faster('threads-64', 'window 64', 'postMessage, an ack each', 6),
  faster('threads-64', 'window 64', 'piscina', 20),
  faster('threads-64', 'window 64', 'comlink', 25),
  {
    what: 'rx-mailbox, round trip to a thread',
    group: 'threads-1',
    better: 'less',
    limit: 5,
    unit: 'us',
    find: typical(BOTH_AWAKE, 1e-3),
  },
  faster('threads-1', 'round trip', 'postMessage, an ack each', 10, BOTH_AWAKE),
  { what: 'size of the core', group: 'sizes', better: 'less', limit: 3000, unit: 'bytes', find: typical('rx-mailbox') },
  { what: 'size of shared memory', group: 'sizes', better: 'less', limit: 2000, unit: 'bytes', find: typical('rx-mailbox/shared-memory') },
];
