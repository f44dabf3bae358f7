import { Mailbox } from '../../../src/Mailbox';
import { ChannelEffects } from '../../../src/channel/ChannelEffects';
import { HeldSlotRelease } from '../../../src/channel/HeldSlotRelease';
import { OpenChannel } from '../../../src/channel/OpenChannel';
import { PlaceQueue } from '../../../src/channel/PlaceQueue';
import { PolledChannel } from '../../../src/channel/PolledChannel';
import { TxRecord } from '../../../src/channel/TxRecord';
import { askSlots } from '../../../src/core/askSlots';
import { Batch } from '../../../src/core/Batch';
import { HAND_OVER } from '../../../src/core/Consequence';
import { DOWN, Gate, PAUSED, RESET_TO_COME, RESET_UNDER_WAY, RESETTING } from '../../../src/core/Gate';
import { HandOver } from '../../../src/core/HandOver';
import { Sequencer } from '../../../src/core/Sequencer';
import { Settlement } from '../../../src/core/Settlement';
import { Slots } from '../../../src/core/Slots';
import { HELD, IN_FLIGHT, WAITING } from '../../../src/core/TxEntry';
import { TxMachine } from '../../../src/core/TxMachine';
import { Deadlines } from '../../../src/time/Deadlines';
import { PollTimer } from '../../../src/time/PollTimer';
import { SharedClocks } from '../../../src/time/SharedClocks';
import { TurnEnd } from '../../../src/time/TurnEnd';
import { broken, type BrokenCore, type Method } from './broken';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/restrict-plus-operands, @typescript-eslint/prefer-nullish-coalescing, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-argument */

/** Forgets one reason not to hand over. */
function without(reason: number): Method {
  return function () {
    return (this.reasons & ~reason) === 0;
  };
}

function releaseHeld(slots: any): void {
  for (let slot = slots.oldest; slot !== undefined;) {
    const { next } = slot;
    if (slot.state === HELD) slots.release(slot);
    slot = next;
  }
}

