import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txCancel, txTimeout, type Channel, type MailboxController, type TimeLimit } from 'rx-mailbox';
import { CountedSignal } from '../helpers/CountedSignal';
import { NullLink, type NullOptions } from '../helpers/NullLink';
import { EMPTY_TABLES, tables } from '../helpers/tables';

const MILLION = 1_000_000;
const BATCH = 1000;

interface World {
  readonly scheduler: VirtualTimeScheduler;
  readonly link: NullLink;
  readonly channel: Channel<number, never, void>;
  advance(ms: number): void;
}

function world(options: NullOptions = {}): World {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const link = new NullLink(options);
  const controller: MailboxController<number, never, void> = link;
  const channel = new Mailbox(controller, { scheduler }).requestChannel(0, { txQueueLength: BATCH });
  const advance = (ms: number): void => {
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  };
  return { scheduler, link, channel, advance };
}

/** A million sends in batches; `end` ends each batch. Returns how they ended and the largest number of timers seen. */
function sendMillion(
  { channel, scheduler }: World,
  policy: (i: number) => (source: ReturnType<Channel<number, never, void>['send']>) => ReturnType<Channel<number, never, void>['send']>,
  end: (subscriptions: { unsubscribe(): void }[]) => void,
) {
  const result = { ok: 0, failed: 0, mostTimers: 0 };
  const observer = { complete: () => void result.ok++, error: () => void result.failed++ };
  for (let sent = 0; sent < MILLION; sent += BATCH) {
    const subscriptions = [];
    for (let i = 0; i < BATCH; i++) subscriptions.push(policy(i)(channel.send(i)).subscribe(observer));
    result.mostTimers = Math.max(result.mostTimers, scheduler.actions.length);
    end(subscriptions);
  }
  return result;
}

// Capturing a stack is what most of the time of a failure goes to, the more so as the runner asks for a hundred frames.
const { stackTraceLimit } = Error;
beforeAll(() => void (Error.stackTraceLimit = 0));
afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

describe('T19: after a million sends nothing is left', () => {
  const timeout = (limit: TimeLimit) => () => txTimeout(limit) as never;

  it('nats-io/nats.go#1819: which all timed out, waiting or in flight', () => {
    const it = world({ window: 10 });
    const { ok, failed, mostTimers } = sendMillion(it, timeout(10), () => it.advance(10));
    expect([ok, failed]).toEqual([0, MILLION]);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
    // One timer per length of time, not per message.
    expect(mostTimers).toBe(1);
  });

  it('which were all taken in time, each with three clocks', () => {
    const it = world({ window: 10 });
    const limits = { queued: 20, inFlight: 10, total: 30 };
    const { ok, failed } = sendMillion(it, timeout(limits), () => it.link.doneAll());
    expect([ok, failed]).toEqual([MILLION, 0]);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which were all unsubscribed', () => {
    const it = world({ window: 10 });
    const { ok, failed } = sendMillion(it, timeout(10), (subscriptions) => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    });
    expect([ok, failed]).toEqual([0, 0]);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which timed out at a thousand different limits', () => {
    const it = world({ window: 10 });
    const limits = Array.from({ length: BATCH }, (_, i) => txTimeout(i + 1) as never);
    const { failed } = sendMillion(
      it,
      (i) => limits[i]!,
      () => it.advance(BATCH),
    );
    expect(failed).toBe(MILLION);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which left tombstones, each for a quarantine', () => {
    const it = world({ window: BATCH, correlation: 'ordered', quarantine: 5 });
    const { failed } = sendMillion(it, timeout(10), () => it.advance(15));
    expect(failed).toBe(MILLION);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('which were polled', () => {
    const it = world({ window: BATCH, txDone: 'poll' });
    const { ok } = sendMillion(it, timeout(10), () => it.advance(1));
    expect(ok).toBe(MILLION);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('mqttjs/MQTT.js#1424: which nobody waited for', () => {
    const it = world();
    for (let i = 0; i < MILLION; i++) it.channel.next(i);
    expect(tables(it.channel, it.scheduler)).toEqual({ ...EMPTY_TABLES, waiting: BATCH, slots: 1 });
    it.link.doneAll();
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });
});

describe('T15: one AbortSignal that lives as long as the application', () => {
  it.each<[string, (it: World, subscriptions: { unsubscribe(): void }[]) => void]>([
    ['were taken', (it) => it.link.doneAll()],
    ['timed out', (it) => it.advance(10)],
    ['were unsubscribed', (_it, subscriptions) => subscriptions.forEach((subscription) => subscription.unsubscribe())],
  ])('libp2p/js-libp2p#2482: has at most one listener, and none after a million sends that %s', (_how, end) => {
    const it = world({ window: 10 });
    const counted = new CountedSignal();
    const [cancel, timeout] = [txCancel(counted.signal), txTimeout(10)];
    const { ok, failed } = sendMillion(
      it,
      () => (transmission) => transmission.pipe(cancel, timeout) as never,
      (subscriptions) => end(it, subscriptions),
    );
    expect([MILLION, 0]).toContain(ok + failed);
    expect([counted.most, counted.listeners]).toEqual([1, 0]);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('has none after it cancelled a hundred thousand', () => {
    const it = world({ window: 10 });
    let canceled = 0;
    let most = 0;
    for (let sent = 0; sent < 100_000; sent += BATCH) {
      const counted = new CountedSignal();
      const cancel = txCancel(counted.signal);
      for (let i = 0; i < BATCH; i++)
        it.channel
          .send(i)
          .pipe(cancel)
          .subscribe({ error: () => canceled++ });
      most = Math.max(most, counted.most);
      counted.controller.abort();
      expect(counted.listeners).toBe(0);
    }
    expect([canceled, most]).toEqual([100_000, 1]);
    expect(tables(it.channel, it.scheduler)).toEqual(EMPTY_TABLES);
  });

  it('has none while nothing is pending', () => {
    const it = world();
    const counted = new CountedSignal();
    const transmission = it.channel.send(1).pipe(txCancel(counted.signal), txCancel(NEVER));
    expect(counted.most).toBe(0);
    transmission.subscribe();
    expect(counted.listeners).toBe(1);
    it.link.doneAll();
    expect(counted.listeners).toBe(0);
  });
});
