import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { Mailbox, type Channel, type ChannelEvent, type MailboxError } from 'rx-mailbox';
import { createSharedMemory, sharedMemory, type SharedMemoryHandle, type SharedMemoryOptions } from 'rx-mailbox/shared-memory';
import { filter, firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { startWorker } from '../../support/devices/sharedMemoryBundle';
import type { Command, WorkerTask } from '../../support/devices/sharedMemoryWorker';

const started: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of started.splice(0)) await thing.close();
});

function thread(handle: SharedMemoryHandle, task?: Omit<WorkerTask, 'handle'>): Worker {
  const worker = startWorker(handle, task);
  worker.on('error', () => undefined);
  started.push({ close: () => worker.terminate() });
  return worker;
}

function start(memory: SharedMemoryOptions = {}, task: Omit<WorkerTask, 'handle'> = {}) {
  const handle = createSharedMemory(memory);
  const worker = thread(handle, task);
  const controller = sharedMemory<Command, number>(handle, { codec: 'json', peer: worker });
  const mailbox = new Mailbox(controller);
  started.push(mailbox);
  return { handle, worker, controller, channel: mailbox.requestChannel(0, { txQueueLength: 1_000_000 }) };
}

const event = ({ events$ }: Channel<Command, number>, type: ChannelEvent['type']) =>
  firstValueFrom(events$.pipe(filter((e) => e.type === type)));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const settled = (sends: Promise<unknown>[]) =>
  Promise.all(
    sends.map((send) =>
      send.then(
        () => 'taken',
        (error: unknown) => `${(error as MailboxError).code} ${(error as MailboxError).delivery}`,
      ),
    ),
  );

describe('two threads', () => {
  it.each<[string, SharedMemoryOptions, Omit<WorkerTask, 'handle'>]>([
    ['woken by Atomics.notify', { wakeBy: 'atomics' }, {}],
    ['woken by a message port', { wakeBy: 'port' }, {}],
    ['where the worker has no Atomics.waitAsync', { wakeBy: 'port' }, { withoutWaitAsync: true }],
    ['with a single slot', { slots: 1 }, {}],
    ['with a large ring', { slots: 1024 }, {}],
  ])('answer each other, %s', async (_, memory, task) => {
    const { channel } = start(memory, task);
    const answers = firstValueFrom(channel.pipe(take(2000), toArray()));
    const sends = range(2000).map((n) => lastValueFrom(channel.send({ do: 'echo', n })));
    expect(await settled(sends)).toEqual(range(2000).map(() => 'taken'));
    expect(await answers).toEqual(range(2000));
  });

  it('end each send on its own, one at a time', async () => {
    const { channel } = start({ slots: 4 });
    const answers = firstValueFrom(channel.pipe(take(200), toArray()));
    for (const n of range(200)) await lastValueFrom(channel.send({ do: 'echo', n }));
    expect(await answers).toEqual(range(200));
  });

  it('notice each other’s orderly close, and the worker then ends by itself', async () => {
    const { channel, worker } = start();
    const exit = once(worker, 'exit');
    const down = event(channel, 'down');
    channel.next({ do: 'close' });
    await down;
    expect(await exit).toEqual([0]);
  });

  it('let the worker end by itself after this side has closed', async () => {
    const { channel, worker } = start();
    await event(channel, 'up');
    const exit = once(worker, 'exit');
    channel.close();
    expect(await exit).toEqual([0]);
  });
});

