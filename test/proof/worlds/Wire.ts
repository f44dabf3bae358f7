import type { Message, TxDone } from './Message';
import type { WorldSpec } from './WorldSpec';

/** Why a message holds no slot any more. */
export type Freed = 'txDone' | 'left' | 'lost' | 'quarantine' | 'reset' | 'down' | 'closed' | 'refused';

/** What lies behind the link: which messages were taken, and which tx-dones can still come. */
export class Wire {
  /** Handed over, and their tx-done has not come; oldest first. */
  outstanding: Message[] = [];
  /** What `lastTxDone` will say of them, on a polled link. */
  readonly taken = new Map<Message, { ack: TxDone } | { error: TxDone }>();
  /** A message whose tx-done has come already: duplicates are of this one. */
  past: Message | undefined;

  constructor(private readonly spec: WorldSpec) {}

  get hasPast(): boolean {
    return this.past?.token !== undefined;
  }

  handedOver(message: Message): void {
    this.outstanding.push(message);
  }

  finished(message: Message): void {
    remove(this.outstanding, message);
    this.taken.delete(message);
    // One that was refused while its tx-done came is not over yet.
    if (!message.pending && (this.spec.correlation === 'tagged' || this.spec.tokens)) this.past = message;
  }

  /**
   * Whether its tx-done can still come. Only a tagged wire may deliver one after the slot was given to another: the contract asks of the
   * others that a quarantine outlasts every tx-done, and of all that a reset silences. Nobody asks a polled link about it any more.
   */
  freed(message: Message, why: Freed): void {
    const { correlation, method } = this.spec;
    if (why === 'txDone' || why === 'refused') return this.finished(message);
    const canCome = method !== 'poll' && (correlation === 'tagged' ? why !== 'reset' : why === 'down' || why === 'closed');
    if (!canCome) return this.finished(message);
    if (correlation !== 'tagged') return;
    // Of those without a slot, one of each sender is enough.
    const older = (m: Message): boolean => m.sender === message.sender && m !== message && !m.held && m.state !== 'inFlight';
    for (const other of this.outstanding.filter(older)) this.finished(other);
  }

  /** A reset: nothing that was handed over can come any more. */
  silence(): void {
    for (const message of [...this.outstanding]) this.finished(message);
  }

  /** A link that says `up` is quiet: without tokens an old tx-done would look like a new one. */
  up(): void {
    if (this.spec.correlation !== 'tagged') this.outstanding = [];
  }

  /** Of whom a tx-done can come next; without tokens in the order of the hand-over. */
  next(tokens: boolean): Message[] {
    const open = this.spec.method === 'poll' ? this.outstanding.filter((message) => !this.taken.has(message)) : this.outstanding;
    return tokens ? open : open.slice(0, 1);
  }

  /** A name that says whose it is, and with a prime for each newer one, that it is not its sender's current message. */
  label(message: Message): string {
    if (message.sender.current === message) return message.sender.id;
    const from = this.outstanding.indexOf(message);
    const newer = this.outstanding.filter((m, i) => i > from && m.sender === message.sender && m.sender.current !== m);
    return message.sender.id + "'".repeat(newer.length + 1);
  }

  find(label: string): Message | undefined {
    return this.outstanding.find((message) => this.label(message) === label);
  }
}

export function remove<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
