import { QueueFullError } from 'rx-mailbox';
import { TxScheduler } from '../../../src/core/TxMachine';
import { TxQueue } from '../../../src/core/Slots';
import { TxTurn } from '../../../src/core/Sequencer';
import { OpenChannel } from '../../../src/channel/OpenChannel';
import { TxRecord } from '../../../src/channel/TxRecord';
import { EDGES, ORDERED, TAGGED, UNTAGGED } from './catalog';
import { explore } from './explore';
import { printTrace } from './printTrace';
import { Violation } from './Violation';
import { World } from './World';
import type { WorldSpec } from './WorldSpec';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return -- it breaks what is private */
type Method = (this: any, ...args: any[]) => any;

/** Replaces one method of the library by a wrong one, which is given the right one. */
interface Break {
  readonly what: string;
  readonly of: { prototype: object };
  readonly method: string;
  readonly wrong: (right: Method) => Method;
  readonly spec: WorldSpec;
  /** Which rule it breaks; where it is several, the one that is seen first depends on the way. */
  readonly rule: string | RegExp;
}

const [taggedWorld] = TAGGED as [WorldSpec];
const [orderedWorld] = ORDERED as [WorldSpec];
const [untaggedWorld] = UNTAGGED as [WorldSpec];
const named = (name: string): WorldSpec => [...TAGGED, ...ORDERED, ...UNTAGGED, ...EDGES].find((spec) => spec.name === name)!;