describe('a thread that ends', () => {
  it.each<[string, Command | 'terminate']>([
    ['by process.exit', { do: 'exit' }],
    ['by an uncaught exception', { do: 'throw' }],
    ['by terminate()', 'terminate'],
  ])('%s: messages in flight fail with ENETDOWN, and no send hangs', async (_, how) => {
    // A quarter of four is one, so the worker publishes each message.
    const { channel, worker } = start({ slots: 4 });
    await lastValueFrom(channel.send({ do: 'nothing', n: 0 }));
    const down = event(channel, 'down');
    // It does not return from the second, so that at least one is in flight.
    const sends = [
      lastValueFrom(channel.send({ do: 'nothing', n: 1 })),
      lastValueFrom(channel.send(how === 'terminate' ? { do: 'hang' } : how)),
    ];
    if (how === 'terminate') {
      await sends[0];
      void worker.terminate();
    }
    expect((await down).error).toMatchObject({ message: expect.stringMatching(/^the other side has ended, with exit code \d$/) as string });
    // A worker that throws has taken the message that made it throw. What it wrote before it ended counts.
    const outcomes = await settled(sends);
    expect(outcomes[0]).toBe('taken');
    expect(['taken', 'ENETDOWN unknown']).toContain(outcomes[1]);
    if (how !== 'terminate') return;
    expect(outcomes[1]).toBe('ENETDOWN unknown');
  });

  it('at any moment under load: every send has one correct outcome, and a new thread takes over', async () => {
    const { handle, worker, controller, channel } = start({ slots: 32 });
    const strays: ChannelEvent[] = [];
    channel.events$.pipe(filter(({ type }) => type === 'lateTxDone' || type === 'unknownTxDone')).subscribe((e) => strays.push(e));
    let reports = 0;
    channel.txDone$.subscribe(() => reports++);
    const answers: number[] = [];
    channel.subscribe((n) => answers.push(n));

    let current = worker;
    for (const round of range(4)) {
      const sends = range(500).map((n) => lastValueFrom(channel.send({ do: 'echo', n: 500 * round + n })));
      await sends[37 * (round + 1)]?.catch(() => undefined);
      // In the middle of the burst, at any point of the worker's code.
      await current.terminate();
      current = thread(handle);
      current.once('exit', () => controller.peerGone());
      const outcomes = await settled(sends);
      const lost = outcomes.filter((outcome) => outcome !== 'taken');
      expect(new Set(lost).size).toBeLessThanOrEqual(1);
      if (lost.length > 0) expect(lost[0]).toBe('ENETDOWN unknown');
      // At most a window of them was in flight, and they were sent one after the other.
      expect(lost.length).toBeLessThanOrEqual(32);
      if (lost.length > 0) expect(outcomes.lastIndexOf(lost[0]!) - outcomes.indexOf(lost[0]!)).toBe(lost.length - 1);
    }
    expect(reports).toBe(2000);
    expect(strays).toEqual([]);
    // At most one answer for each, in order; some were lost with a thread.
    expect(answers).toEqual([...new Set(answers)].sort((x, y) => x - y));
    expect(answers.length).toBeGreaterThan(0);
  }, 30_000);

  it('while this thread is blocked: the outcome is the same, but later', async () => {
    const { channel, worker } = start({ slots: 4 });
    await event(channel, 'up');
    const sends = range(2).map((n) => lastValueFrom(channel.send({ do: 'nothing', n })));
    sends.push(lastValueFrom(channel.send({ do: 'exit' })));
    sends.push(lastValueFrom(channel.send({ do: 'nothing', n: 2 })));
    await Promise.resolve();
    // This thread runs no timers and no events until the worker has taken its messages and is ending.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    const exit = once(worker, 'exit');
    expect(await settled(sends)).toEqual(['taken', 'taken', 'ENETDOWN unknown', 'ENETDOWN unknown']);
    await exit;
  });
});

describe('a thread that writes nonsense all over the memory', () => {
  it.each(range(8))('breaks only the link: seed %i', async (seed) => {
    const { channel, worker, handle } = start({ slots: 8, slotSize: 64 });
    let reports = 0;
    channel.txDone$.subscribe(() => reports++);
    const closed = event(channel, 'closed');
    const sends = [lastValueFrom(channel.send({ do: 'scribble', seed }))];
    let n = 0;
    // Sends until the link has ended, or the worker, which may break, too.
    const again = (): void => {
      if (channel.closed || n === 100_000) return;
      sends.push(lastValueFrom(channel.send({ do: 'echo', n: n++ })));
      sends.at(-1)!.then(again, () => undefined);
    };
    for (let i = 0; i < 16; i++) again();
    const { error } = await Promise.race([closed, event(channel, 'down')]);
    expect(error).toBeInstanceOf(Error);
    await worker.terminate();
    channel.close();
    const outcomes = await settled(sends);
    expect(reports).toBe(outcomes.length);
    for (const outcome of new Set(outcomes)) expect(outcome).toMatch(/^taken$|^ENETDOWN unknown$|^ESHUTDOWN (not-sent|unknown)$/);
    expect(handle.buffer.byteLength).toBeGreaterThan(0);
  });
});
