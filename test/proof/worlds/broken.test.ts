import './unhandled';
import { QueueFullError } from 'rx-mailbox';
import { Backlog } from '../../../src/core/Backlog';
import { Batch } from '../../../src/core/Batch';
import { KeyedBacklog } from '../../../src/core/KeyedBacklog';
import { HandOver } from '../../../src/core/HandOver';
import { Sequencer } from '../../../src/core/Sequencer';
import { Settlement } from '../../../src/core/Settlement';
import { Slots } from '../../../src/core/Slots';
import { TxMachine } from '../../../src/core/TxMachine';
import { ChannelEffects } from '../../../src/channel/ChannelEffects';
import { OpenChannel } from '../../../src/channel/OpenChannel';
import { TxRecord } from '../../../src/channel/TxRecord';
import { WatchedRecord } from '../../../src/channel/WatchedRecord';
import { DeadlineList } from '../../../src/time/DeadlineList';
import { Deadlines } from '../../../src/time/Deadlines';
import { PollTimer } from '../../../src/time/PollTimer';
import { CATALOG, ORDERED, TAGGED, UNTAGGED } from './catalog';
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
const named = (name: string): WorldSpec => CATALOG.find((spec) => spec.name === name)!;

const WAITING = 1;
const HELD = 5;

const DOWN = 1;
const RESET_UNDER_WAY = 8;
const RESETTING = 4 | RESET_UNDER_WAY;

