import { Slots, type SlotSettings } from '../../../src/core/Slots';
import type { TokenSource } from '../../../src/core/TokenSource';
import { DONE, HELD, IN_FLIGHT } from '../../../src/core/TxEntry';
import { entryOf } from './CoreBench';

/** Slots in which each letter is in flight, with tokens from 1; and one more token that has been given out. */
function slotsWith(messages: string, settings: Partial<SlotSettings> = {}, tokens: TokenSource = { next: 1 }) {
  const slots = new Slots({ window: 2, correlation: 'tagged', ...settings }, tokens);
  const entries = Array.from(messages, (message) => Object.assign(entryOf(message), { token: tokens.next++ }));
  for (const each of entries) slots.take(each);
  tokens.next++;
  return { slots, entries };
}

describe('Slots', () => {
  it('say of a message that it is in flight', () => {
    expect(slotsWith('A').entries[0]!.state).toBe(IN_FLIGHT);
  });

  it('know which has been in use for the longest time', () => {
    const { slots, entries } = slotsWith('AB');
    expect([slots.oldest, slots.oldest?.next]).toEqual([entries[0], entries[1]]);
    expect(slotsWith('').slots.oldest).toBeUndefined();
  });

  describe('another message may go', () => {
    it.each([
      ['nothing is in flight', '', true],
      ['one is in flight of two', 'A', true],
      ['two are in flight of two', 'AB', false],
    ])('or not, when %s', (_when, messages, free) => {
      expect(slotsWith(messages).slots.free).toBe(free);
    });

    it('not when a held slot is the last one', () => {
      const { slots, entries } = slotsWith('AB');
      slots.hold(entries[0]!);
      expect(slots.free).toBe(false);
    });

    it('when a slot has been freed', () => {
      const { slots, entries } = slotsWith('AB');
      slots.release(entries[0]!);
      expect([slots.free, slots.used]).toEqual([true, 1]);
    });
  });

  describe('find the slot that a tx-done belongs to', () => {
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
      const found = slotsWith('AB', { correlation }).slots.match(token);
      expect(typeof found === 'string' ? found : found.token).toBe(expected);
    });

    it('one that has settled is late', () => {
      const { slots, entries } = slotsWith('A');
      slots.release(entries[0]!);
      expect(slots.match(1)).toBe('lateTxDone');
    });

    it('one of another channel of the mailbox is late: it was given out and is not in flight here', () => {
      const tokens = { next: 1 };
      slotsWith('A', {}, tokens);
      expect(slotsWith('', {}, tokens).slots.match(1)).toBe('lateTxDone');
    });

    it.each(['ordered', 'untagged'] as const)('nothing in flight, no token, %s: unknown', (correlation) => {
      expect(slotsWith('', { correlation }).slots.match(undefined)).toBe('unknownTxDone');
    });
  });

  describe('a message whose sender has left', () => {
    it('leaves a held slot in its place, which knows its token and nothing else of it', () => {
      const { slots, entries } = slotsWith('ABC', { correlation: 'ordered', window: 3 });
      const held = slots.hold(entries[1]!);
      expect([held.token, held.state, slots.used, slots.held]).toEqual([2, HELD, 3, 1]);
      expect(Object.values(held)).not.toContain('B');
      slots.release(entries[0]!);
      expect(slots.match(undefined)).toBe(held);
    });

    it('is found by its token', () => {
      const { slots, entries } = slotsWith('AB');
      const held = slots.hold(entries[0]!);
      expect(slots.match(1)).toBe(held);
    });

    it('once freed, is late, and its clock is stopped', () => {
      const { slots, entries } = slotsWith('A');
      const held = slots.hold(entries[0]!);
      let stopped = 0;
      held.clock = { stop: () => stopped++ };
      slots.release(held);
      expect([stopped, held.state, slots.held, slots.used, slots.match(1)]).toEqual([1, DONE, 0, 0, 'lateTxDone']);
    });
  });
});