/** One mistake for each rule of the second edition: turns, pauses, batches, resets, callbacks that break the contract, refusals, polling. */
export const brokenRules: readonly BrokenCore[] = [
  // --- pauses and turns
  broken(
    'hands over what is about to leave, too',
    Gate,
    'shut',
    (original) =>
      function (reason) {
        if (reason !== PAUSED) original.call(this, reason);
      },
  ),
  broken(
    'pauses after a time limit, too',
    TxMachine,
    'leave',
    (original) =>
      function (entry, reason) {
        return original.call(this, entry, reason, true);
      },
  ),
  broken(
    'pauses only after who leaves in flight',
    TxMachine,
    'leave',
    (original) =>
      function (entry, reason, pausing) {
        return original.call(this, entry, reason, pausing && entry.state !== WAITING);
      },
  ),
  broken('does not end a turn by a task', TurnEnd, 'need', () => function () {}),
  broken(
    'leaves the task of a turn behind',
    TurnEnd,
    'need',
    (original) =>
      function (member, needs) {
        if (needs) original.call(this, member, needs);
      },
  ),
  broken('does not end a turn by a microtask', TurnEnd, 'promise', () => function () {}),
  broken(
    'takes no more into the queue in a pause than at other times',
    HandOver,
    'isFull',
    (original) =>
      function (length) {
        return this.gate.has(PAUSED) ? this.backlog.length >= length : original.call(this, length);
      },
  ),
  broken(
    'queues what a queue of 0 must reject during a reset',
    HandOver,
    'isFull',
    (original) =>
      function (length) {
        return !this.gate.has(DOWN) && this.gate.has(RESETTING) ? this.backlog.length >= Math.max(1, length) : original.call(this, length);
      },
  ),

  // --- batches
  broken(
    'lets limits that run out together leave one after the other',
    Batch,
    'run',
    () =>
      function (transitions) {
        transitions();
      },
  ),
  broken(
    'tells those that left together while others are still handed over',
    Batch,
    'run',
    () =>
      function (transitions) {
        if (this.active) return transitions();
        this.active = this.collecting = true;
        transitions();
        this.active = this.collecting = false;
        const { members } = this;
        this.members = new Set();
        for (const member of members) member.handOver();
      },
  ),
  broken(
    'has a timer for each limit',
    Deadlines,
    'start',
    () =>
      function (limit, deadline) {
        this.begin(limit, undefined).start(deadline);
      },
  ),
  broken(
    'lets limits of different turns leave together',
    Deadlines,
    'start',
    (original) =>
      function (limit, deadline) {
        const { scheduler } = this;
        const stands = this.standing?.get(limit);
        if (stands?.list.first && stands.list.first.due === scheduler.now() + limit) {
          deadline.keeper = stands;
          deadline.due = scheduler.now() + limit;
          stands.list.push(deadline);
          return;
        }
        original.call(this, limit, deadline);
        (this.standing ??= new Map()).set(limit, this.lists.get(limit));
      },
  ),
  broken(
    'tries a refused head again because somebody else leaves in a batch',
    HandOver,
    'handOver',
    () =>
      function () {
        this.run();
      },
  ),

  // --- resets
  broken(
    'resets at once, not when the turn ends',
    Settlement,
    'leaveInFlight',
    (original) =>
      function (entry) {
        original.call(this, entry);
        if (!this.gate.has(RESET_TO_COME)) return;
        this.gate.clear(RESET_TO_COME);
        this.gate.shut(RESET_UNDER_WAY);
        this.sequencer.callLink(() => this.effects.reset());
      },
  ),
  broken('hands over before a reset that is to come', Gate, 'open', () => without(RESET_TO_COME)),
  broken('hands over during a reset', Gate, 'open', () => without(RESET_UNDER_WAY)),
  broken(
    'lets messages in flight survive a reset',
    TxMachine,
    'resetDone',
    () =>
      function () {
        this.act(() => {
          this.gate.clear(RESETTING);
          releaseHeld(this.slots);
          return HAND_OVER;
        });
      },
  ),
  broken(
    'frees no held slot when a reset completes',
    TxMachine,
    'resetDone',
    () =>
      function () {
        this.act(() => {
          this.gate.clear(RESETTING);
          return HAND_OVER;
        });
      },
  ),
  broken(
    'hands nothing over when a reset completes',
    TxMachine,
    'resetDone',
    (original) =>
      function () {
        this.handOver.run = () => this.handOver.notify();
        original.call(this);
        delete this.handOver.run;
      },
  ),
  broken(
    'aborts what a reset takes along',
    TxMachine,
    'resetDone',
    (original) =>
      function () {
        for (let slot = this.slots.oldest; slot !== undefined; slot = slot.next) {
          const { state, token } = slot;
          if (state === IN_FLIGHT) this.sequencer.callLink(() => this.effects.abort(token));
        }
        return original.call(this);
      },
  ),
  broken(
    'resets although no slot is held any more',
    TxMachine,
    'turnEnded',
    (original) =>
      function () {
        const { slots } = this;
        slots.held++;
        const consequence = original.call(this);
        slots.held--;
        return consequence;
      },
  ),
  broken(
    'asks lastTxDone during a reset',
    PolledChannel,
    'pollable',
    () =>
      function () {
        const { machine, settings } = this;
        machine.poll = () =>
          machine.act(() => {
            askSlots(machine);
            return HAND_OVER;
          });
        return machine.refused || (settings.method === 'poll' && machine.slots.asked > 0);
      },
  ),
  broken(
    'does not stop a reset at down',
    ChannelEffects,
    'epochEnded',
    () =>
      function () {
        this.laterAttempt?.stop();
      },
  ),
  broken(
    'has a timer for each quarantine',
    HeldSlotRelease,
    'held',
    () =>
      function (slot) {
        if (this.quarantine === Infinity) return;
        const timer = this.deadlines.scheduler.schedule(() => this.slots.release(slot), this.quarantine);
        slot.clock = { stop: () => timer.unsubscribe() };
      },
  ),

  // --- callbacks that break the contract
  broken('hides what is broken', TxMachine, 'broken', () => function () {}),
  broken(
    'frees the slot of a message about which lastTxDone has thrown',
    Settlement,
    'lose',
    (original) =>
      function (slot, error) {
        const { settings } = this;
        this.settings = { ...settings, correlation: 'tagged' };
        original.call(this, slot, error);
        this.settings = settings;
      },
  ),
  broken(
    'holds the slot of a message about which lastTxDone has thrown on a tagged link',
    Settlement,
    'lose',
    (original) =>
      function (slot, error) {
        const { settings } = this;
        this.settings = { ...settings, correlation: settings.correlation === 'tagged' ? 'ordered' : settings.correlation };
        original.call(this, slot, error);
        this.settings = settings;
      },
  ),
  broken('asks again about a held slot of which lastTxDone knows nothing', Slots, 'mute', () => function () {}),
  broken(
    'frees the slot of a message to which sendData gave no answer',
    HandOver,
    'notAccepted',
    (original) =>
      function (head, answer) {
        const { leaveInFlight } = this.settlement;
        this.settlement.leaveInFlight = () => this.slots.release(head);
        original.call(this, head, answer);
        this.settlement.leaveInFlight = leaveInFlight;
      },
  ),
  broken(
    'sends what txPrepare has promised to prepare',
    ChannelEffects,
    'prepare',
    () =>
      function (record, first) {
        record.checkWatches();
        if (first && record.pending) this.channel.settings.txPrepare?.(record.message);
      },
  ),
  broken(
    'prepares a message before each attempt',
    ChannelEffects,
    'prepare',
    (original) =>
      function (record) {
        original.call(this, record, true);
      },
  ),

  // --- refused heads
  broken(
    'spins with a link that speaks while it refuses',
    HandOver,
    'wasRefused',
    () =>
      function (head) {
        this.sequencer.callLink(() => this.effects.refused());
        this.refused = true;
        this.sequencer.note('busy', head.token);
        this.sequencer.runDeferred();
      },
  ),
  broken('forgets what a link has said while it refused', ChannelEffects, 'retryLater', () => function () {}),
  broken(
    'takes a tx-done from inside a refusal for nothing special',
    HandOver,
    'wasRefused',
    (original) =>
      function (head) {
        const { runDeferred } = this.sequencer;
        this.sequencer.runDeferred = () => {
          runDeferred.call(this.sequencer);
          this.endEpoch();
        };
        original.call(this, head);
        this.sequencer.runDeferred = runDeferred;
      },
  ),
  broken(
    'tries later although the link has gone down',
    ChannelEffects,
    'epochEnded',
    () =>
      function () {
        this.heldSlots?.epochEnded();
      },
  ),
  broken(
    'takes a head that is being tried again for refused',
    ChannelEffects,
    'handOver',
    () =>
      function (record) {
        const { handOver } = this.channel.machine;
        handOver.refused = this.refusedBefore === record.token;
        const answer = this.channel.link.sendData(record.message, record.token);
        handOver.refused = false;
        if (answer === 'busy') this.refusedBefore = record.token;
        return answer;
      },
  ),

  // --- order
  broken(
    'lets a received message overtake',
    OpenChannel,
    'received',
    () =>
      function (message) {
        this.madeStreams?.receive(message);
      },
  ),
  broken(
    'notifies in the middle of a notification',
    Sequencer,
    'notify',
    (original) =>
      function (lone) {
        this.notifying = false;
        original.call(this, lone);
      },
  ),
  broken(
    'does not complete for who leaves in next',
    TxRecord,
    'giveCompletion',
    (original) =>
      function (sender) {
        if (this.sender !== undefined) original.call(this, sender);
      },
  ),
  broken(
    'leaves with somebody else’s reason, from a teardown',
    TxRecord,
    'unsubscribe',
    (original) =>
      function () {
        // Its teardowns run before it takes its reason.
        const { _finalizers, closed } = this;
        if (!closed) this._finalizers = null;
        if (!closed) for (const finalizer of _finalizers ?? []) if (typeof finalizer === 'function') finalizer();
        original.call(this);
      },
  ),

  // --- polling
  broken('asks as often about held slots alone', PolledChannel, 'urgent', () => () => true),
  broken(
    'asks ever more rarely although somebody waits',
    PolledChannel,
    'urgent',
    () =>
      function () {
        return false;
      },
  ),

  broken(
    'keeps its slow pace after a hand-over',
    PollTimer,
    'askSoon',
    (original) =>
      function (channel) {
        const { pace } = this;
        original.call(this, channel);
        this.pace = pace;
      },
  ),

  // --- sendTo
  broken('lets sendTo overrun the queue', OpenChannel, 'hasPlace', () => () => true),
  broken('lets sendTo wait for a place for ever', PlaceQueue, 'serve', () => function () {}),

  // --- limits on another scheduler
  broken(
    'takes the mailbox’s scheduler for all limits',
    SharedClocks,
    'deadlines',
    () =>
      function () {
        return this.own;
      },
  ),

  // --- two mailboxes on one controller
  broken(
    'lets two mailboxes own one channel',
    Mailbox,
    'assertFree',
    (original) =>
      function (index, settings) {
        const { controller } = this.group;
        const owner = controller.owners.get(index);
        if (owner?.group === this.group) original.call(this, index, settings);
      },
  ),
  broken(
    'gives one token out twice, by two mailboxes',
    TxMachine,
    'takeToken',
    () =>
      function () {
        const { group } = this.effects.channel;
        group.ownTokens ??= 1;
        const token = group.ownTokens++;
        this.tokens.next = Math.max(this.tokens.next, group.ownTokens);
        return token;
      },
  ),
];
