import { isMailboxError } from 'rx-mailbox';

/** A message names itself. */
export interface Numbered {
  readonly id: number;
}

/** What the device did with a message: made for this one and no other. */
export interface Verdict {
  readonly id: number;
}

/** How the sender of a message hears of it. */
export type Way = 'report' | 'sender' | 'left';

interface Entry {
  way: Way;
  /** How often the device got it. */
  arrived: number;
  /** What the device has said. */
  verdicts: Verdict[];
  /** Whether it was seen to be accepted. */
  accepted: boolean;
  told: number;
  reports: number;
  /** What its report, or its sender, said. */
  said: unknown;
  code: string;
  delivery: string | undefined;
}

/** Compares what senders and reports said with what the device did. It knows nothing of the library's own tables. */
export class Ledger {
  readonly wrong = new Map<string, number>();
  readonly outcomes = new Map<string, number>();
  private readonly entries = new Map<number, Entry>();

  mistake(what: string): void {
    this.wrong.set(what, (this.wrong.get(what) ?? 0) + 1);
  }

  /** How many have been sent and not heard of. */
  get pending(): number {
    let pending = 0;
    for (const { way, told, reports } of this.entries.values()) if ((way === 'sender' ? told : reports) === 0) pending++;
    return pending;
  }

  sends(id: number, way: Way): void {
    const entry: Entry = {
      way,
      arrived: 0,
      verdicts: [],
      accepted: false,
      told: 0,
      reports: 0,
      said: undefined,
      code: '',
      delivery: undefined,
    };
    this.entries.set(id, entry);
  }

  leaves(id: number): void {
    const entry = this.entry(id);
    if (entry.told === 0) entry.way = 'left';
  }

  /** The device has it. */
  arrives(id: number): void {
    if (++this.entry(id).arrived > 1) this.mistake('handed over twice');
  }

  /** The device did not take it: it gives it back, or says so with its error. */
  returns(id: number): void {
    this.entry(id).arrived--;
  }

  /** It has got a token, so there will be a report. */
  accepts(id: number): void {
    this.entry(id).accepted = true;
  }

  /** The device is through with it. */
  decides(verdict: Verdict): void {
    this.entry(verdict.id).verdicts.push(verdict);
  }

  /** @param said - The error, or the ack. */
  reports(id: number, error: unknown, said: unknown): void {
    const entry = this.entry(id);
    if (++entry.reports > 1) this.mistake('reported twice');
    this.check(entry, id, error, said);
  }

  tells(id: number, error: unknown, said: unknown): void {
    const entry = this.entry(id);
    if (entry.way === 'report') return this.mistake('a sender that does not exist was told');
    if (++entry.told > 1) this.mistake('told twice');
    if (entry.way === 'left') this.mistake('told after leaving');
    this.check(entry, id, error, said);
  }

  private check(entry: Entry, id: number, error: unknown, said: unknown): void {
    if (entry.said !== undefined && entry.said !== (error ?? said)) this.mistake('report and sender were told different things');
    entry.said = error ?? said;
    if (error === undefined) {
      entry.code = 'done';
      if ((said as Verdict | undefined)?.id !== id) this.mistake('credited with the tx-done of another');
      else if (!entry.verdicts.includes(said as Verdict)) this.mistake('done, and the device knows nothing of it');
      return;
    }
    if (!isMailboxError(error)) return this.mistake('an error that is none of the mailbox');
    entry.code = error.code;
    entry.delivery = error.delivery;
    const { cause } = error;
    if (error.delivery !== 'sent' && !isVerdict(cause)) return;
    if ((cause as Verdict | undefined)?.id !== id) this.mistake('failed with the tx-done of another');
    else if (!entry.verdicts.includes(cause as Verdict)) this.mistake('failed, and the device knows nothing of it');
  }

  /** At the end: each has settled, once. */
  close(): void {
    for (const { way, accepted, arrived, told, reports, code, delivery } of this.entries.values()) {
      const name = delivery === undefined ? code : `${code} ${delivery}`;
      this.outcomes.set(name || 'lost', (this.outcomes.get(name || 'lost') ?? 0) + 1);
      // A send that is refused makes no report.
      const refused = way !== 'report' && reports === 0 && !accepted && REFUSALS.includes(name);
      if (reports !== 1 && !refused) this.mistake(reports === 0 ? 'lost: not reported' : 'reported twice');
      if (way === 'sender' && told !== 1) this.mistake(told === 0 ? 'lost: not told' : 'told twice');
      if (delivery === 'not-sent' && arrived > 0) this.mistake('not sent, and the device has it');
      if (code === 'done' && arrived !== 1) this.mistake('done, and the device does not have it');
    }
  }

  private entry(id: number): Entry {
    return this.entries.get(id)!;
  }
}

/** What a send is refused with. */
const REFUSALS = ['ENOBUFS not-sent', 'ECANCELED not-sent', 'ENETDOWN not-sent', 'EIO not-sent'];

function isVerdict(cause: unknown): cause is Verdict {
  return typeof (cause as Partial<Verdict> | undefined)?.id === 'number';
}
