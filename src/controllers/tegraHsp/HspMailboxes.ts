import type { GuardedLine } from './GuardedLine';
import type { HspBlock, HspMember } from './HspBlock';
import { ALL_ONES, EMPTY, FULL, hex, INT_IE, INT_IR, MOST_MAILBOXES } from './layout';

/** One end of a mailbox that is in use. */
export interface HspEnd extends HspMember {
  /** Its mailbox is empty; called only while the cause EMPTY is enabled. */
  emptied(): void;
  /** Its mailbox is full; called only while the cause FULL is enabled. */
  filled(): void;
}

/**
 * What all shared mailboxes have in common: one interrupt line, its enables and its causes.
 *
 * The line is level-triggered, and EMPTY of an unused mailbox is asserted all the time. So a producer's cause is enabled only while the
 * producer waits for room. `mask` is what the enables should be.
 *
 * If they differ, somebody has reset the block. An empty mailbox then does not mean that its message was read. So {@link isIntact} is
 * called after EMPTY is seen and before it is used, and before each write to the enables, which would hide the difference.
 */
export class HspMailboxes implements HspMember {
  private readonly ends: (HspEnd | undefined)[] = [];
  private readonly line: GuardedLine;
  private mask = 0;
  /** Causes that were enabled after INT_IR was read; what was read says nothing about these. */
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
    // Join before the end: on a restart, the enables are cleared before an end writes its own.
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

  /** Call only if {@link isIntact}. */
  enable(causes: number): void {
    this.fresh |= causes;
    this.write(this.mask | causes);
  }

  /** Call only if {@link isIntact}. */
  disable(causes: number): void {
    this.write(this.mask & ~causes);
  }

  /** False if the block was reset; all links then go down, and up again soon. */
  isIntact(): boolean {
    if (!this.detectReset) return true;
    const { block, mask, shared } = this;
    const enables = block.read(INT_IE(shared));
    if (enables === mask) return true;
    if (enables === ALL_ONES) block.loseAllOnes(INT_IE(shared));
    block.restart(new Error(`${block.name} was reset: INT_IE is ${hex(enables)}; expected ${hex(mask)}`));
    return false;
  }

  /** Handles the causes soon, as if the line had been raised. */
  serviceLater(): void {
    this.line.runLater();
  }

  down(): void {
    // This also drops causes that are being handled now.
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
    // All ones are impossible: a mailbox is not full and empty.
    if (causes === ALL_ONES) this.block.loseAllOnes(INT_IR);
    if (!this.isIntact()) return;
    const pending = (cause: number): boolean => (causes & cause & this.mask & ~this.fresh) !== 0;
    // Room first, as in Linux: a receiver that answers can then send at once.
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(EMPTY(i))) this.ends[i]!.emptied();
    for (let i = 0; i < MOST_MAILBOXES; i++) if (pending(FULL(i))) this.ends[i]!.filled();
  }
}
