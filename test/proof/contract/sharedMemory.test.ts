import { createSharedMemory, sharedMemory, type SharedMemoryOptions } from 'rx-mailbox/shared-memory';
import { describeController } from 'rx-mailbox/testing';

// Both sides in one thread and in real time. For two threads see test/unit/controllers/sharedMemory.threads.test.ts.
const without = ['finish', 'fail', 'block'] as const;

const wakeBy = ['atomics', 'port'] as const;

// A doorbell takes a macrotask of the event loop, and several are needed to connect.
jest.setTimeout(30_000);

describe.each(wakeBy.map((by) => [by, { wakeBy: by }] as const))('shared memory, woken by %s', (_by, common) => {
  const bytes = (options: SharedMemoryOptions, window?: number) => () => {
    const handle = createSharedMemory({ channels: 2, slotSize: 64, ...common, ...options });
    const ends = [
      sharedMemory(handle, { side: 'a', ...(window && { window }) }),
      sharedMemory(handle, { side: 'b', keepAlive: false, ...(window && { window }) }),
    ];
    return {
      controller: ends[0]!,
      peer: ends[1]!,
      message: (n: number) => Uint8Array.of(n >> 8, n),
      samples: { empty: new Uint8Array(0), largest: new Uint8Array(64).fill(7), zero: Uint8Array.of(0) },
      answers: { empty: new Uint8Array(0), largest: new Uint8Array(64).fill(9) },
      tooLarge: new Uint8Array(65),
      takenWhenReceived: true,
    };
  };

  describeController('bytes', bytes({}), { without });
  describeController('bytes, one slot', bytes({ slots: 1 }), { without });
  describeController('bytes, a window smaller than the ring', bytes({ slots: 8 }, 3), { without });

  describeController(
    'json',
    () => {
      const handle = createSharedMemory({ channels: 2, slots: 4, slotSize: 2000, ...common });
      const samples = {
        zero: 0,
        'empty text': '',
        null: null,
        undefined: undefined,
        false: false,
        text: '☃'.repeat(600),
        object: { a: [1, { b: 2 }] },
      };
      return {
        controller: sharedMemory(handle, { side: 'a', codec: 'json' }),
        peer: sharedMemory(handle, { side: 'b', codec: 'json', keepAlive: false }),
        message: (n) => ({ number: n }),
        samples,
        answers: samples,
        tooLarge: 'x'.repeat(2001),
        takenWhenReceived: true,
      };
    },
    { without },
  );
});
