import { Backlog } from './Backlog';
import { OFFERED, WAITING, type TxEntry } from './TxEntry';

/** What is known of a message with a key. */
interface Keyed {
  readonly key: unknown;
  /** A message that takes the place of another one inherits its place in the order, too. */
  readonly place: number | undefined;
}

/** A backlog in which a message may take the place of one that waits with the same key. */
export class KeyedBacklog<E extends TxEntry<unknown, unknown>> extends Backlog<E> {
  /** The newest that waits with each key. */
  private readonly newest = new Map<unknown, E>();
  private readonly keyed = new WeakMap<E, Keyed>();

  /** Before it is added. */
  setKey(entry: E, key: unknown): void {
    this.keyed.set(entry, { key, place: undefined });
  }

  /** The message that this one would replace. What is being handed over does not wait. */
  replaceable(key: unknown): E | undefined {
    const entry = this.newest.get(key);
    return entry === undefined || entry.state === OFFERED ? undefined : entry;
  }

  /** Puts a message in the place of one that waits. */
  replace(old: E, entry: E): void {
    const { key } = this.keyed.get(old)!;
    this.keyed.set(entry, { key, place: this.placeOf(old) });
    this.newest.set(key, entry);
    entry.state = WAITING;
    this.list.replace(old, entry);
    if (old === this.returned) this.returned = entry;
  }

  override add(entry: E): void {
    super.add(entry);
    const keyed = this.keyed.get(entry);
    if (keyed !== undefined) this.newest.set(keyed.key, entry);
  }

  override remove(entry: E): void {
    super.remove(entry);
    const keyed = this.keyed.get(entry);
    if (keyed !== undefined && this.newest.get(keyed.key) === entry) this.newest.delete(keyed.key);
  }

  override putBack(entry: E): void {
    super.putBack(entry);
    const keyed = this.keyed.get(entry);
    if (keyed !== undefined && !this.newest.has(keyed.key)) this.newest.set(keyed.key, entry);
  }

  override outdated(entry: E): E | undefined {
    const keyed = this.keyed.get(entry);
    const other = keyed && this.newest.get(keyed.key);
    if (keyed === undefined || other === undefined || other === entry) return undefined;
    if (other.token > entry.token) return entry;
    // The link has given both back, the older one first.
    this.newest.set(keyed.key, entry);
    return other;
  }

  protected override placeOf(entry: E): number {
    return this.keyed.get(entry)?.place ?? entry.token;
  }
}
