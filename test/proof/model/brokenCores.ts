import { WAITING } from '../../../src/core/TxEntry';
import { TxQueue } from '../../../src/core/Slots';
import { TxScheduler } from '../../../src/core/TxMachine';
import { TxTurn } from '../../../src/core/Sequencer';
import { TxList } from '../../../src/core/TxList';
import { PollTimer } from '../../../src/time/PollTimer';
import { OpenChannel } from '../../../src/channel/OpenChannel';
import { TxRecord } from '../../../src/channel/TxRecord';

// The core's inside, as somebody sees it who is about to break it.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-argument */

type Method = (this: any, ...args: any[]) => any;

interface BrokenCore {
  readonly name: string;
  readonly of: { readonly prototype: object };
  /** The method, or getter, that is replaced. */
  readonly member: string;
  readonly by: (original: Method) => Method;
}

function broken(name: string, of: unknown, member: string, by: (original: Method) => Method): BrokenCore {
  return { name, of: of as BrokenCore['of'], member, by };
}

/** Mistakes that other queues have been found to make, one by one. */
export const brokenCores: readonly BrokenCore[] = [
  broken(
    'credits a late tx-done to the oldest in flight',
    TxQueue,
    'match',
    (original) =>
      function (token) {
        const found = original.call(this, token);
        return found === 'lateTxDone' ? (this.oldest ?? found) : found;
      },
  ),
  broken(
    'credits any tx-done to whoever sent last',
    TxQueue,
    'match',
    (original) =>
      function (token) {
        const found = original.call(this, token);
        return typeof found === 'string' ? found : (this.waiting?.prev ?? this.last);
      },
  ),
  broken(
    'sends a message whose sender has left',
    TxScheduler,
    'leave',
    (original) =>
      function (entry, reason) {
        const waits = entry.state === WAITING && !this.inLink;
        const { message } = entry;
        original.call(this, entry, reason);
        // While it is still to be told, its links are in use.
        if (waits && this.untold === undefined) this.queue.accept(Object.assign(entry, { message }));
      },
  ),
  broken(
    'frees the slot at once when a sender leaves',
    TxScheduler,
    'abandon',
    () =>
      function (entry) {
        this.enter(() => this.abort(entry.token));
        this.queue.free(entry);
      },
  ),
  broken(
    'uses tokens again',
    TxQueue,
    'takeToken',
    () =>
      function () {
        return 1 + ((this.tokens.next++ - 1) % 16);
      },
  ),
  broken(
    'reports before it hands the next message over',
    TxTurn,
    'run',
    (original) =>
      function () {
        this.notify();
        original.call(this);
      },
  ),
  broken(
    'tells the sender before the report',
    OpenChannel,
    'deliver',
    (original) =>
      function (record) {
        record.tell();
        original.call(this, record);
      },
  ),
  broken(
    'reports twice',
    OpenChannel,
    'deliver',
    (original) =>
      function (record) {
        this.streams.report(record.report());
        original.call(this, record);
      },
  ),
  broken('forgets a refused head', TxScheduler, 'ready', () => function () {}),
  broken(
    'loses what is in flight on close and down',
    TxScheduler,
    'failSlots',
    () =>
      function () {
        for (let slot = this.queue.oldest; slot !== undefined; slot = this.queue.oldest) this.queue.free(slot);
      },
  ),
  broken(
    'has one message too many in flight',
    TxQueue,
    'head',
    () =>
      function () {
        return this.up && this.held <= this.settings.window ? this.waiting : undefined;
      },
  ),
  broken(
    'sends the youngest first',
    TxQueue,
    'accept',
    (original) =>
      function (entry) {
        const { waiting } = this;
        original.call(this, entry);
        if (waiting === undefined) return;
        this.remove(entry);
        Object.assign(entry, { prev: waiting.prev, next: waiting });
        if (waiting.prev === undefined) this.first = entry;
        else waiting.prev.next = entry;
        waiting.prev = entry;
        this.waiting = entry;
      },
  ),
  broken(
    'takes one message too many into the queue',
    TxQueue,
    'full',
    (original) =>
      function () {
        return original.call(this) && this.length > this.settings.txQueueLength;
      },
  ),
  broken(
    'sends while the link is down',
    TxQueue,
    'head',
    () =>
      function () {
        return this.held < this.settings.window ? this.waiting : undefined;
      },
  ),
  broken('never ends a quarantine', TxScheduler, 'release', () => function () {}),
  broken(
    'frees only one slot when a reset completes',
    TxScheduler,
    'releaseHeld',
    () =>
      function () {
        if (this.inLink) return this.defer(() => this.releaseHeld());
        const { oldest } = this.queue;
        if (oldest?.constructor.name === 'HeldSlot') this.queue.free(oldest);
        this.run();
      },
  ),
  broken(
    'lets the clock of the queue run on in flight',
    OpenChannel,
    'sent',
    () =>
      function () {
        if (this.settings.method === 'poll') this.environment.poll.kick(this);
      },
  ),
  broken(
    'tells who has left',
    TxRecord,
    'unsubscribe',
    (original) =>
      function () {
        const { observer } = this;
        original.call(this);
        observer?.error?.(this.outcome);
      },
  ),
  broken(
    'asks only after a period',
    PollTimer,
    'kick',
    () =>
      function (channel) {
        this.watch(channel);
      },
  ),
  broken(
    'closes before it is drained',
    TxQueue,
    'settled',
    () =>
      function () {
        return true;
      },
  ),
  broken(
    'never closes after complete()',
    TxQueue,
    'settled',
    () =>
      function () {
        return false;
      },
  ),
  broken(
    'deals with what happens inside sendData only after the next hand-over',
    TxTurn,
    'runDeferred',
    (original) =>
      function () {
        if (this.queue.head === undefined) original.call(this);
      },
  ),
  broken(
    'loses its place when it leaves the middle of the queue',
    TxList,
    'remove',
    (original) =>
      function (entry) {
        if (entry.prev !== undefined && entry.next !== undefined) this.last = entry.prev;
        original.call(this, entry);
      },
  ),
  broken(
    'gives the sender another error than the report',
    TxRecord,
    'tell',
    (original) =>
      function () {
        const { outcome } = this;
        if (outcome instanceof Error) this.outcome = Object.create(outcome);
        original.call(this);
      },
  ),
  broken(
    'copies messages',
    OpenChannel,
    'handOver',
    () =>
      function (record) {
        return this.link.sendData({ ...record.message }, record.token);
      },
  ),
];

/** Runs something, which may be async, on a core that is broken meanwhile. */
export function withBroken<T>({ of, member, by }: BrokenCore, run: () => T): T {
  const { prototype } = of;
  const intact = Object.getOwnPropertyDescriptor(prototype, member);
  if (intact === undefined) throw new Error(`there is no ${member} to break`);
  const { get, value } = intact;
  const mend = (): void => void Object.defineProperty(prototype, member, intact);
  Object.defineProperty(prototype, member, get ? { ...intact, get: by(get) } : { ...intact, value: by(value) });
  let result: T | undefined;
  try {
    result = run();
    return result instanceof Promise ? (result.finally(mend) as T) : result;
  } finally {
    if (!(result instanceof Promise)) mend();
  }
}
