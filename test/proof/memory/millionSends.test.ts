import { NEVER, VirtualTimeScheduler, type MonoTypeOperatorFunction } from 'rxjs';
import { Mailbox, txCancel, txTimeout, type Channel, type MailboxController, type TxReceipt } from 'rx-mailbox';
import { CountedSignal } from '../../support/CountedSignal';
import { NullLink, type NullOptions } from '../../support/NullLink';
import { EMPTY_TABLES, tables } from '../../support/tables';
import { advance } from '../../support/virtual';

const MILLION = 1_000_000;
const MANY = 100_000;
const BATCH = 1000;

type Policy = MonoTypeOperatorFunction<TxReceipt<void>>;

interface Setup {
  readonly scheduler: VirtualTimeScheduler;
  readonly link: NullLink;
  readonly channel: Channel<number, never>;
  advance(ms: number): void;
}

function setUp(options: NullOptions = {}): Setup {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const link = new NullLink(options);
  const controller: MailboxController<number, never, void> = link;
  const channel = new Mailbox(controller, { scheduler }).requestChannel(0, { txQueueLength: BATCH });
  return { scheduler, link, channel, advance: (ms) => advance(scheduler, ms) };
}

/** Very many sends in batches; `end` ends each batch. Returns how they ended, and the largest number of timers there was. */
function sendMany(
  count: number,
  { channel, scheduler, advance }: Setup,
  policy: (i: number) => Policy,
  end: (sending: { unsubscribe(): void }[]) => void,
): { ok: number; failed: number; mostTimers: number } {
  const result = { ok: 0, failed: 0, mostTimers: 0 };
  const observer = { complete: () => result.ok++, error: () => result.failed++ };
  for (let sent = 0; sent < count; sent += BATCH) {
    const sending = [];
    for (let i = 0; i < BATCH; i++) sending.push(channel.send(i).pipe(policy(i)).subscribe(observer));
    // The turn ends: its limits begin to count.
    advance(0);
    result.mostTimers = Math.max(result.mostTimers, scheduler.actions.length);
    end(sending);
  }
  return result;
}

// Capturing a stack is what most of the time of a failure goes to, the more so as the runner asks for a hundred frames.
const { stackTraceLimit } = Error;
beforeAll(() => void (Error.stackTraceLimit = 0));
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

describe('a million sends with three clocks and one AbortSignal that lives as long as the application', () => {
  const limits = { queued: 10, inFlight: 20, total: 30 };

  it.each<[bug: string, how: string, end: (world: Setup, sending: { unsubscribe(): void }[]) => void, ok: number, failed: number]>([
    ['nats-io/nats.go#1819', 'timed out, waiting or in flight', (world) => world.advance(30), 0, MILLION],
    ['libp2p/js-libp2p#2482', 'were taken', (world) => world.link.doneAll(), MILLION, 0],
    ['GoogleChromeLabs/comlink#655', 'were unsubscribed', (_world, sending) => sending.forEach((one) => one.unsubscribe()), 0, 0],
  ])('%s, which %s: one listener while they are pending; no timer, listener or table entry after that', (_bug, _how, end, ok, failed) => {
    const world = setUp({ window: 10 });
    const counted = new CountedSignal();
    const [cancel, timeout] = [txCancel(counted.signal), txTimeout(limits)];
    const policy: Policy = (transmission) => transmission.pipe(cancel, timeout);
    const result = sendMany(
      MILLION,
      world,
      () => policy,
      (sending) => end(world, sending),
    );
    // One timer for each length of time, not for each message.
    expect(result).toEqual({ ok, failed, mostTimers: 3 });
    expect([counted.most, counted.listeners]).toEqual([1, 0]);
    expect(tables(world.channel, world.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('mqttjs/MQTT.js#1424: a million messages that nobody waited for leave nothing', () => {
    const { channel, scheduler, link } = setUp();
    for (let i = 0; i < MILLION; i++) channel.next(i);
    expect(tables(channel, scheduler)).toEqual({ ...EMPTY_TABLES, waiting: BATCH, slots: 1 });
    link.doneAll();
    expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
  });
});

describe('nothing is left of very many sends', () => {
  it('which timed out at a hundred different limits', () => {
    const world = setUp({ window: 10 });
    const limits = Array.from({ length: 100 }, (_, i) => txTimeout(i + 1));
    const { failed, mostTimers } = sendMany(
      MANY,
      world,
      (i) => limits[i % 100]!,
      () => world.advance(100),
    );
    expect([failed, mostTimers]).toEqual([MANY, 100]);
    expect(tables(world.channel, world.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which left held slots, each for a quarantine', () => {
    const world = setUp({ window: BATCH, correlation: 'ordered', quarantine: 5 });
    const timeout = txTimeout(10);
    const { failed } = sendMany(
      MANY,
      world,
      () => timeout,
      () => world.advance(15),
    );
    expect(failed).toBe(MANY);
    expect(tables(world.channel, world.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which were polled', () => {
    const world = setUp({ window: BATCH, txDone: 'poll' });
    const timeout = txTimeout(10);
    const { ok } = sendMany(
      MANY,
      world,
      () => timeout,
      () => world.advance(1),
    );
    expect(ok).toBe(MANY);
    expect(tables(world.channel, world.scheduler)).toEqual(EMPTY_TABLES);
  });
});

describe('an AbortSignal', () => {
  it('has no listener after it cancelled a batch', () => {
    const { channel, scheduler } = setUp({ window: 10 });
    let canceled = 0;
    for (let sent = 0; sent < MANY; sent += BATCH) {
      const counted = new CountedSignal();
      const cancel = txCancel(counted.signal);
      for (let i = 0; i < BATCH; i++)
        channel
          .send(i)
          .pipe(cancel)
          .subscribe({ error: () => canceled++ });
      counted.controller.abort();
      expect([counted.most, counted.listeners]).toEqual([1, 0]);
    }
    expect(canceled).toBe(MANY);
    expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
  });

  it('has none while nothing is pending', () => {
    const { channel, link } = setUp();
    const counted = new CountedSignal();
    const transmission = channel.send(1).pipe(txCancel(counted.signal), txCancel(NEVER));
    expect(counted.most).toBe(0);
    transmission.subscribe();
    expect(counted.listeners).toBe(1);
    link.doneAll();
    expect(counted.listeners).toBe(0);
  });
});
