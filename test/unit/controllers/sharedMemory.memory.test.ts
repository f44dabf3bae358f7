import { GENERATION, HEAD, READY, ringAt, SEEN, sideAt, SLOT_HEADER, TAIL } from '../../../src/controllers/sharedMemory/layout';
import { Pair, type End } from '../../support/devices/sharedMemoryPair';

// Both sides are in one thread. The test decides when a doorbell rings and when a side runs, so it can produce any order of events.

beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const said = (end: End, what: string) => end.log.filter((line) => line.startsWith(what));
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('connecting', () => {
  it('is down until the other side has opened the channel', () => {
    const pair = new Pair();
    pair.a.open();
    pair.runUntilIdle();
    expect(pair.a.log).toEqual(['down']);
    expect(pair.a.send('early')).toBe('busy');
    pair.b.open();
    pair.runUntilIdle();
    expect(pair.a.log).toEqual(['down', 'up']);
    expect(pair.b.log).toEqual(['down', 'up']);
  });

  it('refuses a second owner of a side', () => {
    const pair = Pair.connected();
    const second = new Pair();
    Object.assign(second.a, { layout: pair.layout });
    second.a.open();
    expect(second.a.error).toMatchObject({ code: 'EBUSY', message: 'side 0 has an owner' });
    pair.a.send('still fine');
    pair.runUntilIdle();
    expect(pair.a.log).toEqual(['txDone 1']);
  });

  it('receives what the other side had written before it closed, then goes down', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.send('last words');
    a.send('too late');
    b.close();
    pair.runUntilIdle();
    expect(a.log).toEqual(['received "last words"', 'down']);
  });

  it('comes up again with a new owner at the other side, who receives nothing that was sent to the earlier one', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    a.send('to the first');
    pair.microtasks();
    b.close();
    b.open();
    pair.runUntilIdle();
    a.send('to the second');
    pair.runUntilIdle();
    expect(a.log).toEqual(['down', 'up', 'txDone 2']);
    expect(b.log).toEqual(['down', 'up', 'received "to the second"']);
  });

  it('never gives an earlier owner’s tx-done to a later one', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    for (const i of range(3)) a.send(`first ${i}`);
    pair.microtasks();
    a.close();
    a.log.length = 0;
    a.open();
    // The first owner's messages are taken after the second owner has opened.
    pair.runUntilIdle();
    expect(a.log).toEqual(['down', 'up']);
    expect(said(b, 'received')).toHaveLength(3);
    a.send('mine');
    pair.runUntilIdle();
    expect(a.log).toEqual(['down', 'up', 'txDone 4']);
  });

  it('works when both sides are replaced at once', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    a.send('lost');
    b.send('lost');
    for (const end of [a, b]) end.close();
    for (const end of [b, a]) end.open();
    pair.runUntilIdle();
    a.send('A');
    b.send('B');
    pair.runUntilIdle();
    for (const [end, message] of [
      [a, 'B'],
      [b, 'A'],
    ] as const) {
      expect(end.log.slice(0, 2)).toEqual(['down', 'up']);
      expect(end.log.slice(2).sort()).toEqual([`received "${message}"`, 'txDone 2']);
    }
  });

  it('ends with an error at a side that was declared gone but still runs', () => {
    const pair = Pair.connected();
    const { words } = pair.layout;
    words[pair.b.at + GENERATION]! += 1;
    pair.b.wake();
    expect(pair.b.error?.message).toBe('side 1: the other side declared this one gone, or wrote over it');
  });
});

describe('tx-done', () => {
  it('is not published before the receiver has returned', () => {
    const pair = Pair.connected({ window: 1 });
    const { a, b } = pair;
    const { words } = pair.layout;
    const before = words[b.at + TAIL];
    let inside: number | undefined;
    b.onReceived = () => (inside = words[b.at + TAIL]);
    a.send('message');
    pair.runUntilIdle();
    expect(inside).toBe(before);
    expect(words[b.at + TAIL]).toBe(before! + 1);
  });

  it('is published after each quarter of the window, and when no message is left', () => {
    const pair = Pair.connected({ slots: 16 });
    const { a, b } = pair;
    const { words } = pair.layout;
    const tails: number[] = [];
    b.onReceived = () => tails.push(words[b.at + TAIL]!);
    for (const i of range(10)) a.send(i);
    pair.microtasks();
    pair.wakeIfRung(b);
    expect(tails).toEqual([0, 0, 0, 0, 4, 4, 4, 4, 8, 8]);
    expect(words[b.at + TAIL]).toBe(10);
    pair.runUntilIdle();
    expect(a.log).toEqual(range(10).map((i) => `txDone ${i + 1}`));
  });

  it('is published for each message if receivers are slow', () => {
    const pair = Pair.connected({ slots: 16 });
    const { a, b } = pair;
    const { words } = pair.layout;
    const tails: number[] = [];
    jest.spyOn(performance, 'now').mockImplementation(() => tails.length);
    b.onReceived = () => tails.push(words[b.at + TAIL]!);
    for (const i of range(3)) a.send(i);
    pair.microtasks();
    pair.wakeIfRung(b);
    expect(tails).toEqual([0, 1, 2]);
  });

  it('does not come for a message whose receiver closed the channel', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.onReceived = () => b.close();
    a.send('first');
    a.send('second');
    pair.runUntilIdle();
    expect(b.log).toEqual(['received "first"']);
    expect(a.log).toEqual(['down']);
  });
});

