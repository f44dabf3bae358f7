import type { Batch } from './Batch';

/** Makes the end of a turn come. */
interface EndsTurn {
  atTurnEnd(needed: boolean): void;
}

/** The pauses of one mailbox. */
interface Pauses {
  count: number;
  /** Of any of its channels: the turn ends for all of them. */
  readonly effects: EndsTurn;
}

/** Which channels of one controller pause: while one does, all do (rule 4). A mailbox is known by its batch. */
export class SharedPauses {
  private readonly mailboxes = new Map<Batch, Pauses>();

  get any(): boolean {
    return this.mailboxes.size > 0;
  }

  begin(mailbox: Batch, effects: EndsTurn): void {
    const pauses = this.mailboxes.get(mailbox);
    if (pauses === undefined) this.mailboxes.set(mailbox, { count: 1, effects });
    else pauses.count++;
  }

  end(mailbox: Batch): void {
    const pauses = this.mailboxes.get(mailbox)!;
    if (--pauses.count === 0) this.mailboxes.delete(mailbox);
  }

  /** A message of one mailbox waits for the pauses of the others, which end with the turns of those. */
  needEndsElsewhere(mailbox: Batch): void {
    for (const [other, { effects }] of this.mailboxes) if (other !== mailbox) effects.atTurnEnd(true);
  }
}
