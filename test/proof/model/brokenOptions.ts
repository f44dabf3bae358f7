import { ChannelEffects } from '../../../src/channel/ChannelEffects';
import { OpenChannel } from '../../../src/channel/OpenChannel';
import { WatchedRecord } from '../../../src/channel/WatchedRecord';
import { Backlog } from '../../../src/core/Backlog';
import { PAUSED } from '../../../src/core/Gate';
import { HandOver } from '../../../src/core/HandOver';
import { KeyedBacklog } from '../../../src/core/KeyedBacklog';
import { Settlement } from '../../../src/core/Settlement';
import { PREPARED } from '../../../src/core/TxEntry';
import { TxMachine } from '../../../src/core/TxMachine';
import { broken, type BrokenCore } from './broken';

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment */

/** One mistake for each rule of what a link may say beside tx-dones, and of what an owner may ask for. */
export const brokenOptions: readonly BrokenCore[] = [
  // --- messages that are given back
  broken(
    'puts a message that is given back behind all others',
    Backlog,
    'putBack',
    () =>
      function (entry) {
        this.add(entry);
      },
  ),
  broken(
    'tries a message again as soon as it is given back',
    HandOver,
    'takeBack',
    (original) =>
      function (entry) {
        const waits: unknown = original.call(this, entry);
        this.mayRetry = true;
        return waits;
      },
  ),
  broken(
    'does not prepare a message again that was given back',
    HandOver,
    'takeBack',
    (original) =>
      function (entry) {
        const waits: unknown = original.call(this, entry);
        if (waits) entry.state = PREPARED;
        return waits;
      },
  ),
  broken(
    'keeps a held slot whose message is given back',
    Settlement,
    'free',
    (original) =>
      function (slot, by) {
        if (by !== 'refused') original.call(this, slot, by);
      },
  ),
  broken(
    'forgets a limit of the queue that has run out in flight',
    WatchedRecord,
    'notifyWatches',
    (original) =>
      function (what) {
        if (what !== 'returned') original.call(this, what);
        else for (let { watch } = this; watch !== undefined; watch = watch.other) if (watch.clock !== 'queued') watch.returned?.();
      },
  ),
  broken('does not ask the poll timer to try again what is given back', ChannelEffects, 'refused', () => function () {}),

  // --- progress and deliveries
  broken('does not begin the silence anew', ChannelEffects, 'progress', () => function () {}),
  broken(
    'takes progress for a reason to try a refused head again',
    TxMachine,
    'progress',
    (original) =>
      function (token) {
        original.call(this, token);
        if (!this.sequencer.insideLink) this.handOver.run();
      },
  ),
  broken('takes each error for one of the device', Settlement, 'checked', () => () => 'sent'),

  // --- withdraw
  broken('withdraws nothing', OpenChannel, 'withdraw', () => () => 0),
  broken(
    'pauses after a withdraw',
    OpenChannel,
    'withdraw',
    (original) =>
      function (reason) {
        const count: unknown = original.call(this, reason);
        this.machine.gate.shut(PAUSED);
        this.effects.atTurnEnd(true);
        return count;
      },
  ),

  // --- messages that displace others
  broken('never replaces a message that waits', KeyedBacklog, 'replaceable', () => () => undefined),
  broken(
    'lets a newer message of a key wait at the end',
    KeyedBacklog,
    'replace',
    () =>
      function (old, entry) {
        this.setKey(entry, this.keyed.get(old).key);
        this.remove(old);
        this.add(entry);
      },
  ),
  broken('lets two messages of one key wait', KeyedBacklog, 'removeOlder', () => () => undefined),
  broken(
    'tells those who are displaced at once',
    Settlement,
    'displace',
    () =>
      function (entry, error) {
        this.fail(entry, error);
      },
  ),
  broken('loses those who are displaced when it closes', Settlement, 'tellDisplaced', () => () => false),

  // --- links that are down
  broken(
    'lets messages wait that must fail when the link goes down',
    TxMachine,
    'down',
    (original) =>
      function (reason) {
        this.settings = { ...this.settings, failsWhileDown: false };
        original.call(this, reason);
      },
  ),
  broken(
    'does not say why the link is down',
    TxMachine,
    'down',
    (original) =>
      function () {
        original.call(this, undefined);
      },
  ),
];
