import { WAITING } from '../../../src/core/TxEntry';
import { Backlog } from '../../../src/core/Backlog';
import { Gate } from '../../../src/core/Gate';
import { HandOver } from '../../../src/core/HandOver';
import { List } from '../../../src/core/List';
import { Settlement } from '../../../src/core/Settlement';
import { Slots } from '../../../src/core/Slots';
import { TxMachine } from '../../../src/core/TxMachine';
import { PollTimer } from '../../../src/time/PollTimer';
import { ChannelEffects } from '../../../src/channel/ChannelEffects';
import { TxRecord } from '../../../src/channel/TxRecord';
import { broken, type BrokenCore } from './broken';

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment */

/** Mistakes that other queues have been found to make, one by one. */
export const brokenCores: readonly BrokenCore[] = [
  broken(
    'credits a late tx-done to the oldest in flight',
    Slots,
    'match',
    (original) =>
      function (token) {
        const found = original.call(this, token);
        return found === 'lateTxDone' ? (this.oldest ?? found) : found;
      },
  ),
  broken(
    'credits any tx-done to whoever sent last',
    Slots,
    'match',
    (original) =>
      function (token) {
        const found = original.call(this, token);
        return typeof found === 'string' ? found : this.list.last;
      },
  ),
  broken(
    'sends a message whose sender has left',
    TxMachine,
    'leave',
    (original) =>
      function (entry, reason) {
        const waits = entry.state === WAITING && !this.insideLink;
        const { message } = entry;
        original.call(this, entry, reason);
        // While its outcome is queued, its links are in use.
        if (waits && this.sequencer.first === undefined) this.backlog.add(Object.assign(entry, { message, token: this.takeToken() }));
      },
  ),
  broken(
    'frees the slot at once when a sender leaves',
    Settlement,
    'leaveInFlight',
    () =>
      function (entry) {
        this.sequencer.callLink(() => this.effects.abort(entry.token));
        this.slots.release(entry);
      },
  ),
  broken(
    'uses tokens again',
    TxMachine,
    'takeToken',
    () =>
      function () {
        return 1 + ((this.tokens.next++ - 1) % 16);
      },
  ),
  broken(
    'reports before it hands the next message over',
    HandOver,
    'run',
    (original) =>
      function () {
        this.sequencer.notify();
        original.call(this);
      },
  ),
  broken(
    'tells the sender before the report',
    ChannelEffects,
    'deliver',
    (original) =>
      function (record) {
        record.notifySender();
        original.call(this, record);
      },
  ),
  broken(
    'reports twice',
    ChannelEffects,
    'deliver',
    (original) =>
      function (record) {
        this.channel.streams.report(record.report());
        original.call(this, record);
      },
  ),
  broken('forgets a refused head', TxMachine, 'ready', () => function () {}),
  broken(
    'loses what is in flight on close and down',
    Settlement,
    'failSlots',
    () =>
      function () {
        for (let slot = this.slots.oldest; slot !== undefined; slot = this.slots.oldest) this.slots.release(slot);
      },
  ),
  broken(
    'has one message too many in flight',
    Slots,
    'free',
    () =>
      function () {
        return this.used <= this.settings.window;
      },
  ),
  broken(
    'sends the youngest first',
    Backlog,
    'add',
    (original) =>
      function (entry) {
        const { list } = this;
        const { first } = list;
        original.call(this, entry);
        if (first === undefined) return;
        list.remove(entry);
        Object.assign(entry, { prev: undefined, next: first });
        first.prev = list.first = entry;
      },
  ),
  broken(
    'takes one message too many into the queue',
    TxMachine,
    'full',
    (original) =>
      function () {
        return original.call(this) && this.backlog.length > this.settings.txQueueLength;
      },
  ),
  broken(
    'sends while the link is down',
    Gate,
    'open',
    () =>
      function () {
        return !this.paused && !this.resetting;
      },
  ),
  broken('never ends a quarantine', TxMachine, 'release', () => function () {}),
  broken(
    'lets the clock of the queue run on in flight',
    ChannelEffects,
    'sent',
    () =>
      function () {
        this.polled?.sent();
      },
  ),
  broken(
    'notifies a sender who has left',
    TxRecord,
    'unsubscribe',
    (original) =>
      function () {
        const { sender } = this;
        original.call(this);
        sender?.error?.(this.outcome);
      },
  ),
  broken(
    'asks only after a period',
    PollTimer,
    'askSoon',
    () =>
      function (channel) {
        this.askLater(channel);
      },
  ),
  broken(
    'closes before it is drained',
    TxMachine,
    'settled',
    () =>
      function () {
        return true;
      },
  ),
  broken(
    'never closes after complete()',
    TxMachine,
    'settled',
    () =>
      function () {
        return false;
      },
  ),
  broken(
    'deals with what happens inside sendData only after the next hand-over',
    HandOver,
    'handOverQueue',
    (original) =>
      function (single) {
        const { runDeferred } = this.sequencer;
        this.sequencer.runDeferred = () => undefined;
        original.call(this, single);
        this.sequencer.runDeferred = runDeferred;
        runDeferred.call(this.sequencer);
      },
  ),
  broken(
    'loses its place when it leaves the middle of the queue',
    List,
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
    'notifySender',
    (original) =>
      function () {
        const { outcome } = this;
        if (outcome instanceof Error) this.outcome = Object.create(outcome);
        original.call(this);
      },
  ),
  broken(
    'copies messages',
    ChannelEffects,
    'handOver',
    () =>
      function (record) {
        return this.channel.link.sendData({ ...record.message }, record.token);
      },
  ),
];
