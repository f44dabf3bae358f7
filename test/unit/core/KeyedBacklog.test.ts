import { KeyedBacklog } from '../../../src/core/KeyedBacklog';
import { OFFERED } from '../../../src/core/TxEntry';
import { entryOf, type Entry } from './CoreBench';

/** One that waits, with a token and, if need be, a key. */
function added(backlog: KeyedBacklog<Entry>, token: number, key?: string): Entry {
  const entry = Object.assign(entryOf(`#${token}`), { token });
  if (key !== undefined) backlog.setKey(entry, key);
  backlog.add(entry);
  return entry;
}

/** The tokens of those that wait, in order. */
function order(backlog: KeyedBacklog<Entry>): number[] {
  const tokens: number[] = [];
  for (let entry = backlog.head; entry !== undefined; entry = entry.next as Entry | undefined) tokens.push(entry.token);
  return tokens;
}

/** A newer one takes its place. */
function replaced(backlog: KeyedBacklog<Entry>, old: Entry, token: number): Entry {
  const entry = Object.assign(entryOf(`#${token}`), { token });
  backlog.replace(old, entry);
  return entry;
}

describe('a backlog of messages with keys', () => {
  it('knows the newest that waits with a key', () => {
    const backlog = new KeyedBacklog<Entry>();
    expect(backlog.replaceable('k')).toBeUndefined();
    const entry = added(backlog, 1, 'k');
    expect(backlog.replaceable('k')).toBe(entry);
    expect(backlog.replaceable('other')).toBeUndefined();
    backlog.remove(entry);
    expect(backlog.replaceable('k')).toBeUndefined();
  });

  it('does not let go of what is being handed over', () => {
    const backlog = new KeyedBacklog<Entry>();
    added(backlog, 1, 'k').state = OFFERED;
    expect(backlog.replaceable('k')).toBeUndefined();
  });

  it('puts a message in the place of the one that it replaces', () => {
    const backlog = new KeyedBacklog<Entry>();
    const entry = added(backlog, 1, 'k');
    added(backlog, 2);
    replaced(backlog, entry, 3);
    expect(order(backlog)).toEqual([3, 2]);
    expect(backlog.length).toBe(2);
  });

  it('knows that place still when it is given back', () => {
    const backlog = new KeyedBacklog<Entry>();
    const entry = added(backlog, 1, 'k');
    const other = added(backlog, 2);
    const newer = replaced(backlog, entry, 3);
    for (const gone of [newer, other]) backlog.remove(gone);
    backlog.putBack(other);
    backlog.putBack(newer);
    expect(order(backlog)).toEqual([3, 2]);
  });

  it('says of one that is given back that a newer one waits', () => {
    const backlog = new KeyedBacklog<Entry>();
    const entry = added(backlog, 1, 'k');
    backlog.remove(entry);
    const newer = added(backlog, 2, 'k');
    backlog.putBack(entry);
    expect([backlog.outdated(entry), backlog.outdated(newer)]).toEqual([entry, undefined]);
  });

  it('of two that are given back the newer one stays, whichever comes first', () => {
    const backlog = new KeyedBacklog<Entry>();
    const entry = added(backlog, 1, 'k');
    backlog.remove(entry);
    const newer = added(backlog, 2, 'k');
    backlog.remove(newer);
    backlog.putBack(entry);
    expect(backlog.outdated(entry)).toBeUndefined();
    backlog.putBack(newer);
    expect(backlog.outdated(newer)).toBe(entry);
    expect(backlog.replaceable('k')).toBe(newer);
  });

  it('can replace one that was given back, where none is newer', () => {
    const backlog = new KeyedBacklog<Entry>();
    const entry = added(backlog, 1, 'k');
    const other = added(backlog, 2);
    for (const gone of [entry, other]) backlog.remove(gone);
    backlog.putBack(entry);
    expect(backlog.replaceable('k')).toBe(entry);
    replaced(backlog, entry, 3);
    backlog.putBack(other);
    expect(order(backlog)).toEqual([3, 2]);
  });
});
