import { isMailboxError, type TxReport } from 'rx-mailbox';
import type { Message } from './message';
import type { Taken } from './Taken';

export const DONE_NOT_TAKEN = 'done, and not taken';

const NONE = 0;
const DONE = 1;

/** How a message was sent, which decides who has to hear of it. */
export const NEXT = 1;
export const SEND = 2;
/** Its subscriber has left: only the report is left. */
export const LEFT = 3;

/** Compares what senders and reports said with what the receivers took. It knows nothing of the library's own tables. */
export class Audit {
  /** Mistakes, by kind. */
  readonly wrong = new Map<string, number>();
  settled = 0;
  /** Reported or notified as done before anybody had taken it. */
  readonly notTaken = new Set<number>();
  private readonly names = ['', 'done'];
  private readonly ways: Uint8Array;
  private readonly seen: Uint8Array;
  private readonly reported: Uint8Array;
  private readonly tokens: Float64Array;
  /** Reported, and the sender has yet to hear of the same error. */
  private readonly errors = new Map<number, unknown>();

  constructor(
    private readonly taken: Taken,
    private readonly messages: number,
  ) {
    this.ways = new Uint8Array(messages);
    this.seen = new Uint8Array(messages);
    this.reported = new Uint8Array(messages);
    this.tokens = new Float64Array(messages);
  }

  mistake(what: string): void {
    this.wrong.set(what, (this.wrong.get(what) ?? 0) + 1);
  }

  sends(id: number, way: typeof NEXT | typeof SEND): void {
    this.ways[id] = way;
  }

  leaves(id: number): void {
    this.ways[id] = LEFT;
    this.errors.delete(id);
  }

  /** From `txDone$`. */
  reports({ token, message: { id }, error }: TxReport<Message, void>): void {
    if (this.reported[id] !== NONE) return this.mistake('reported twice');
    if (this.ways[id] === NONE) return this.mistake('reported, but never sent');
    const outcome = (this.reported[id] = this.outcome(error));
    this.tokens[id] = token;
    this.settled++;
    this.weigh(id, outcome);
    if (error !== undefined && this.ways[id] === SEND) this.errors.set(id, error);
  }

  /** A sender's receipt. */
  senderDone(id: number, token: number): void {
    this.notified(id, DONE);
    if (this.tokens[id] !== token) this.mistake('receipt with the token of another message');
  }

  /** A sender's error; says whether the message was refused, so that there is no report. */
  senderError(id: number, error: unknown): boolean {
    const refused = isMailboxError(error, 'ENOBUFS');
    this.notified(id, this.outcome(error));
    if (refused) this.settled++;
    else if (this.errors.get(id) !== error) this.mistake('sender and report got different errors');
    this.errors.delete(id);
    return refused;
  }

  private notified(id: number, outcome: number): void {
    if (this.seen[id] !== NONE) return this.mistake('notified twice');
    if (this.ways[id] !== SEND) return this.mistake('notified, but nobody was waiting');
    this.seen[id] = outcome;
    this.weigh(id, outcome);
  }

  /** At the moment of the news: what was said to have been taken must have been taken by then. */
  private weigh(id: number, outcome: number): void {
    if (outcome !== DONE || this.taken.times(id) > 0) return;
    this.notTaken.add(id);
    this.mistake(DONE_NOT_TAKEN);
  }

  /** When all is over, and the receiver is. Returns how many messages ended in which way. */
  verdict(sent: number): Map<string, number> {
    const outcomes = new Map<string, number>();
    for (let id = 0; id < this.messages; id++) {
      const [way, seen, reported] = [this.ways[id]!, this.seen[id]!, this.reported[id]!];
      const times = this.taken.times(id);
      if (id >= sent) {
        if (times + seen + reported > 0) this.mistake('taken or settled, but never sent');
        continue;
      }
      const name = this.names[seen || reported]!;
      const refused = reported === NONE && name.startsWith('ENOBUFS');
      if (reported === NONE && !refused) this.mistake('lost: never settled');
      if (way === SEND && seen === NONE) this.mistake('lost: its sender was never notified');
      if (seen !== NONE && !refused && seen !== reported) this.mistake('sender and report got different outcomes');
      if (times > 1) this.mistake('taken twice');
      if (name.endsWith('not-sent') && times > 0) this.mistake('not sent, and taken');
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    }
    if (this.errors.size > 0) this.mistake('lost: a report whose sender was never notified');
    return outcomes;
  }

  private outcome(error: unknown): number {
    if (error === undefined) return DONE;
    const name = isMailboxError(error) ? `${error.code} ${error.delivery}` : `no error of ours: ${String(error)}`;
    const known = this.names.indexOf(name);
    if (!isMailboxError(error)) this.mistake(name);
    return known > 0 ? known : this.names.push(name) - 1;
  }
}