const BREAKS: readonly Break[] = [
  {
    what: 'a late tx-done is credited to the next message',
    of: Slots,
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
    of: Settlement,
    method: 'leaveInFlight',
    wrong: (right) =>
      function (entry) {
        right.call(this, entry);
        this.slots.release(this.slots.oldest);
      },
    spec: untaggedWorld,
    rule: /rule [36]|events\$/,
  },
  {
    what: 'a held slot of an ordered wire swallows nothing',
    of: Slots,
    method: 'match',
    wrong: (right) =>
      function (token) {
        const found = right.call(this, token);
        return found?.state === HELD ? (found.next ?? found) : found;
      },
    spec: named('ordered, window 2'),
    rule: 'rule 3',
  },
  {
    what: 'a withdrawn message is still sent',
    of: TxMachine,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason, pausing) {
        const waits = !this.sequencer.insideLink && entry.state === 1;
        const { message } = entry;
        right.call(this, entry, reason, pausing);
        // While its outcome is queued, its links are in use.
        if (!waits || this.sequencer.first !== undefined) return;
        // Not counted, so that only its hand-over gives it away.
        this.backlog.list.push(Object.assign(entry, { message, state: 1 }));
      },
    spec: taggedWorld,
    // It is the trace that first says that it went out.
    rule: /rule 4|events\$/,
  },
  {
    what: 'every outcome is reported twice',
    of: ChannelEffects,
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
    of: ChannelEffects,
    method: 'deliver',
    wrong: (right) =>
      function (record) {
        record.notifySender();
        right.call(this, record);
      },
    spec: taggedWorld,
    rule: 'rule 7',
  },
  {
    what: 'the report comes before the next hand-over',
    of: Settlement,
    method: 'finish',
    wrong: (right) =>
      function (...args) {
        right.apply(this, args);
        this.sequencer.notify();
      },
    spec: taggedWorld,
    rule: 'rule 7',
  },
  {
    what: 'ready does not try a refused head again',
    of: TxMachine,
    method: 'ready',
    wrong: () =>
      function () {
        this.sequencer.note('ready');
        this.handOver.notify();
      },
    spec: taggedWorld,
    rule: /semantics (7\.1|13\.2)/,
  },
  {
    what: 'an unknown tx-done does not try a refused head again',
    of: TxMachine,
    method: 'txDone',
    wrong: (right) =>
      function (token, ...rest) {
        const found = this.slots.match(token);
        if (this.sequencer.insideLink || typeof found !== 'string') return right.call(this, token, ...rest);
        this.sequencer.note(found, token, rest[1]);
        this.sequencer.notify();
      },
    spec: taggedWorld,
    rule: /semantics (7\.1|13\.2)/,
  },
  {
    what: 'a head that leaves does not pass its turn on',
    of: TxMachine,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason, pausing) {
        const { handOver, sequencer } = this;
        const { run } = handOver;
        if (handOver.refused && entry === this.backlog.head) handOver.run = () => sequencer.notify();
        right.call(this, entry, reason, pausing);
        handOver.run = run;
      },
    spec: named('tagged, three senders, queue 3'),
    rule: 'rule 7',
  },
  {
    what: 'waiting messages are forgotten on close',
    of: TxMachine,
    method: 'close',
    wrong: (right) =>
      function (options) {
        if (!this.closed) Object.assign(this.backlog.list, { first: undefined, last: undefined });
        return right.call(this, options);
      },
    spec: taggedWorld,
    rule: 'rule 2',
  },
  {
    what: 'a token is used again',
    of: TxMachine,
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
    of: Sequencer,
    method: 'defer',
    wrong: () =>
      function (transition) {
        this.insideLink = false;
        transition();
        this.insideLink = true;
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
    of: Backlog,
    method: 'add',
    wrong: (right) =>
      function (entry) {
        right.call(this, entry);
        const { list } = this;
        const { first, last } = list;
        if (this.length !== 2) return;
        Object.assign(list, { first: last, last: first });
        Object.assign(last, { prev: undefined, next: first });
        Object.assign(first, { prev: last, next: undefined });
      },
    spec: named('tagged, three senders, queue 3'),
    rule: /rule [57]/,
  },
  {
    what: 'the link is not told that a sender left',
    of: ChannelEffects,
    method: 'abort',
    wrong: () => () => undefined,
    spec: orderedWorld,
    rule: 'semantics 5.1',
  },
  {
    what: 'held slots are not asked about',
    of: ChannelEffects,
    method: 'lastTxDone',
    wrong: (right) =>
      function (token) {
        return this.channel.machine.slots.match(token).state === HELD ? false : right.call(this, token);
      },
    spec: named('ordered, polled'),
    rule: 'semantics 8.1',
  },
  {
    what: 'a link that is down is sent to',
    of: HandOver,
    method: 'handOverQueue',
    wrong: (right) =>
      function (single) {
        const { gate } = this;
        const { reasons } = gate;
        gate.clear(DOWN);
        right.call(this, single);
        gate.reasons |= reasons & DOWN;
      },
    spec: taggedWorld,
    rule: 'semantics 9.1',
  },
  {
    what: 'clocks run on after the outcome',
    of: WatchedRecord,
    method: 'stopWatches',
    wrong: () => () => undefined,
    spec: taggedWorld,
    rule: 'rule 9',
  },
  {
    what: 'a reset frees nothing',
    of: TxMachine,
    method: 'resetDone',
    wrong: () => () => undefined,
    spec: named('untagged, reset and quarantine'),
    rule: /rule [279]|events\$/,
  },
  {
    what: 'a quarantine never ends',
    of: TxMachine,
    method: 'release',
    wrong: () => () => undefined,
    spec: named('ordered, window 2, quarantines of one turn'),
    rule: /rule [279]|events\$/,
  },
  {
    what: 'a channel that is completing never closes',
    of: OpenChannel,
    method: 'afterNotifying',
    wrong: () => () => undefined,
    spec: taggedWorld,
    rule: 'semantics 10',
  },
  {
    what: 'a leave begins no pause',
    of: TxMachine,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason) {
        right.call(this, entry, reason, false);
      },
    spec: named('tagged, four who may leave together'),
    rule: /rule [49]/,
  },
  {
    what: 'a limit begins a pause, too',
    of: TxMachine,
    method: 'leave',
    wrong: (right) =>
      function (entry, reason) {
        right.call(this, entry, reason, true);
      },
    spec: named('tagged, limits of one length'),
    rule: /rule [79]/,
  },
  {
    what: 'a pause never ends',
    of: TxMachine,
    method: 'turnEnded',
    wrong: () => () => undefined,
    spec: named('tagged, four who may leave together'),
    rule: /rule [79]/,
  },
  {
    what: 'those whose limits run out together leave one after the other',
    of: Batch,
    method: 'run',
    wrong: () => (transitions) => transitions(),
    spec: named('tagged, limits of one length'),
    rule: /rule [47]/,
  },
  {
    what: 'those whose limits run out together are told before the next hand-over',
    of: Batch,
    method: 'join',
    wrong: (right) =>
      function (member) {
        member.sequencer.notify();
        return right.call(this, member);
      },
    spec: named('tagged, limits of several lengths'),
    rule: 'rule 7',
  },
  {
    what: 'each limit of a turn has a due time of its own',
    of: Deadlines,
    method: 'start',
    wrong: () =>
      function (limit, deadline) {
        this.begin(limit, undefined).start(deadline);
      },
    spec: named('tagged, limits of one length'),
    rule: /rule [49]/,
  },
  {
    what: 'a limit begins to count before its turn has ended',
    of: DeadlineList,
    method: 'setDue',
    wrong: (right) =>
      function (now) {
        right.call(this, now - 1);
      },
    spec: named('tagged, limits of one length'),
    rule: 'semantics 13.2',
  },
  {
    what: 'a reset is subscribed at once',
    of: Settlement,
    method: 'leaveInFlight',
    wrong: (right) =>
      function (entry) {
        right.call(this, entry);
        this.sequencer.callLink(() => this.effects.reset());
      },
    spec: named('a reset: ordered, irq, window 2'),
    rule: 'semantics 5.4',
  },
  {
    what: 'a reset is subscribed twice',
    of: ChannelEffects,
    method: 'reset',
    wrong: (right) =>
      function () {
        right.call(this);
        right.call(this);
      },
    spec: named('a reset: ordered, irq, window 2'),
    rule: 'semantics 5.4',
  },
  {
    what: 'a reset spares those who are still there',
    of: Settlement,
    method: 'failSlots',
    wrong: (right) =>
      function (makeError, by) {
        if (makeError().code !== 'ECONNRESET') return right.call(this, makeError, by);
        for (let slot = this.slots.oldest, next; slot !== undefined; slot = next) {
          ({ next } = slot);
          if (slot.state === HELD) this.slots.release(slot);
        }
      },
    spec: named('a reset: ordered, irq, window 2'),
    rule: /rule [27]|events\$/,
  },
  {
    what: 'messages are handed over during a reset',
    of: HandOver,
    method: 'handOverQueue',
    wrong: (right) =>
      function (single) {
        const { gate } = this;
        const { reasons } = gate;
        gate.clear(RESETTING);
        right.call(this, single);
        gate.reasons |= reasons & RESETTING;
      },
    spec: named('a reset: ordered, irq, window 2'),
    rule: /rule 4|semantics 5\.4/,
  },
  {
    what: 'a late tx-done ends a reset',
    of: Settlement,
    method: 'finish',
    wrong: (right) =>
      function (slot, ...rest) {
        const late = slot.state === HELD;
        right.call(this, slot, ...rest);
        if (!late || !this.gate.has(RESET_UNDER_WAY)) return;
        this.gate.clear(RESETTING);
        this.effects.epochEnded();
      },
    spec: named('a reset: ordered, irq, window 2'),
    rule: 'semantics 5.4',
  },
  {
    what: 'a link that says ready while it refuses is tried again at once',
    of: HandOver,
    method: 'wasRefused',
    wrong: (right) =>
      function (head) {
        const { effects } = this;
        const { retryLater } = effects;
        effects.retryLater = () => (this.mayRetry = true);
        right.call(this, head);
        effects.retryLater = retryLater;
      },
    spec: named('refusing, and speaking: tagged, irq, window 1'),
    rule: 'semantics 7.1',
  },
  {
    what: 'a link that says ready while it refuses is not tried again',
    of: ChannelEffects,
    method: 'retryLater',
    wrong: () => () => undefined,
    spec: named('refusing, and speaking: tagged, irq, window 1'),
    rule: 'semantics 13.2',
  },
  {
    what: 'a held slot about which lastTxDone threw is asked about again',
    of: Slots,
    method: 'mute',
    wrong: () => () => undefined,
    spec: named('nonsense: untagged, poll, window 1'),
    rule: /semantics 8\.1|rule 9/,
  },
  {
    what: 'held slots are asked about as often as messages',
    of: PollTimer,
    method: 'again',
    wrong: () =>
      function () {
        this.timer.arm(this.period);
      },
    spec: named('nonsense: untagged, poll, window 1'),
    rule: 'semantics 8.1',
  },
  {
    what: 'a message is prepared for each attempt',
    of: HandOver,
    method: 'prepare',
    wrong: (right) =>
      function (head) {
        head.state = WAITING;
        return right.call(this, head);
      },
    spec: named('nonsense: tagged, irq, window 2'),
    rule: 'semantics 7.3',
  },
  {
    what: 'what the link must not say is ignored',
    of: TxMachine,
    method: 'broken',
    wrong: () => () => undefined,
    spec: named('nonsense: tagged, irq, window 2'),
    rule: 'events$',
  },
  {
    what: 'whoever leaves in its next gets no completion',
    of: TxRecord,
    method: 'giveCompletion',
    wrong: (right) =>
      function (sender) {
        if (this.sender !== undefined) right.call(this, sender);
      },
    spec: named('tagged, window 2, leaving inside a completion'),
    rule: 'rule 2',
  },
  {
    what: 'what is given back goes to the end of the queue',
    of: Backlog,
    method: 'putBack',
    wrong: () =>
      function (entry) {
        this.add(entry);
      },
    spec: named('given back: tagged, window 3'),
    rule: /rule [57]/,
  },
  {
    what: 'what is given back is tried again at once',
    of: HandOver,
    method: 'takeBack',
    wrong: (right) =>
      function (entry) {
        const waits = right.call(this, entry);
        this.mayRetry = true;
        return waits;
      },
    spec: named('given back: tagged, window 3'),
    rule: 'semantics 7.1',
  },
  {
    what: 'progress does not break the silence',
    of: ChannelEffects,
    method: 'progress',
    wrong: () => () => undefined,
    spec: named('given back: tagged, clocks and progress'),
    rule: /rule [239]|semantics 13\.2|events\$/,
  },
  {
    what: 'who is displaced is told at once',
    of: Settlement,
    method: 'displace',
    wrong: (right) =>
      function (entry, error) {
        right.call(this, entry, error);
        this.tellDisplaced();
      },
    spec: named('latest, one key'),
    rule: /rule [27]/,
  },
  {
    what: 'the message that replaces another one goes to the end',
    of: KeyedBacklog,
    method: 'replace',
    wrong: (right) =>
      function (old, entry) {
        right.call(this, old, entry);
        this.list.remove(entry);
        this.list.push(entry);
      },
    spec: named('latest, one key'),
    rule: /rule [57]/,
  },
  {
    what: 'what waits stays when the link of a channel goes down whose messages are to fail',
    of: ChannelEffects,
    method: 'turned',
    wrong: (right) =>
      function (up) {
        right.call(this, up);
        this.channel.machine.settings.failsWhileDown = up;
      },
    spec: named('a link that is down fails its messages'),
    rule: /rule [27]|semantics [29]|events\$/,
  },
  {
    what: 'withdraw spares the last',
    of: OpenChannel,
    method: 'withdraw',
    wrong: (right) =>
      function (reason) {
        const { backlog } = this.machine;
        const { last } = backlog.list;
        if (backlog.length < 2 || last === backlog.head) return right.call(this, reason);
        backlog.remove(last);
        const count = right.call(this, reason);
        backlog.add(last);
        return count;
      },
    spec: named('withdraw, from anywhere'),
    rule: /semantics [23]|rule [27]|events\$/,
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