const BREAKS: readonly Break[] = [
  {
    what: 'a late tx-done is credited to the next message',
    of: TxQueue,
    method: 'match',
    wrong: (right) =>
      function (token) {
        const found = right.call(this, token);
        return found === 'lateTxDone' ? (this.oldest ?? found) : found;
      },
    spec: taggedWorld,
    rule: 'rule 3',
  },
  {
    what: 'the slot of an untagged wire is free at once when its sender leaves',
    of: TxScheduler,
    method: 'abandon',
    wrong: (right) =>
      function (entry) {
        right.call(this, entry);
        this.queue.free(this.queue.waiting?.prev ?? this.queue.last);
      },
    spec: untaggedWorld,
    rule: /rule [36]|events\$/,
  },
  {
    what: 'a tombstone of an ordered wire swallows nothing',
    of: TxQueue,
    method: 'match',
    wrong: (right) =>
      function (token) {
        const found = right.call(this, token);
        return found?.state === 3 ? (this.after(found) ?? found) : found;
      },
    spec: named('ordered, window 2'),
    rule: 'rule 3',
  },
  {
    what: 'a withdrawn message is still sent',
    of: TxScheduler,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason) {
        const waits = !this.inLink && entry.state === 1;
        const { message } = entry;
        right.call(this, entry, reason);
        // While it is still to be told, its links are in use.
        if (!waits || this.untold !== undefined) return;
        Object.assign(entry, { message, state: 1 });
        this.queue.push(entry);
        this.queue.waiting ??= entry;
      },
    spec: taggedWorld,
    // It is the trace that first says that it went out.
    rule: /rule 4|events\$/,
  },
  {
    what: 'every outcome is reported twice',
    of: OpenChannel,
    method: 'deliver',
    wrong: (right) =>
      function (record) {
        this.streams.report(record.report());
        right.call(this, record);
      },
    spec: taggedWorld,
    rule: 'rule 2',
  },
  {
    what: 'the sender is told before the report',
    of: OpenChannel,
    method: 'deliver',
    wrong: (right) =>
      function (record) {
        record.tell();
        right.call(this, record);
      },
    spec: taggedWorld,
    rule: 'rule 7',
  },
  {
    what: 'the report comes before the next hand-over',
    of: TxScheduler,
    method: 'finish',
    wrong: (right) =>
      function (...args) {
        right.apply(this, args);
        this.notify();
      },
    spec: taggedWorld,
    rule: 'rule 7',
  },
  {
    what: 'ready does not try a refused head again',
    of: TxScheduler,
    method: 'ready',
    wrong: () => () => undefined,
    spec: taggedWorld,
    rule: 'section 7, busy',
  },
  {
    what: 'an unknown tx-done does not try a refused head again',
    of: TxScheduler,
    method: 'txDone',
    wrong: (right) =>
      function (token, ...rest) {
        if (this.inLink || typeof this.queue.match(token) !== 'string') return right.call(this, token, ...rest);
        this.note(this.queue.match(token), token, rest[1]);
        this.notify();
      },
    spec: taggedWorld,
    rule: 'section 7, busy',
  },
  {
    what: 'a head that leaves does not pass its turn on',
    of: TxScheduler,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason) {
        const { refused } = this;
        const run = this.run;
        if (refused && entry === this.queue.waiting) this.run = () => this.notify();
        right.call(this, entry, reason);
        this.run = run;
      },
    spec: named('tagged, three senders, queue 3'),
    rule: 'rule 7',
  },
  {
    what: 'waiting messages are forgotten on close',
    of: TxScheduler,
    method: 'end',
    wrong: (right) =>
      function (options) {
        this.queue.waiting = undefined;
        right.call(this, options);
      },
    spec: taggedWorld,
    rule: 'rule 2',
  },
  {
    what: 'a token is used again',
    of: TxQueue,
    method: 'takeToken',
    wrong: (right) =>
      function () {
        return ((right.call(this) as number) % 4) + 1;
      },
    spec: taggedWorld,
    rule: 'rule 1',
  },
  {
    what: 'what happens inside sendData is dealt with inside it',
    of: TxTurn,
    method: 'defer',
    wrong: () =>
      function (work) {
        this.inLink = false;
        work();
        this.inLink = true;
      },
    spec: taggedWorld,
    rule: /rule [367]/,
  },
  {
    what: 'report and sender get different error objects',
    of: TxRecord,
    method: 'report',
    wrong: (right) =>
      function () {
        const report = right.call(this);
        return report.error ? { ...report, error: new QueueFullError(1) } : report;
      },
    spec: taggedWorld,
    rule: /rule [23]/,
  },
  {
    what: 'the last one in is the first one out',
    of: TxQueue,
    method: 'accept',
    wrong: (right) =>
      function (entry) {
        right.call(this, entry);
        const { waiting, last, length } = this;
        if (length !== 2) return;
        const slot = waiting.prev;
        Object.assign(this, { waiting: last, last: waiting, ...(slot === undefined && { first: last }) });
        if (slot !== undefined) slot.next = last;
        Object.assign(last, { prev: slot, next: waiting });
        Object.assign(waiting, { prev: last, next: undefined });
      },
    spec: named('tagged, three senders, queue 3'),
    rule: /rule [57]/,
  },
  {
    what: 'the link is not told that a sender left',
    of: OpenChannel,
    method: 'abort',
    wrong: () => () => undefined,
    spec: orderedWorld,
    rule: 'section 6',
  },
  {
    what: 'orphans are not asked about',
    of: TxScheduler,
    method: 'ask',
    wrong: (right) =>
      function (slot) {
        return slot.state === 3 ? undefined : right.call(this, slot);
      },
    spec: named('ordered, polled'),
    rule: 'section 8',
  },
  {
    what: 'a link that is down is sent to',
    of: TxScheduler,
    method: 'fill',
    wrong: (right) =>
      function () {
        const { queue } = this;
        if (queue.up) return right.call(this);
        queue.up = true;
        right.call(this);
        queue.up = false;
      },
    spec: taggedWorld,
    rule: 'section 6, down',
  },
  {
    what: 'clocks run on after the outcome',
    of: TxRecord,
    method: 'stopWatches',
    wrong: () => () => undefined,
    spec: taggedWorld,
    rule: 'rule 9',
  },
  {
    what: 'a reset frees nothing',
    of: TxScheduler,
    method: 'releaseHeld',
    wrong: () => () => undefined,
    spec: named('untagged, reset and quarantine'),
    rule: /rule [79]/,
  },
  {
    what: 'a quarantine never ends',
    of: TxScheduler,
    method: 'release',
    wrong: () => () => undefined,
    spec: named('ordered, quarantine'),
    rule: /rule [79]|events\$/,
  },
  {
    what: 'a channel that is completing never closes',
    of: TxScheduler,
    method: 'quiet',
    wrong: () => () => undefined,
    spec: taggedWorld,
    rule: 'section 4, closing',
  },
];

describe('a broken core is found out', () => {
  it.each(BREAKS)('$what', ({ of, method, wrong, spec, rule }) => {
    const prototype = of.prototype as Record<string, Method>;
    const right = prototype[method]!;
    prototype[method] = wrong(right);
    let trace: readonly (readonly [string, ...string[]])[];
    try {
      const { found } = explore(spec, 20_000);
      expect(found?.violation.rule).toMatch(rule);
      trace = found!.trace;
      // What is printed shows it, to the last step and not before.
      expect(trace.length).toBeLessThanOrEqual(8);
      expect(printTrace(spec, found!).match(/world\.step\(/g)).toHaveLength(trace.length);
      const world = new World(spec);
      for (const step of trace.slice(0, -1)) world.step(...step);
      expect(() => world.step(...trace.at(-1)!)).toThrow(Violation);
    } finally {
      prototype[method] = right;
    }
    const world = new World(spec);
    for (const step of trace) world.step(...step);
  });
});
