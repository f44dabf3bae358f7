import type { DoorbellLink } from './DoorbellLink';
import type { GuardedLine } from './GuardedLine';
import type { HspBlock, HspMember } from './HspBlock';
import { DB_ENABLE, DB_PENDING } from './layout';
import { doorbellAt } from './variants';

/** A processor's doorbell: the others ring it. */
export interface HspDoorbell {
  /** Which one in the block. */
  readonly index: number;
  /** The bus master that this processor is: its bit in the registers of all doorbells. */
  readonly master: number;
}

/** The doorbell that rings here, and who has been told by it. */
export class Doorbells implements HspMember {
  private readonly links = new Map<number, DoorbellLink>();
  private readonly line: GuardedLine;

  constructor(
    readonly block: HspBlock,
    readonly self: HspDoorbell,
    /** Others may only be rung where they allow it. */
    readonly checks: boolean,
    line: number,
  ) {
    this.line = block.line(line, () => this.service());
  }

  at({ index }: HspDoorbell): number {
    return doorbellAt(this.block.variant, this.block.dimensions, index);
  }

  isTaken({ master }: HspDoorbell): boolean {
    return this.links.has(master);
  }

  attach({ master }: HspDoorbell, link: DoorbellLink): void {
    const { block } = this;
    block.join(this);
    block.join(link);
    this.links.set(master, link);
    this.line.listen();
    if (block.gone) throw block.gone;
  }

  detach({ master }: HspDoorbell, link: DoorbellLink): void {
    this.block.leave(link);
    this.links.delete(master);
    if (this.links.size > 0) return;
    this.block.leave(this);
    this.line.ignore();
  }

  /** Lets somebody ring here, or no longer. */
  admit({ master }: HspDoorbell, admitted: boolean): void {
    const { block } = this;
    const enable = this.at(this.self) + DB_ENABLE;
    const masters = block.word(enable);
    block.write(enable, (admitted ? masters | (1 << master) : masters & ~(1 << master)) >>> 0);
  }

  down(): void {
    this.line.ignore();
  }

  restart(): void {
    this.line.listen();
  }

  private service(): void {
    const { block } = this;
    const pending = this.at(this.self) + DB_PENDING;
    const masters = block.word(pending);
    if (masters === 0) return;
    // All of them, also those that nobody listens to; and before anybody is told, so that no later ring is lost.
    block.write(pending, masters);
    // A copy: whoever is woken may close the others, which then hear nothing.
    for (const [master, link] of [...this.links]) if ((masters >>> master) & 1) link.rung();
  }
}
