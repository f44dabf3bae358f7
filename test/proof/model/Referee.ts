import type { MailboxError, TxReceipt } from 'rx-mailbox';
import type { Part, Place } from './Stage';

interface Seen {
  readonly part: Part;
  token: number | undefined;
  prepared: boolean;
  handedOver: boolean;
  /** The device gave it back. */
  returned: boolean;
  left: boolean;
  reported: boolean;
  notified: boolean;
  error: unknown;
}

/**
 * The rules that can be checked one message at a time, without any model: what is never true, whatever was done. So the model, which agrees
 * with the library line by line, is judged along with it.
 */
export class Referee {
  readonly fouls: string[] = [];

  /** @param displacing - Some messages settle before they are told of it. */
  constructor(private readonly displacing: boolean) {}

  /** How many rejections nobody has seen to. */
  rejections = 0;
  /** How many messages settled in which way. */
  readonly outcomes: Record<string, number> = {};
  private readonly seen = new Map<number, Seen>();
  private readonly newest = new Map<Place, number>();

  /** How many have been taken into a queue, and have no outcome. */
  get pending(): number {
    return [...this.seen.values()].filter(({ token, reported }) => token !== undefined && !reported).length;
  }

  sends(part: Part): void {
    this.seen.set(part.id, {
      part,
      token: undefined,
      prepared: false,
      handedOver: false,
      returned: false,
      left: false,
      reported: false,
      notified: false,
      error: undefined,
    });
  }

  leaves(id: number): void {
    const seen = this.seen.get(id);
    if (seen) seen.left = true;
  }

  isTold(part: Part): boolean {
    return this.seen.get(part.id)?.notified ?? true;
  }

  prepares(part: Part): void {
    const seen = this.of(part);
    if (seen.prepared) this.foul(8, part, 'prepared twice');
    if (seen.reported || seen.notified) this.foul(4, part, 'prepared after its outcome');
    seen.prepared = true;
  }

  /** A promise that is rejected, where nobody expects one: whoever takes it has to see to that (rule 8). */
  rejection(): Promise<never> {
    const promise = Promise.reject(new Error('a rejection'));
    // Not left to the process, which would end.
    promise.catch(() => undefined);
    this.rejections++;
    const { then } = promise;
    const watched: typeof then = (fulfilled, rejected) => {
      if (rejected) this.rejections--;
      return then.call(promise, fulfilled, rejected) as never;
    };
    return Object.assign(promise, { then: watched });
  }

  handsOver(place: Place, part: Part, token: number): void {
    const seen = this.of(part);
    if (part !== seen.part) this.foul(5, part, 'a copy');
    if (seen.reported || seen.notified) this.foul(4, part, 'handed over after its outcome');
    this.learn(part, token);
    seen.handedOver = true;
    // Tokens grow in the order of the calls: handed over first in, first out.
    if (seen.returned || place.setup.latest) return;
    if (token < (this.newest.get(place) ?? 0)) this.foul(5, part, 'handed over after a younger one');
    this.newest.set(place, token);
  }

  /** The device gives back what it had accepted. */
  returns(id: number): void {
    const seen = this.seen.get(id);
    if (seen) Object.assign(seen, { returned: true, prepared: false });
  }

  reports(part: Part, token: number, ack: unknown, error: MailboxError | undefined): void {
    const seen = this.of(part);
    this.learn(part, token);
    if (seen.reported) this.foul(2, part, 'two reports');
    // An operator behind others that leaves from inside another message's report cannot wait for this one's.
    if (seen.notified && part.how.via !== 'generic') this.foul(7, part, 'notified before its report');
    if (error === undefined && ack !== part.id) this.foul(3, part, `the tx-done of ${String(ack)}`);
    if (error === undefined && !seen.handedOver) this.foul(3, part, 'done, but never handed over');
    seen.reported = true;
    seen.error = error;
    const outcome = error === undefined ? 'ok' : `${error.code} ${error.delivery}`;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    this.forget(part, seen);
  }

  outcomeOf(part: Part, receipt: TxReceipt<unknown> | undefined, error: unknown): void {
    const seen = this.of(part);
    if (seen.notified) this.foul(2, part, 'notified twice');
    if (seen.left) this.foul(2, part, 'notified after it left');
    if (receipt && receipt.ack !== part.id) this.foul(3, part, `the tx-done of ${String(receipt.ack)}`);
    if (receipt) this.learn(part, receipt.token);
    // An operator whose source settles in a teardown, or after a call that is under way, or is displaced, knows nothing of that.
    const apart = part.how.via === 'generic' && (part.how.limits === undefined || part.script.teardown !== undefined || this.displacing);
    if (!apart && (seen.reported ? seen.error !== error : seen.token !== undefined))
      this.foul(2, part, 'got something else than its report');
    seen.notified = true;
    this.forget(part, seen);
  }

  /** @param onTime - It says when it happened, and that is now. */
  traces(place: Place, type: string, token: number | undefined, onTime: boolean): void {
    if (!onTime) this.fouls.push(`events$: ${type} at a wrong time`);
    const stage = ORDER.indexOf(type);
    if (stage < 0 || token === undefined) return;
    const key = `${place.name} ${token}`;
    const last = type === 'busy' ? -1 : (this.stages.get(key) ?? -1);
    if (last > stage || last === ORDER.length - 1) this.fouls.push(`events$: ${type} of ${key} after ${ORDER[last]}`);
    this.stages.set(key, stage);
    if (stage === ORDER.length - 1) this.settled.push(key);
    // A settled message is remembered for a while: a second `settled` must not go unnoticed.
    if (this.settled.length > 100) this.stages.delete(this.settled.shift()!);
  }

  private readonly stages = new Map<string, number>();
  private readonly settled: string[] = [];

  private of(part: Part): Seen {
    const seen = this.seen.get(part.id);
    if (seen) return seen;
    // It had been notified of everything before.
    this.foul(2, part, 'another outcome');
    this.sends(part);
    return this.seen.get(part.id)!;
  }

  private learn(part: Part, token: number): void {
    const seen = this.of(part);
    if (seen.token !== undefined && seen.token !== token) this.foul(1, part, `token ${seen.token}, then ${token}`);
    seen.token = token;
  }

  private forget(part: Part, seen: Seen): void {
    // An operator behind others may notify before anybody says whether the message was accepted.
    const accepted = seen.token !== undefined || part.how.via === 'generic';
    if (accepted ? seen.reported && (seen.notified || seen.left || part.how.via === 'next') : seen.notified) this.seen.delete(part.id);
  }

  private foul(rule: number, part: Part, what: string): void {
    this.fouls.push(`rule ${rule}: message ${part.id}: ${what}`);
  }
}

const ORDER = ['queued', 'busy', 'sent', 'left', 'settled'];
