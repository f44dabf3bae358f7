import {
  computed,
  memoryRegisters,
  readOnly,
  registerWords,
  writeOneToClear,
  writeOneToSet,
  type Register,
  type RegisterMap,
} from 'rx-mailbox/registers';
import { VirtualTimeScheduler } from 'rxjs';

// #region example
// A device with two registers. Bits written to SET assert its line until they are cleared.
const SET = 0x0;
const CLEAR = 0x4;

const latch: RegisterMap = {
  size: 8,
  lines: 1,
  register: (offset) => (offset === SET ? writeOneToSet() : writeOneToClear(SET)),
  status: (_line, words) => words.load(SET),
};

function handled(): string[] {
  const log: string[] = [];
  const scheduler = new VirtualTimeScheduler();
  const registers = memoryRegisters(new Int32Array(registerWords(latch)), { map: latch, scheduler });
  registers.interrupt$().subscribe(() => {
    const status = registers.read32(CLEAR);
    log.push(`interrupt: ${status}`);
    // Clears only the lowest bit, so the line stays asserted until all are cleared.
    registers.write32(CLEAR, status & -status);
  });
  registers.write32(SET, 0b101);
  log.push('written');
  scheduler.flush();
  return log;
}
// #endregion example

/** All kinds of registers; two of them have an interrupt line. */
const kinds: RegisterMap = {
  size: 32,
  lines: 2,
  register: (offset) =>
    [undefined, writeOneToSet(), writeOneToClear(4), readOnly, computed((words) => words.load(0) * 2), computed((_w, _o, agent) => agent)][
      offset / 4
    ],
  status: (line, words) => words.load(line * 4),
};

function device(options: { shared?: boolean; scheduler?: VirtualTimeScheduler } = {}) {
  const count = registerWords(kinds);
  const words = new Int32Array(options.shared ? new SharedArrayBuffer(4 * count) : new ArrayBuffer(4 * count));
  const { scheduler } = options;
  return { words, registers: memoryRegisters(words, { map: kinds, keepAlive: false, ...(scheduler && { scheduler }) }) };
}

