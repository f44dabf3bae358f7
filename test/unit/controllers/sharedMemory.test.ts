import { Mailbox, type Channel, type ChannelEvent } from 'rx-mailbox';
import {
  createSharedMemory,
  sharedMemory,
  type SharedMemoryCodec,
  type SharedMemoryControllerOptions,
  type SharedMemoryHandle,
  type SharedMemoryOptions,
} from 'rx-mailbox/shared-memory';
import { concat, filter, firstValueFrom, lastValueFrom, take, toArray, type Observable } from 'rxjs';
import { environment } from '../../support/environment';

// Both sides are in one thread; everything else is real.

const mailboxes: { close(): void }[] = [];

afterEach(() => {
  for (const mailbox of mailboxes.splice(0)) mailbox.close();
});

const keep = <M extends { close(): void }>(mailbox: M): M => {
  mailboxes.push(mailbox);
  return mailbox;
};

interface EndOptions<Tx, Rx> extends SharedMemoryControllerOptions {
  codec: 'json' | SharedMemoryCodec<Tx, Rx>;
}

/** Channel 0 of both sides. */
function open<Tx = unknown, Rx = Tx>(codec: EndOptions<Tx, Rx>['codec'], memory?: SharedMemoryOptions, window?: number) {
  const handle = createSharedMemory(memory);
  const options = { codec, ...(window !== undefined && { window }) };
  const a = keep(new Mailbox(sharedMemory<Tx, Rx>(handle, options)));
  const b = keep(new Mailbox(sharedMemory<Tx, Rx>(handle, { ...options, side: 'b' })));
  return { handle, a: a.requestChannel(0, { txQueueLength: 100_000 }), b: b.requestChannel(0), mailboxes: { a, b } };
}

