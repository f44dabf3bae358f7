import { DONE, IN_FLIGHT, NEW, ORPHAN, WAITING, type TxEntry } from '../../../src/core/TxEntry';
import { TxQueue, type TokenSource, type TxQueueSettings } from '../../../src/core/Slots';

type Entry = TxEntry<string, string>;

const entry = (message: string): Entry => ({ message, token: 0, state: NEW, prev: undefined, next: undefined, outcome: undefined });

const queueOf = (settings: Partial<TxQueueSettings> = {}, tokens: TokenSource = { next: 1 }) =>
  new TxQueue<Entry>({ txQueueLength: 20, window: 1, correlation: 'tagged', ...settings }, tokens);

/** Accepts them, and sends the first few. */
function filled(settings: Partial<TxQueueSettings>, messages: string, sent: number) {
  const queue = queueOf(settings);
  const entries = messages.split('').map(entry);
  for (const each of entries) queue.accept(each);
  for (const each of entries.slice(0, sent)) queue.sent(each);
  return { queue, entries };
}

describe('TxQueue', () => {
  describe('tokens', () => {
    it('grow by one with every message that is accepted', () => {
      const { entries } = filled({}, 'ABC', 0);
      expect(entries.map(({ token, state }) => [token, state])).toEqual([
        [1, WAITING],
        [2, WAITING],
        [3, WAITING],
      ]);
    });

    it('are shared by the channels of a mailbox', () => {
      const tokens = { next: 5 };
      const [one, two] = [queueOf({}, tokens), queueOf({}, tokens)];
      const entries = ['A', 'B'].map(entry);
      one.accept(entries[0]!);
      two.accept(entries[1]!);
      expect([...entries.map(({ token }) => token), one.takeToken()]).toEqual([5, 6, 7]);
    });
  });

  describe('the message to hand over now', () => {
    it('is the oldest that waits', () => {
      expect(filled({}, 'AB', 0).queue.head?.message).toBe('A');
    });

    it('is none when nothing waits', () => {
      expect(queueOf().head).toBeUndefined();
    });

    it('is none when every slot is held', () => {
      expect(filled({ window: 2 }, 'ABC', 2).queue.head).toBeUndefined();
    });

    it('is none when a tombstone holds the last slot', () => {
      const { queue, entries } = filled({}, 'AB', 1);
      queue.bury(entries[0]!);
      expect(queue.head).toBeUndefined();
    });

    it('is there again when a slot is freed', () => {
      const { queue, entries } = filled({}, 'AB', 1);
      queue.free(entries[0]!);
      expect(queue.head?.message).toBe('B');
    });

    it('is none while the link is down', () => {
      const { queue } = filled({}, 'A', 0);
      queue.up = false;
      expect(queue.head).toBeUndefined();
    });
  });

  it('what was sent waits no more and is in flight, in the order of sending', () => {
    const { queue, entries } = filled({ window: 2 }, 'ABC', 2);
    expect([queue.length, queue.held, entries[0]!.state, queue.oldest, queue.after(entries[0]!), queue.after(entries[1]!)]).toEqual([
      1,
      2,
      IN_FLIGHT,
      entries[0],
      entries[1],
      undefined,
    ]);
  });

  describe('is full', () => {
    it.each<[string, Partial<TxQueueSettings>, string, number, boolean]>([
      ['nothing waits', { txQueueLength: 2 }, '', 0, false],
      ['one waits of two', { txQueueLength: 2 }, 'AB', 1, false],
      ['two wait of two', { txQueueLength: 2 }, 'ABC', 1, true],
      ['none may wait, and the slot is free', { txQueueLength: 0 }, '', 0, false],
      ['none may wait, and the slot is held', { txQueueLength: 0 }, 'A', 1, true],
      ['none may wait, and a refused head does', { txQueueLength: 0 }, 'A', 0, true],
    ])('or not, when %s', (_when, settings, messages, sent, full) => {
      expect(filled(settings, messages, sent).queue.full).toBe(full);
    });

    it('when none may wait and the link is down', () => {
      const queue = queueOf({ txQueueLength: 0 });
      queue.up = false;
      expect(queue.full).toBe(true);
    });
  });

  describe('finds the slot that a tx-done belongs to', () => {
    it.each<[string, 'tagged' | 'ordered' | 'untagged', number | undefined, number | string]>([
      ['tagged, its token', 'tagged', 2, 2],
      ['tagged, no token', 'tagged', undefined, 'unknownTxDone'],
      ['tagged, one that waits', 'tagged', 3, 'lateTxDone'],
      ['tagged, one never given out', 'tagged', 4, 'unknownTxDone'],
      ['ordered, no token: the oldest', 'ordered', undefined, 1],
      ['ordered, with a token', 'ordered', 2, 2],
      ['untagged, no token', 'untagged', undefined, 1],
      ['0, which is no token', 'tagged', 0, 'unknownTxDone'],
      ['a negative number', 'tagged', -1, 'unknownTxDone'],
      ['half a number', 'tagged', 1.5, 'unknownTxDone'],
      ['NaN', 'tagged', NaN, 'unknownTxDone'],
      ['Infinity', 'tagged', Infinity, 'unknownTxDone'],
    ])('%s', (_case, correlation, token, expected) => {
      const { queue } = filled({ correlation, window: 2 }, 'ABC', 2);
      const found = queue.match(token);
      expect(typeof found === 'string' ? found : found.token).toBe(expected);
    });

    it('one that has settled is late', () => {
      const { queue, entries } = filled({}, 'A', 1);
      queue.free(entries[0]!);
      expect(queue.match(1)).toBe('lateTxDone');
    });

    it('one of another channel of the mailbox is late: it was given out and is not in flight here', () => {
      const tokens = { next: 1 };
      const [one, two] = [queueOf({}, tokens), queueOf({}, tokens)];
      one.accept(entry('A'));
      expect(two.match(1)).toBe('lateTxDone');
    });

    it.each(['ordered', 'untagged'] as const)('nothing in flight, no token, %s: unknown', (correlation) => {
      expect(filled({ correlation }, 'A', 0).queue.match(undefined)).toBe('unknownTxDone');
    });
  });

  describe('a message whose sender has left', () => {
    it('leaves a tombstone in its place, which knows its token and nothing else of it', () => {
      const { queue, entries } = filled({ correlation: 'ordered', window: 3 }, 'ABC', 3);
      const stone = queue.bury(entries[1]!);
      expect([stone.token, stone.state, queue.held, queue.orphans]).toEqual([2, ORPHAN, 3, 1]);
      expect(Object.values(stone)).not.toContain('B');
      queue.free(entries[0]!);
      expect(queue.match(undefined)).toBe(stone);
    });

    it('is found by its token', () => {
      const { queue, entries } = filled({ window: 2 }, 'AB', 2);
      const stone = queue.bury(entries[0]!);
      expect(queue.match(1)).toBe(stone);
    });

    it('once freed, is late, and its clock is stopped', () => {
      const { queue, entries } = filled({}, 'A', 1);
      const stone = queue.bury(entries[0]!);
      let stopped = 0;
      stone.clock = { stop: () => stopped++ };
      queue.free(stone);
      expect([stopped, stone.state, queue.orphans, queue.held, queue.match(1)]).toEqual([1, DONE, 0, 0, 'lateTxDone']);
    });
  });

  describe('is idle, and settled', () => {
    it.each<[string, (q: ReturnType<typeof filled>) => void, [boolean, boolean]]>([
      ['at first', () => undefined, [false, false]],
      ['with nothing waiting, one in flight', ({ queue, entries }) => queue.withdraw(entries[1]!), [false, false]],
      [
        'with nothing waiting, nothing in flight',
        ({ queue, entries }) => {
          queue.withdraw(entries[1]!);
          queue.free(entries[0]!);
        },
        [true, true],
      ],
      [
        'with a tombstone: settled, and not idle',
        ({ queue, entries }) => {
          queue.withdraw(entries[1]!);
          queue.bury(entries[0]!);
        },
        [false, true],
      ],
      ['with a tombstone and one waiting', ({ queue, entries }) => void queue.bury(entries[0]!), [false, false]],
    ])('%s', (_case, change, expected) => {
      const set = filled({}, 'AB', 1);
      change(set);
      expect([set.queue.idle, set.queue.settled]).toEqual(expected);
    });

    it('when new', () => {
      expect([queueOf().idle, queueOf().settled]).toEqual([true, true]);
    });
  });

  it('holds nothing after 10⁵ messages came and went, half of them from the middle', () => {
    const queue = queueOf({ txQueueLength: Infinity });
    const entries = Array.from({ length: 1e5 }, () => entry('A'));
    for (const each of entries) queue.accept(each);
    for (const [i, each] of entries.entries()) if (i % 2 === 1) queue.withdraw(each);
    let sent = 0;
    for (let head = queue.head; head !== undefined && sent < 1e5; head = queue.head) {
      queue.sent(head);
      queue.free(head);
      sent++;
    }
    expect(sent).toBe(5e4);
    expect([queue.idle, queue.waiting, queue.first, queue.last]).toEqual([true, undefined, undefined, undefined]);
    expect(entries.every(({ prev, next }) => prev === undefined && next === undefined)).toBe(true);
  });
});