describe('a full ring', () => {
  it('refuses with busy, then emits ready', () => {
    const pair = Pair.connected({ slots: 4 });
    const { a, b } = pair;
    expect(range(5).map((i) => a.send(i))).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'busy']);
    pair.runUntilIdle();
    expect(a.log).toEqual(['txDone 1', 'txDone 2', 'txDone 3', 'txDone 4', 'ready']);
    expect(said(b, 'received')).toHaveLength(4);
  });

  it('holds one message if it has one slot', () => {
    const pair = Pair.connected({ slots: 1 });
    const { a, b } = pair;
    for (const i of range(100)) {
      expect(a.send(i)).toBe('accepted');
      expect(a.send('too many')).toBe('busy');
      pair.runUntilIdle();
    }
    expect(said(b, 'received')).toEqual(range(100).map((i) => `received ${i}`));
  });
});

describe.each([1, 2, 8])('indices that wrap, with %i slots', (slots) => {
  it.each([
    ['from positive to negative', 2 ** 31 - 5],
    ['through zero', -5],
  ])('work %s', (_, firstIndex) => {
    const pair = Pair.connected({ slots, firstIndex });
    const { a, b } = pair;
    for (let i = 0; i < 40; i += slots) {
      for (const j of range(slots)) {
        a.send(i + j);
        b.send(-i - j);
      }
      pair.runUntilIdle();
    }
    const sent = Math.ceil(40 / slots) * slots;
    expect([a.error, b.error]).toEqual([undefined, undefined]);
    expect(said(a, 'txDone')).toEqual(range(sent).map((i) => `txDone ${i + 1}`));
    expect(said(b, 'txDone')).toEqual(range(sent).map((i) => `txDone ${i + 1}`));
    expect(said(b, 'received')).toEqual(range(sent).map((i) => `received ${i}`));
    expect(said(a, 'received')).toEqual(range(sent).map((i) => `received ${JSON.stringify(-i)}`));
  });
});

describe('waking', () => {
  it('rings once for a burst', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    for (const i of range(8)) a.send(i);
    pair.microtasks();
    expect(b.rings).toBe(1);
    pair.runUntilIdle();
    // One ring back, for all tx-dones.
    expect(a.rings).toBe(1);
  });

  it('does not ring a side that is awake', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.onReceived = (message) => {
      if (message !== 'first') return;
      a.send('second');
      pair.microtasks();
    };
    a.send('first');
    pair.microtasks();
    pair.wakeIfRung(b);
    expect(b.log).toEqual(['received "first"', 'received "second"']);
    expect(b.rings).toBe(1);
  });

  it('reads the memory once more before it sleeps, so that no message is missed', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.beforeSleep = () => {
      a.send('in between');
      pair.microtasks();
    };
    a.send('first');
    pair.microtasks();
    pair.wakeIfRung(b);
    expect(b.rings).toBe(1);
    expect(b.log).toEqual(['received "first"', 'received "in between"']);
  });

  it('publishes answers and tx-dones with one ring', () => {
    const pair = Pair.connected();
    const { a, b } = pair;
    b.onReceived = (message) => void b.send(`answer to ${String(message)}`);
    a.send(1);
    a.send(2);
    pair.runUntilIdle();
    expect(a.rings).toBe(1);
    expect(a.log).toEqual(['txDone 1', 'txDone 2', 'received "answer to 1"', 'received "answer to 2"']);
  });
});

