import type { GuardedLine } from './GuardedLine';
import type { HspBlock, HspMember } from './HspBlock';
import { ALL_ONES, EMPTY, FULL, INT_IE, INT_IR, MOST_MAILBOXES } from './layout';

/** One end of a mailbox that somebody has. */
export interface HspEnd extends HspMember {
  /** Its mailbox is empty; only called while that cause is enabled. */
  emptied(): void;
  /** Its mailbox is full; likewise. */
  filled(): void;
}

/**
 * What all shared mailboxes share: the enables and the causes of one interrupt line.
 *
 * The line is a level: EMPTY of a mailbox that nobody uses is asserted all the time. So a producer's cause is enabled only while it
 * waits for room. `mask` is what the enables are; they are written as a whole and never read back, and so a block that was reset gets
 * all of them again with the next change.
 */
export class HspMailboxes implements HspMember {
  private readonly ends: (HspEnd | undefined)[] = [];
  private readonly line: GuardedLine;
  private mask = 0;
  /** Enabled since the causes were read: what they say of these is of before. */
  private fresh = 0;

  constructor(
    readonly block: HspBlock,
    private readonly shared: number,
  ) {
    this.line = block.line(shared, () => this.service());
    this.silence();
  }

  isTaken(mailbox: number): boolean {
    return this.ends[mailbox] !== undefined;
  }

  attach(mailbox: number, end: HspEnd): void {
    const { block } = this;
    // First of all, so that it is silent before an end starts again.
    block.join(this);
    block.join(end);
    this.ends[mailbox] = end;
    this.line.listen();
    if (block.gone) throw block.gone;
  }

  detach(mailbox: number, end: HspEnd): void {
    this.block.leave(end);
    this.ends[mailbox] = undefined;
    if (this.ends.some((end) => end !== undefined)) return;
    this.block.leave(this);
    this.line.ignore();
  }

  enable(causes: number): void {
    this.fresh |= causes;
    this.mask |= causes;
    this.block.write(INT_IE(this.shared), this.mask);
  }

  disable(causes: number): void {
    this.mask &= ~causes;
    this.block.write(INT_IE(this.shared), this.mask);
  }

  /** Looks at the causes in a turn of its own, as if the line had been raised. */
  look(): void {
    this.line.request();
  }

  down(): void {
    this.mask = 0;
    this.line.ignore();
  }

  restart(): void {
    this.silence();
    this.line.listen();
  }

  private silence(): void {
    this.block.write(INT_IE(this.shared), 0);
  }

  private service(): void {
    this.fresh = 0;
    const causes = this.block.read(INT_IR);
    // No mailbox is full and empty.
    if (causes === ALL_ONES) this.block.loseAllOnes(INT_IR);
    const pending = (cause: number): boolean => (causes & cause & this.mask & ~this.fresh) !== 0;
    // Room first, as Linux does: then whoever answers a message finds the way free.
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(EMPTY(i))) this.ends[i]!.emptied();
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(FULL(i))) this.ends[i]!.filled();
  }
}