/** Lets the event loop run once. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('memoryRegisters', () => {
  it('calls the handler again while the line is asserted, and never from inside a write', () => {
    expect(handled()).toEqual(['written', 'interrupt: 5', 'interrupt: 4']);
  });

  describe.each([['plain', false] as const, ['shared', true] as const])('on %s memory', (_, shared) => {
    it('stores each register in the word at its offset', () => {
      const { words, registers } = device({ shared });
      registers.write32(0, 0xffff_ffff);
      registers.write32(28, 1);
      expect([words[0], words[7], registers.read32(0), registers.read32(28)]).toEqual([-1, 1, 0xffff_ffff, 1]);
      words[0] = 7;
      expect(registers.read32(0)).toBe(7);
    });

    it('sets and clears bits, ignores writes to read-only registers, and computes registers', () => {
      const { registers } = device({ shared });
      registers.write32(4, 0x8000_0001);
      registers.write32(4, 0x10);
      expect(registers.read32(4)).toBe(0x8000_0011);
      expect(registers.read32(8)).toBe(0x8000_0011);
      registers.write32(8, 0x8000_0000);
      expect(registers.read32(4)).toBe(0x11);
      registers.write32(12, 9);
      expect(registers.read32(12)).toBe(0);
      registers.write32(0, 21);
      registers.write32(16, 9);
      expect(registers.read32(16)).toBe(42);
    });

    it('distinguishes bus masters', () => {
      const { registers } = device({ shared });
      expect([registers.read32(20), registers.as(17).read32(20), registers.as(17).as(3).read32(20)]).toEqual([0, 17, 3]);
    });

    it('wakes the listeners of a line, whichever side writes', async () => {
      const { words, registers } = device({ shared });
      const other = shared ? memoryRegisters(words, { map: kinds, keepAlive: false }) : registers.as(1);
      const log: number[] = [];
      const subscription = registers.interrupt$(1).subscribe(() => {
        log.push(registers.read32(4));
        registers.write32(8, registers.read32(4));
      });
      for (const value of [1, 2, 3]) {
        other.write32(4, value);
        while (log.at(-1) !== value) await turn();
      }
      subscription.unsubscribe();
      other.write32(4, 4);
      for (let i = 0; i < 5; i++) await turn();
      expect(log).toEqual([1, 2, 3]);
    });
  });

  it('throws for offsets and values that are out of range', () => {
    const { registers } = device();
    for (const offset of [-4, 1, 2, 32, 36, 0.5, NaN, Infinity]) {
      expect(() => registers.read32(offset)).toThrow(new RangeError(`offset is ${offset}; expected a multiple of 4, from 0 to 28`));
      expect(() => registers.write32(offset, 0)).toThrow(new RangeError(`offset is ${offset}; expected a multiple of 4, from 0 to 28`));
    }
    expect(() => registers.read32('0' as never)).toThrow(TypeError);
    for (const value of [-1, 2 ** 32, 0.5, NaN]) {
      expect(() => registers.write32(0, value)).toThrow(new RangeError(`value is ${value}; expected an integer from 0 to 4294967295`));
    }
    expect(() => registers.interrupt$(2)).toThrow(new RangeError('line is 2; expected an integer from 0 to 1'));
    expect(() => registers.raise(-1)).toThrow(RangeError);
    expect(() => registers.lose(0, -1)).toThrow(RangeError);
    expect(() => registers.as(0.5)).toThrow(RangeError);
  });

  it('throws for bad memory and bad options', () => {
    const words = new Int32Array(registerWords(kinds));
    expect(() => memoryRegisters([] as never)).toThrow(new TypeError('words is an array; expected an Int32Array'));
    expect(() => memoryRegisters(words.subarray(1), { map: kinds })).toThrow(
      new RangeError('words has 15 words; expected at least 16, for 32 bytes and 2 lines'),
    );
    expect(() => memoryRegisters(words, { map: { size: 6 } })).toThrow(new RangeError('map.size is 6; expected a multiple of 4, > 0'));
    expect(() => memoryRegisters(words, { map: { size: 4, lines: -1 } })).toThrow(RangeError);
    expect(() => memoryRegisters(words, { agent: -1 })).toThrow(RangeError);
    expect(() => memoryRegisters(words, { scheduler: {} as never })).toThrow(TypeError);
    expect(() => memoryRegisters(words).interrupt$()).toThrow(RangeError);
  });

  describe('without Atomics.waitAsync', () => {
    const { waitAsync } = Atomics;
    const ends: { close(): void }[] = [];

    beforeEach(() => {
      delete (Atomics as Partial<typeof Atomics>).waitAsync;
    });
    afterEach(() => {
      Atomics.waitAsync = waitAsync;
      for (const end of ends.splice(0)) end.close();
    });

    it('wakes a listener in another thread through a message port', async () => {
      const { port1, port2 } = new MessageChannel();
      ends.push(port1, port2);
      const words = new Int32Array(new SharedArrayBuffer(4 * registerWords(kinds)));
      const [here, there] = [port1, port2].map((port) => memoryRegisters(words, { map: kinds, port, keepAlive: false }));
      const log: number[] = [];
      const subscription = here!.interrupt$(1).subscribe(() => {
        log.push(here!.read32(4));
        here!.write32(8, 0xffff_ffff);
      });
      for (const value of [1, 2, 3]) {
        there!.write32(4, value);
        while (log.at(-1) !== value) await turn();
      }
      subscription.unsubscribe();
      expect(log).toEqual([1, 2, 3]);
    });

    it('needs a port only for shared memory with lines', () => {
      const words = new Int32Array(new SharedArrayBuffer(4 * registerWords(kinds)));
      expect(() => memoryRegisters(words, { map: kinds })).toThrow(new TypeError('no Atomics.waitAsync here; expected the option port'));
      memoryRegisters(words, { map: { size: 32 } });
      memoryRegisters(new Int32Array(registerWords(kinds)), { map: kinds });
    });
  });

  it('misses no write of another thread while it goes to sleep', () => {
    const scheduler = new VirtualTimeScheduler();
    const words = new Int32Array(new SharedArrayBuffer(20));
    let looks = 0;
    const map: RegisterMap = {
      size: 4,
      lines: 1,
      status: (_line, memory) => {
        const status = memory.load(0);
        // Written just before it is marked as asleep, so the writer does not ring.
        if (++looks === 1) words[0] = 1;
        return status;
      },
    };
    const registers = memoryRegisters(words, { map, scheduler, keepAlive: false });
    let calls = 0;
    const subscription = registers.interrupt$().subscribe(() => {
      calls++;
      registers.write32(0, 0);
    });
    scheduler.flush();
    subscription.unsubscribe();
    expect(calls).toBe(1);
  });

  it('keeps a process alive while shared memory has a listener', () => {
    const timers = jest.spyOn(globalThis, 'setInterval');
    const stopped = jest.spyOn(globalThis, 'clearInterval');
    const open = (shared: boolean, keepAlive?: boolean) => {
      const count = registerWords(kinds);
      const words = new Int32Array(shared ? new SharedArrayBuffer(4 * count) : new ArrayBuffer(4 * count));
      memoryRegisters(words, { map: kinds, ...(keepAlive !== undefined && { keepAlive }) })
        .interrupt$()
        .subscribe()
        .unsubscribe();
      return [timers, stopped].map((spy) => spy.mock.calls.splice(0).length);
    };
    expect([open(true), open(false), open(true, false), open(false, true)]).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    timers.mockRestore();
    stopped.mockRestore();
  });

  it('passes words to a map that also work through a Proxy', () => {
    const register: Register = {
      read: (words, offset) => new Proxy(words, {}).load(offset),
      write: (words, offset, value) => new Proxy(words, {}).store(offset, value + 1),
    };
    const registers = memoryRegisters(new Int32Array(1), { map: { size: 4, register: () => register } });
    registers.write32(0, 7);
    expect(registers.read32(0)).toBe(8);
  });

  it('is plain memory of all the words without a map', () => {
    const registers = memoryRegisters(new Int32Array(2));
    registers.write32(4, 5);
    expect(registers.read32(4)).toBe(5);
    expect(() => registers.read32(8)).toThrow(RangeError);
  });

  it('emits asynchronously if the line was asserted before the first listener came', () => {
    const scheduler = new VirtualTimeScheduler();
    const { registers } = device({ scheduler });
    registers.write32(0, 1);
    let calls = 0;
    registers.interrupt$(0).subscribe(() => {
      calls++;
      registers.write32(0, 0);
    });
    expect(calls).toBe(0);
    scheduler.flush();
    expect(calls).toBe(1);
  });

  it('raises a line once without a cause, and loses causes until that is switched off', () => {
    const scheduler = new VirtualTimeScheduler();
    const { registers } = device({ scheduler });
    const log: number[] = [];
    registers.interrupt$(0).subscribe(() => {
      log.push(registers.read32(0));
      registers.write32(0, 0);
    });
    registers.raise();
    scheduler.flush();
    expect(log).toEqual([0]);
    registers.lose(0, 0b110);
    registers.write32(0, 0b100);
    scheduler.flush();
    expect(log).toEqual([0]);
    registers.lose(0, 0b010);
    scheduler.flush();
    expect(log).toEqual([0, 4]);
  });

  it('lets the event loop run while a line stays asserted', async () => {
    const { registers } = device();
    let calls = 0;
    const subscription = registers.interrupt$(0).subscribe(() => calls++);
    registers.write32(0, 1);
    for (let i = 0; i < 3; i++) await turn();
    expect(calls).toBeGreaterThan(100);
    subscription.unsubscribe();
    const before = calls;
    for (let i = 0; i < 3; i++) await turn();
    expect(calls).toBe(before);
  });

  it('lets a handler unsubscribe itself or all handlers; the others go on', () => {
    const scheduler = new VirtualTimeScheduler();
    const { registers } = device({ scheduler });
    const log: string[] = [];
    const first = registers.interrupt$(0).subscribe(() => {
      log.push('first');
      first.unsubscribe();
    });
    const second = registers.interrupt$(0).subscribe(() => {
      log.push('second');
      if (log.length === 4) second.unsubscribe();
    });
    registers.write32(0, 1);
    scheduler.flush();
    expect(log).toEqual(['first', 'second', 'second', 'second']);
    let again = 0;
    registers.interrupt$(0).subscribe(() => {
      again++;
      registers.write32(0, 0);
    });
    scheduler.flush();
    expect(again).toBe(1);
  });
});