describe('a long burst', () => {
  it('is received in portions, so that the event loop can run', () => {
    const pair = Pair.connected({ slots: 4096 });
    const { a, b } = pair;
    for (const i of range(3000)) a.send(i);
    pair.microtasks();
    pair.wakeIfRung(b);
    const first = b.log.length;
    let between = -1;
    setTimeout(() => (between = b.log.length), 0);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(1024);
    pair.runUntilIdle();
    expect(between).toBeLessThan(3000);
    expect(said(b, 'received')).toEqual(range(3000).map((i) => `received ${i}`));
    expect(said(a, 'txDone')).toHaveLength(3000);
  });

  it('is received in smaller portions if receivers are slow', () => {
    const pair = Pair.connected({ slots: 64 });
    const { a, b } = pair;
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    b.onReceived = () => (now += 3);
    for (const i of range(64)) a.send(i);
    pair.microtasks();
    pair.wakeIfRung(b);
    expect(b.log).toHaveLength(2);
    pair.runUntilIdle();
    expect(b.log).toHaveLength(64);
  });
});

describe('a peer that writes nonsense', () => {
  /** What b does to the memory while a has two messages in flight, and how a's link ends. */
  const toSender: [what: string, scribble: (pair: Pair) => void, text: string][] = [
    ['a tail beyond what was sent', ({ layout, b }) => (layout.words[b.at + TAIL]! += 3), 'the other side says it took 3 messages of 2'],
    ['a tail that moves backwards', ({ layout, b }) => (layout.words[b.at + TAIL]! -= 1), 'the other side says it took -1 messages of 2'],
    [
      'a tail far away',
      ({ layout, b }) => (layout.words[b.at + TAIL]! ^= 0x80000000),
      'the other side says it took -2147483648 messages of 2',
    ],
    [
      'a head beyond its ring',
      ({ layout, b }) => (layout.words[b.at + HEAD]! += 9),
      'the other side says it wrote 9 messages; its ring has 8 slots',
    ],
    [
      'a head that moves backwards',
      ({ layout, b }) => (layout.words[b.at + HEAD]! -= 1),
      'the other side says it wrote -1 messages; its ring has 8 slots',
    ],
    [
      'a head without a message',
      ({ layout, b }) => (layout.words[b.at + HEAD]! += 1),
      'the other side announced message 0, and its slot holds -8',
    ],
    [
      'an overwritten generation',
      ({ layout, a }) => (layout.words[a.at + GENERATION] = 77),
      'the other side declared this one gone, or wrote over it',
    ],
  ];

  it('ends the link: a head that announces a slot that was never written', () => {
    const { a, b, layout } = Pair.connected();
    layout.words[a.at + HEAD]! += 1;
    b.wake();
    expect(b.error).toMatchObject({ message: expect.stringContaining('announced message 0, and its slot holds -8') as string });
    expect(said(b, 'received')).toEqual([]);
  });

  it.each(toSender)('ends the sender’s link: %s', (_, scribble, text) => {
    const pair = Pair.connected();
    const { a, b } = pair;
    a.send(1);
    a.send(2);
    pair.microtasks();
    scribble(pair);
    a.wake();
    expect(a.error?.message).toBe(`side 0: ${text}`);
    expect(a.log).toEqual([]);
    // The other side goes down, unless the generation was overwritten.
    pair.runUntilIdle();
    if (!text.includes('gone')) expect(b.log.at(-1)).toBe('down');
  });

  const inSlot = ({ layout }: Pair, message: number) => ringAt(layout, 0, 0) / 4 + message * (layout.stride / 4);

  /** What happens to the second of three messages, and how b's link ends. */
  const toReceiver: [what: string, scribble: (pair: Pair) => void, text: string | RegExp][] = [
    ['a length of -1', (pair) => (pair.layout.words[inSlot(pair, 1)] = -1), 'the other side wrote a message of -1 bytes; a slot holds 64'],
    [
      'a length beyond the slot',
      (pair) => (pair.layout.words[inSlot(pair, 1)] = 65),
      'the other side wrote a message of 65 bytes; a slot holds 64',
    ],
    [
      'another message’s index',
      (pair) => (pair.layout.words[inSlot(pair, 1) + 1] = 5),
      'the other side announced message 1, and its slot holds 5',
    ],
    [
      'a payload that cannot be decoded',
      (pair) => pair.layout.bytes.fill(0xff, inSlot(pair, 1) * 4 + SLOT_HEADER, inSlot(pair, 1) * 4 + 16),
      /encoded data was not valid/,
    ],
    ['a payload that is not JSON', (pair) => (pair.layout.bytes[inSlot(pair, 1) * 4 + SLOT_HEADER] = 0x7b), /JSON/],
  ];

  it.each(toReceiver)('ends the receiver’s link: %s', (_, scribble, text) => {
    const pair = Pair.connected();
    const { a, b } = pair;
    for (const i of range(3)) a.send(i);
    pair.microtasks();
    scribble(pair);
    pair.runUntilIdle();
    expect(b.log).toEqual(['received 0']);
    expect(b.error?.message).toMatch(typeof text === 'string' ? `side 1: ${text}` : text);
    expect(b.error?.cause).toHaveProperty('message');
    // Only what was taken before gets a tx-done.
    expect(a.log).toEqual(['txDone 1', 'down']);
  });

  it('reads each word of a slot once', () => {
    const pair = Pair.connected({ codec: 'bytes' });
    const { a, b } = pair;
    a.send(new Uint8Array([1, 2, 3]));
    pair.microtasks();
    const slot = inSlot(pair, 0);
    const reads: (string | symbol)[] = [];
    const { words } = pair.layout;
    // The receiver's ring reads the words through this.
    const watched = new Proxy(words, {
      get: (target, key) => {
        reads.push(key);
        const value: unknown = Reflect.get(target, key, target);
        // Acts as a peer that changes a word right after it was read.
        if (key === String(slot)) words[slot] = 1_000_000;
        return value;
      },
    });
    const rx = (b.link as unknown as { rx: { layout: object } }).rx;
    rx.layout = { ...pair.layout, words: watched };
    jest
      .spyOn(Atomics, 'load')
      .mockImplementation(((array: Int32Array, index: number) => (array === watched ? words : array)[index]) as never);
    jest
      .spyOn(Atomics, 'store')
      .mockImplementation(
        ((array: Int32Array, index: number, value: number) => ((array === watched ? words : array)[index] = value)) as never,
      );
    pair.wakeIfRung(b);
    jest.restoreAllMocks();
    expect(b.error).toBeUndefined();
    expect(b.log).toEqual(['received {"0":1,"1":2,"2":3}']);
    expect(reads).toEqual([String(slot), String(slot + 1)]);
  });

  it('and never stops ringing does not keep the other side in a loop', () => {
    const pair = Pair.connected();
    pair.b.restless = true;
    pair.a.send('message');
    pair.microtasks();
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now++);
    // It returns although it cannot sleep, and goes on later.
    pair.wakeIfRung(pair.b);
    expect(pair.b.log).toEqual(['received "message"']);
    pair.a.send('another');
    pair.microtasks();
    jest.advanceTimersByTime(1);
    expect(pair.b.log).toEqual(['received "message"', 'received "another"']);
  });

  it.each(range(20))('breaks at most the link, whatever it writes: seed %i', (seed) => {
    const random = generator(seed);
    let ended = 0;
    for (let round = 0; round < 50; round++) {
      const pair = Pair.connected({ slots: 4, slotSize: 16, firstIndex: random() | 0 });
      const { a, b } = pair;
      const { layout } = pair;
      b.onReceived = (message) => {
        if (random() % 3 === 0 && b.error === undefined) b.send(message);
      };
      const owned = [sideAt(0, 1) + GENERATION, sideAt(0, 1) + SEEN, sideAt(0, 1) + READY, sideAt(0, 1) + HEAD, sideAt(0, 1) + TAIL];
      const ring = ringAt(layout, 0, 1) / 4;
      let accepted = 0;
      for (let step = 0; step < 30; step++) {
        if (a.error === undefined && a.send(random() % 1000) === 'accepted') accepted++;
        if (random() % 4 === 0) scribble();
        if (random() % 2 === 0) pair.runUntilIdle();
      }
      expect(() => pair.runUntilIdle()).not.toThrow();
      const done = said(a, 'txDone');
      expect(new Set(done).size).toBe(done.length);
      expect(done.length).toBeLessThanOrEqual(accepted);
      if (a.error !== undefined) {
        expect(a.error.message).toMatch(/^side 0: /);
        ended++;
      }

      /** Writes one word that b may write: its own words, or its ring. */
      function scribble(): void {
        const at = random() % 2 === 0 ? owned[random() % owned.length]! : ring + (random() % (4 * (layout.stride / 4)));
        const value = layout.words[at]!;
        layout.words[at] = [value + (random() % 9) - 4, random() | 0, value ^ (1 << (random() % 32)), 0][random() % 4]!;
        a.rung = true;
      }
    }
    // Most errors are noticed. The others hit words that are not read, or that are overwritten.
    expect(ended).toBeGreaterThan(10);
  });
});

/** A linear congruential generator: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