/** The next values of a stream. */
const next = <T>(source: Observable<T>, count: number): Promise<T[]> => firstValueFrom(source.pipe(take(count), toArray()));
const event = ({ events$ }: { events$: Observable<ChannelEvent> }, type: string) =>
  firstValueFrom(events$.pipe(filter((e) => e.type === type)));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('sharedMemory', () => {
  it('delivers messages to the other side, and completes the send when they are taken', async () => {
    const log: string[] = [];
    // #region example
    // In one thread:
    const handle = createSharedMemory({ channels: 2, slots: 64, slotSize: 1024 });
    const here = new Mailbox(sharedMemory<string>(handle, { codec: 'json' }));
    // worker.postMessage(handle, handle.transfer);

    // In the other, which received the handle (here, both are in one thread, so the side is named):
    const there = new Mailbox(sharedMemory<string>(handle, { codec: 'json', side: 'b' }));
    there.requestChannel(0).subscribe((message) => log.push(`received ${message}`));

    const channel = here.requestChannel(0);
    await firstValueFrom(channel.send('hello'));
    log.push('taken');
    // #endregion example
    keep(here);
    keep(there);
    expect(log).toEqual(['received hello', 'taken']);
  });

  it.each(['atomics', 'port'] as const)('works in both directions, woken by %s', async (wakeBy) => {
    const { a, b } = open<number>('json', { wakeBy, slots: 8 });
    b.subscribe((message) => b.next(message * 2));
    const answers = next(a, 1000);
    for (const i of range(1000)) a.next(i);
    expect(await answers).toEqual(range(1000).map((i) => i * 2));
  });

  it('keeps channels apart', async () => {
    const { mailboxes } = open<string>('json', { channels: 3 });
    const log: string[] = [];
    for (const i of [1, 2]) mailboxes.b.requestChannel(i).subscribe((message) => log.push(`${i}: ${message}`));
    await Promise.all([2, 1].map((i) => lastValueFrom(mailboxes.a.requestChannel(i).send(`to ${i}`))));
    expect(log.sort()).toEqual(['1: to 1', '2: to 2']);
  });

  it('ends each send when its own message was taken, in order, with any window', async () => {
    for (const window of [1, 3, 16]) {
      const { a, b } = open<number>('json', { slots: 16 }, window);
      const log: string[] = [];
      b.subscribe((message) => log.push(`received ${message}`));
      await Promise.all(range(50).map((i) => lastValueFrom(a.send(i)).then(() => log.push(`taken ${i}`))));
      expect(log.filter((line) => line.startsWith('taken'))).toEqual(range(50).map((i) => `taken ${i}`));
      for (const i of range(50)) expect(log.indexOf(`received ${i}`)).toBeLessThan(log.indexOf(`taken ${i}`));
    }
  });

  it('never has more in flight than the window', async () => {
    const { a, b } = open<number>('json', { slots: 16 }, 4);
    let [inFlight, most] = [0, 0];
    a.events$.subscribe(({ type }) => {
      if (type === 'sent') most = Math.max(most, ++inFlight);
      if (type === 'settled') inFlight--;
    });
    b.subscribe();
    await Promise.all(range(100).map((i) => lastValueFrom(a.send(i))));
    expect(most).toBe(4);
  });

  it('peekData says whether a message waits', async () => {
    const { a, b } = open<number>('json', { slots: 16 });
    const peeks: boolean[] = [];
    b.subscribe(() => peeks.push(b.peekData()));
    await Promise.all(range(3).map((i) => lastValueFrom(a.send(i))));
    // The message that is being received is not taken yet.
    expect(peeks).toEqual([true, true, true]);
    expect(b.peekData()).toBe(false);
  });

  it('can be flushed', async () => {
    const { a, b } = open<number>('json');
    const log: number[] = [];
    b.subscribe((message) => log.push(message));
    await event(a, 'up');
    for (const i of range(5)) a.next(i);
    await lastValueFrom(a.flush(5000), { defaultValue: undefined });
    expect(log).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('codecs', () => {
  it.each([0, '', null, undefined, false, 'Zoë 🎉 \ud800', [], { a: { b: [1] } }, -1.5e300])('json carries %p', async (message) => {
    const { a, b } = open('json');
    const received = next(b, 1);
    a.next(message);
    expect(await received).toEqual([message]);
  });

  it.each([
    ['a cycle', () => Object.assign([], { 0: [] as unknown[] }), /circular/i],
    ['a function', () => () => 1, 'message is a function; expected a value that JSON can express'],
    ['a bigint', () => 1n, /BigInt/],
  ])('json fails %s alone', async (what, make, text) => {
    const { a, b } = open('json');
    const message = make();
    if (what === 'a cycle') (message as unknown as unknown[])[0] = message;
    const received = next(b, 2);
    const sends = [a.send('before'), a.send(message), a.send('after')].map((send) => lastValueFrom(send));
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const reason: unknown = (outcomes[1] as PromiseRejectedResult).reason;
    expect(reason).toMatchObject({ code: 'EIO', delivery: 'not-sent' });
    expect((reason as { cause: Error }).cause.message).toMatch(text);
    expect(await received).toEqual(['before', 'after']);
  });

  it('carries bytes by default, and received bytes never change', async () => {
    const handle = createSharedMemory({ slots: 1, slotSize: 4 });
    const a = keep(new Mailbox(sharedMemory(handle))).requestChannel(0);
    const b = keep(new Mailbox(sharedMemory(handle, { side: 'b' }))).requestChannel(0);
    const received = next(b, 4);
    for (const bytes of [[1, 2, 3, 4], [], [5], [6, 7, 8]]) a.next(new Uint8Array(bytes));
    expect((await received).map((bytes) => [...bytes])).toEqual([[1, 2, 3, 4], [], [5], [6, 7, 8]]);
  });

  it('accept any view of memory, and no other values', async () => {
    const { a, b } = open({ encode: (message: unknown) => message as Uint8Array, decode: (bytes) => [...bytes] });
    const received = next(b, 3);
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6]).buffer;
    a.next(Buffer.from('AB'));
    a.next(new DataView(buffer, 1, 2));
    await expect(lastValueFrom(a.send([1, 2]))).rejects.toMatchObject({
      code: 'EIO',
      cause: { message: 'message is encoded as an array; expected a Uint8Array' },
    });
    a.next(new Uint16Array(buffer, 4, 1));
    expect(await received).toEqual([
      [65, 66],
      [2, 3],
      [5, 6],
    ]);
  });

  it("'view' passes the shared memory itself, which the next message may overwrite", async () => {
    const handle = createSharedMemory({ slots: 1 });
    const a = keep(new Mailbox(sharedMemory(handle))).requestChannel(0);
    const b = keep(new Mailbox(sharedMemory(handle, { side: 'b', codec: 'view' }))).requestChannel(0);
    const views: Uint8Array[] = [];
    const inside: number[] = [];
    b.subscribe((view) => {
      views.push(view);
      inside.push(view[0]!);
    });
    await lastValueFrom(concat(a.send(new Uint8Array([1])), a.send(new Uint8Array([2]))));
    expect(inside).toEqual([1, 2]);
    expect(views[0]!.buffer).toBe(handle.buffer);
    expect(views[0]![0]).toBe(2);
  });

  it('can be custom, with an encoder that writes in place', async () => {
    const codec: SharedMemoryCodec<number, number> = {
      encodeInto(message, slot) {
        new DataView(slot.buffer, slot.byteOffset).setFloat64(0, message);
        return 8;
      },
      decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0),
      inPlace: true,
    };
    const { a, b } = open(codec, { slotSize: 8 });
    const received: Promise<number[]> = next(b, 2);
    a.next(Math.PI);
    a.next(-0);
    expect(await received).toEqual([Math.PI, -0]);
  });

  it('infers the types of messages from the codec', () => {
    const handle = createSharedMemory();
    const codec = { encode: (text: string) => Buffer.from(text), decode: (bytes: Uint8Array) => bytes.length };
    const channel: Channel<string, number> = keep(new Mailbox(sharedMemory(handle, { codec }))).requestChannel(0);
    // @ts-expect-error: a number is not what this codec encodes
    channel.next(1);
    const bytes: Channel<Uint8Array> = keep(new Mailbox(sharedMemory(createSharedMemory()))).requestChannel(0);
    // @ts-expect-error: text is not bytes
    bytes.next('text');
    const orders: Channel<{ id: number }, string> = keep(
      new Mailbox(sharedMemory<{ id: number }, string>(createSharedMemory(), { codec: 'json' })),
    ).requestChannel(0);
    // @ts-expect-error: not an order
    orders.next({ name: 1 });
    // @ts-expect-error: neither encode nor encodeInto
    expect(() => sharedMemory(handle, { codec: { decode: () => 1 } })).toThrow('codec.encode is undefined; expected a function');
  });

  it('fails only the message that is larger than a slot, with both sizes in the error', async () => {
    const handle = createSharedMemory({ slotSize: 16 });
    const a = keep(new Mailbox(sharedMemory(handle))).requestChannel(0);
    const b = keep(new Mailbox(sharedMemory(handle, { side: 'b' }))).requestChannel(0);
    const received = next(b, 2);
    const outcomes = await Promise.allSettled([16, 17, 0].map((size) => lastValueFrom(a.send(new Uint8Array(size)))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const reason: unknown = (outcomes[1] as PromiseRejectedResult).reason;
    expect(reason).toMatchObject({ code: 'EIO', delivery: 'not-sent', cause: { message: 'message of 17 bytes; a slot holds 16 bytes' } });
    expect((reason as { cause: unknown }).cause).toBeInstanceOf(RangeError);
    expect((await received).map(({ length }) => length)).toEqual([16, 0]);
  });

  it('fails only the message whose encoder throws or returns nonsense', async () => {
    const codec: SharedMemoryCodec<number, number> = {
      encodeInto(message, slot) {
        if (message === 1) throw new Error('not one');
        slot[0] = message;
        return [1, 1, -1, 1.5, 1000, 1][message]!;
      },
      decode: (bytes) => bytes[0]!,
    };
    const { a, b } = open(codec, { slotSize: 8 });
    const received = next(b, 2);
    const outcomes = await Promise.allSettled(range(6).map((i) => lastValueFrom(a.send(i))));
    const causes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { cause: Error }).cause.message : 'taken',
    );
    expect(causes).toEqual([
      'taken',
      'not one',
      'encodeInto returned -1; expected a number of bytes',
      'encodeInto returned 1.5; expected a number of bytes',
      'message of 1000 bytes; a slot holds 8 bytes',
      'taken',
    ]);
    expect(await received).toEqual([0, 5]);
  });

  it('ends the link at both sides if a decoder throws, because the message was not received', async () => {
    const cause = new Error('cannot read this');
    const { a, b } = open<string>({
      encode: (text) => Buffer.from(text),
      decode: (bytes) => {
        const text = Buffer.from(bytes).toString();
        if (text === 'bad') throw cause;
        return text;
      },
    });
    const log: string[] = [];
    b.subscribe((message) => log.push(message));
    const ended = event(b, 'closed');
    const outcomes = Promise.allSettled(['good', 'bad', 'never read'].map((text) => lastValueFrom(a.send(text))));
    expect(await ended).toMatchObject({ error: { message: 'shared-memory-b[0]: cannot read this', cause } });
    const [good, bad, last] = await outcomes;
    expect(good).toMatchObject({ status: 'fulfilled' });
    for (const outcome of [bad, last]) expect(outcome).toMatchObject({ reason: { code: 'ENETDOWN', delivery: 'unknown' } });
    expect(log).toEqual(['good']);
    expect(b.closed).toBe(true);
    expect(a.closed).toBe(false);
  });
});

describe('the other side', () => {
  it('may open later: messages wait in the queue until then', async () => {
    const handle = createSharedMemory();
    const a = keep(new Mailbox(sharedMemory<string>(handle, { codec: 'json' }))).requestChannel(0);
    const taken = lastValueFrom(a.send('early'));
    expect(a.slotsAvailable).toBe(19);
    const b = keep(new Mailbox(sharedMemory<string>(handle, { codec: 'json', side: 'b' }))).requestChannel(0);
    expect(await next(b, 1)).toEqual(['early']);
    await taken;
  });

  it.each(['atomics', 'port'] as const)(
    'closes: what is in flight fails with ENETDOWN, what waits is for the next owner (%s)',
    async (wakeBy) => {
      const { a, b, mailboxes } = open<string>('json', { wakeBy, slots: 1 });
      b.subscribe((message) => {
        if (message === 'close') b.close();
      });
      const outcomes = Promise.allSettled(['close', 'waits'].map((message) => lastValueFrom(a.send(message))));
      expect(await event(a, 'down')).toMatchObject({ error: { message: 'shared-memory-a[0] was closed at the other side' } });
      const second = mailboxes.b.requestChannel(0);
      expect(await next(second, 1)).toEqual(['waits']);
      expect(await outcomes).toMatchObject([{ reason: { code: 'ENETDOWN', delivery: 'unknown' } }, { status: 'fulfilled' }]);
    },
  );

  it('may come and go a hundred times, and every tx-done reaches its own send', async () => {
    const { a, mailboxes, b } = open<number>('json', { slots: 4 });
    const strays: string[] = [];
    a.events$.pipe(filter(({ type }) => type.endsWith('TxDone'))).subscribe(({ type }) => strays.push(type));
    let reports = 0;
    a.txDone$.subscribe(() => reports++);
    b.close();
    const received = new Set<number>();
    for (const round of range(100)) {
      const channel = mailboxes.b.requestChannel(0);
      const sent = range(8).map((i) => lastValueFrom(a.send(8 * round + i)));
      let left = round % 5;
      const stopped = new Promise<void>((resolve) => {
        channel.subscribe((message) => {
          expect(received.has(message)).toBe(false);
          received.add(message);
          if (left-- === 0) {
            channel.close();
            resolve();
          }
        });
      });
      await stopped;
      void Promise.allSettled(sent);
    }
    const last = mailboxes.b.requestChannel(0);
    last.subscribe((message) => received.add(message));
    await lastValueFrom(a.send(-1));
    expect(strays).toEqual([]);
    expect(reports).toBe(801);
  }, 20_000);

  it('can be declared gone: the link goes down at once, and a side that still runs ends with an error', async () => {
    const handle = createSharedMemory();
    const controller = sharedMemory<string>(handle, { codec: 'json' });
    const a = keep(new Mailbox(controller)).requestChannel(0);
    const b = keep(new Mailbox(sharedMemory<string>(handle, { codec: 'json', side: 'b' }))).requestChannel(0);
    await event(a, 'up');
    const closed = event(b, 'closed');
    const reason = new Error('terminated');
    const sent = lastValueFrom(a.send('in flight'));
    controller.peerGone(reason);
    await expect(sent).rejects.toMatchObject({ code: 'ENETDOWN', cause: reason });
    expect(await closed).toMatchObject({
      error: { message: 'shared-memory-b[0]: the other side declared this one gone, or wrote over it' },
    });
  });

  it('has ended when its `peer` says so', async () => {
    const peer = new EventTarget();
    const handle = createSharedMemory();
    const a = keep(new Mailbox(sharedMemory(handle, { peer }))).requestChannel(0);
    keep(new Mailbox(sharedMemory(handle, { side: 'b' }))).requestChannel(0);
    await event(a, 'up');
    const down = event(a, 'down');
    peer.dispatchEvent(new Event('close'));
    expect(await down).toMatchObject({ error: { message: 'the other side has ended' } });
  });

  it('must not be the same side: the second is refused', () => {
    const handle = createSharedMemory();
    keep(new Mailbox(sharedMemory(handle))).requestChannel(0);
    const same = new Mailbox(sharedMemory(handle, { name: 'twin' }));
    expect(() => same.requestChannel(0)).toThrow(expect.objectContaining({ code: 'EBUSY', message: 'twin[0] has an owner' }) as Error);
  });
});

describe('bad input', () => {
  const noBuffer = (handle: unknown) => () => sharedMemory(handle as SharedMemoryHandle);

  it.each([
    [{ channels: 0 }, RangeError, 'channels is 0; expected an integer >= 1'],
    [{ channels: '1' }, TypeError, 'channels is "1"; expected an integer >= 1'],
    [{ slots: 0 }, RangeError, 'slots is 0; expected an integer >= 1'],
    [{ slots: 12 }, RangeError, 'slots is 12; expected a power of two'],
    [{ slotSize: 1.5 }, RangeError, 'slotSize is 1.5; expected an integer >= 1'],
    [{ slots: 2 ** 30 }, RangeError, '1 channels of 1073741824 slots of 256 bytes need 566935683648 bytes; expected at most 2147483584'],
    [{ wakeBy: 'bell' }, TypeError, `wakeBy is "bell"; expected 'atomics', 'port'`],
  ])('createSharedMemory(%j)', (options, type, text) => {
    expect(() => createSharedMemory(options as SharedMemoryOptions)).toThrow(type);
    expect(() => createSharedMemory(options as SharedMemoryOptions)).toThrow(text);
  });

  it.each([
    [undefined, TypeError, 'handle is undefined; expected an object'],
    [{}, TypeError, 'handle.buffer is undefined; expected the SharedArrayBuffer of a handle that createSharedMemory() made'],
    [{ buffer: new ArrayBuffer(1000) }, TypeError, 'handle.buffer is an object; expected the SharedArrayBuffer'],
    [{ buffer: new SharedArrayBuffer(0) }, TypeError, 'handle.buffer is not ours'],
    [{ buffer: new SharedArrayBuffer(100_000) }, TypeError, 'handle.buffer is not ours'],
    [{ buffer: createSharedMemory().buffer }, TypeError, 'handle.transfer is undefined; expected an array'],
  ])('a foreign handle: %#', (handle, type, text) => {
    expect(noBuffer(handle)).toThrow(type);
    expect(noBuffer(handle)).toThrow(text);
  });

  it.each([
    [1, 2, 'handle has layout 2; expected 1, so the same version at both sides'],
    [2, 5, 'handle is damaged: 38016 bytes do not hold 5 channels of 64 slots of 256 bytes'.replace('38016', String(size()))],
    [3, 128, `handle is damaged: ${size()} bytes do not hold 1 channels of 128 slots of 256 bytes`],
    [3, 63, `handle is damaged: ${size()} bytes do not hold 1 channels of 63 slots of 256 bytes`],
    [4, -1, `handle is damaged: ${size()} bytes do not hold 1 channels of 64 slots of -1 bytes`],
    [5, 1, `handle is damaged: ${size()} bytes do not hold 1 channels of 64 slots of 256 bytes`],
  ])('a handle whose word %i is %i', (word, value, text) => {
    const handle = createSharedMemory();
    new Int32Array(handle.buffer)[word] = value;
    expect(noBuffer(handle)).toThrow(new RangeError(text));
  });

  function size(): number {
    return createSharedMemory().buffer.byteLength;
  }

  it.each([
    [{ side: 'c' }, `side is "c"; expected 'a', 'b'`],
    [{ window: 65 }, 'window is 65; expected an integer from 1 to 64'],
    [{ window: 0 }, 'window is 0; expected an integer from 1 to 64'],
    [{ codec: 'xml' }, `codec is "xml"; expected 'bytes', 'view', 'json'`],
    [{ codec: { encode: () => 1 } }, 'codec.decode is undefined; expected a function'],
    [{ codec: null }, 'codec is null; expected an object'],
    [{ peer: 5 }, `peer is 5; expected a Worker, a MessagePort, or anything else that tells 'exit' or 'close'`],
    [{ keepAlive: 1 }, 'keepAlive is 1; expected a boolean'],
    [{ name: 1 }, 'name is 1; expected a string'],
  ])('sharedMemory(handle, %j)', (options, text) => {
    expect(() => sharedMemory(createSharedMemory(), options as never)).toThrow(text);
  });

  it('a channel index that is out of range', () => {
    expect(() => sharedMemory(createSharedMemory()).open(1, environment)).toThrow(
      new RangeError('index is 1; expected an integer from 0 to 0'),
    );
    expect(() => new Mailbox(sharedMemory(createSharedMemory())).requestChannel(1)).toThrow(RangeError);
  });

  it('side ’a’ at the end that received the port', () => {
    const handle = createSharedMemory({ wakeBy: 'port' });
    const clone = structuredClone(handle, { transfer: handle.transfer as MessagePort[] });
    expect(() => sharedMemory(clone, { side: 'a' })).toThrow("side is 'a'; expected 'b' where a port rings");
    (clone.transfer as MessagePort[])[0]!.close();
  });
});

describe('without Atomics.waitAsync', () => {
  const { waitAsync } = Atomics;
  afterEach(() => Object.assign(Atomics, { waitAsync }));

  it('rings through a port, and refuses a handle that has none', async () => {
    const withoutPort = createSharedMemory();
    delete (Atomics as Partial<typeof Atomics>).waitAsync;
    expect(() => sharedMemory(withoutPort)).toThrow("no Atomics.waitAsync here; expected a handle that was made with wakeBy: 'port'");
    expect(() => createSharedMemory({ wakeBy: 'atomics' })).toThrow("wakeBy is 'atomics'; expected 'port'");
    const { handle, a, b } = open<string>('json');
    expect(handle.transfer).toHaveLength(1);
    const received = next(b, 1);
    a.next('rung');
    expect(await received).toEqual(['rung']);
  });
});

describe('in a browser, where no event tells that a thread has ended', () => {
  /** The part of Web Locks that is used: a lock is held until its promise settles, or until its holder's thread ends. */
  class FakeLocks {
    readonly queues = new Map<string, (() => unknown)[]>();
    denied = false;

    request(name: string, granted: () => unknown): Promise<unknown> {
      if (this.denied) return Promise.reject(new Error('SecurityError'));
      const queue = this.queues.get(name) ?? [];
      this.queues.set(name, queue);
      queue.push(granted);
      if (queue.length === 1) queueMicrotask(granted);
      return new Promise(() => undefined);
    }

    /** Ends the thread that holds the lock. */
    die(name: string): void {
      const queue = this.queues.get(name)!;
      queue.shift();
      queue[0]?.();
    }
  }

  const globals = globalThis as { document?: unknown; navigator?: unknown };
  const { navigator } = globals;
  let locks: FakeLocks;
  beforeEach(() => {
    locks = new FakeLocks();
    globals.document = {};
    Object.defineProperty(globals, 'navigator', { value: { locks }, configurable: true });
  });
  afterEach(() => {
    delete globals.document;
    Object.defineProperty(globals, 'navigator', { value: navigator, configurable: true });
  });

  it('its Web Lock is released, and the links go down', async () => {
    const { a, b, mailboxes } = open<string>('json');
    b.subscribe();
    await lastValueFrom(a.send('taken'));
    const [, nameOfB] = [...locks.queues.keys()];
    // Each side holds one lock and has requested the other's.
    await lastValueFrom(a.send('both are up'));
    expect([...locks.queues.values()].map(({ length }) => length)).toEqual([2, 2]);
    const down = event(a, 'down');
    locks.die(nameOfB!);
    expect(await down).toMatchObject({ error: { message: 'the other side has ended' } });
    b.close();
    // The same works for a new owner.
    const second = mailboxes.b.requestChannel(0);
    const received = next(second, 1);
    a.next('to the second');
    expect(await received).toEqual(['to the second']);
  });

  it('links also connect if locks are denied', async () => {
    locks.denied = true;
    const { a, b } = open<string>('json');
    const received = next(b, 1);
    a.next('message');
    expect(await received).toEqual(['message']);
  });
});
