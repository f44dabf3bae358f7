import type { GuardedLine } from './GuardedLine';
import type { HspBlock, HspMember } from './HspBlock';
import { ALL_ONES, EMPTY, FULL, hex, INT_IE, INT_IR, MOST_MAILBOXES } from './layout';

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
 * waits for room. `mask` is what the enables should be.
 *
 * If they are not, somebody has reset the block. Then a mailbox is empty because of that, and not because its message was read; so this is
 * asked ({@link isIntact}) after EMPTY has been seen and before it is believed, and before every write, which would hide it.
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
    private readonly detectReset: boolean,
  ) {
    this.line = block.line(shared, () => this.service());
    this.write(0);
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

  /** Only where {@link isIntact}. */
  enable(causes: number): void {
    this.fresh |= causes;
    this.write(this.mask | causes);
  }

  /** Likewise. */
  disable(causes: number): void {
    this.write(this.mask & ~causes);
  }

  /** False: the block was reset; all links go down, and up again in a turn of its own. */
  isIntact(): boolean {
    if (!this.detectReset) return true;
    const { block, mask, shared } = this;
    const enables = block.read(INT_IE(shared));
    if (enables === mask) return true;
    if (enables === ALL_ONES) block.loseAllOnes(INT_IE(shared));
    block.restart(new Error(`${block.name} was reset: INT_IE is ${hex(enables)}; expected ${hex(mask)}`));
    return false;
  }

  /** Looks at the causes in a turn of its own, as if the line had been raised. */
  look(): void {
    this.line.request();
  }

  down(): void {
    // Also for causes that are being handled just now.
    this.mask = 0;
    this.line.ignore();
  }

  restart(): void {
    this.write(0);
    this.line.listen();
  }

  private write(mask: number): void {
    this.mask = mask;
    this.block.write(INT_IE(this.shared), mask);
  }

  private service(): void {
    this.fresh = 0;
    const causes = this.block.read(INT_IR);
    // No mailbox is full and empty.
    if (causes === ALL_ONES) this.block.loseAllOnes(INT_IR);
    if (!this.isIntact()) return;
    const pending = (cause: number): boolean => (causes & cause & this.mask & ~this.fresh) !== 0;
    // Room first, as Linux does: then whoever answers a message finds the way free.
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(EMPTY(i))) this.ends[i]!.emptied();
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(FULL(i))) this.ends[i]!.filled();
  }
}
