import { Backlog } from '../../../src/core/Backlog';
import { WAITING } from '../../../src/core/TxEntry';
import { entryOf, type Entry } from './CoreBench';

/** A backlog in which each letter waits. */
function backlogOf(messages: string) {
  const backlog = new Backlog<Entry>();
  const entries = Array.from(messages, (message) => entryOf(message));
  for (const each of entries) backlog.add(each);
  return { backlog, entries };
}

/** Takes out whatever goes next, until nothing waits. */
function drain(backlog: Backlog<Entry>): string {
  let messages = '';
  for (let { head } = backlog; head !== undefined; { head } = backlog) {
    messages += head.message;
    backlog.remove(head);
  }
  return messages;
}

describe('Backlog', () => {
  it('is empty at first', () => {
    const { backlog } = backlogOf('');
    expect([backlog.head, backlog.length]).toEqual([undefined, 0]);
  });

  it('says of a message that it waits', () => {
    expect(backlogOf('A').entries[0]!.state).toBe(WAITING);
  });

  it('counts what waits', () => {
    const { backlog, entries } = backlogOf('ABC');
    backlog.remove(entries[1]!);
    expect(backlog.length).toBe(2);
  });

  it('lets the first in go first', () => {
    expect(drain(backlogOf('ABC').backlog)).toBe('ABC');
  });

  it.each([
    [0, 'BC'],
    [1, 'AC'],
    [2, 'AB'],
  ])('keeps the order when number %i leaves', (at, left) => {
    const { backlog, entries } = backlogOf('ABC');
    backlog.remove(entries[at]!);
    expect(drain(backlog)).toBe(left);
  });

  it('keeps nothing after 10⁵ messages came and went, half of them from the middle', () => {
    const { backlog, entries } = backlogOf('A'.repeat(1e5));
    for (const [i, each] of entries.entries()) if (i % 2 === 1) backlog.remove(each);
    expect(drain(backlog)).toHaveLength(5e4);
    expect([backlog.head, backlog.length]).toEqual([undefined, 0]);
    expect(entries.every(({ prev, next }) => prev === undefined && next === undefined)).toBe(true);
  });
});
