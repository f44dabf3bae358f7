import type { GuardedLine } from './GuardedLine';
import type { HspBlock, HspMember } from './HspBlock';
import type { HspDoorbell } from './HspDoorbell';
import { DB_ENABLE, DB_PENDING } from './layout';
import { doorbellAt } from './TegraHspVariant';

/** A link to one other processor. */
export interface RingListener extends HspMember {
  /** That processor has rung here. */
  rung(): void;
}

/** All doorbells of a block: this processor's own, through which all others ring here, and theirs. */
export class Doorbells implements HspMember {
  /** By bus master. */
  private readonly listeners = new Map<number, RingListener>();
  private readonly line: GuardedLine;

  constructor(
    readonly block: HspBlock,
    readonly self: HspDoorbell,
    /** Whether to check a doorbell's ENABLE before it is rung. */
    readonly checks: boolean,
    line: number,
  ) {
    this.line = block.line(line, () => this.service());
  }

  at({ index }: HspDoorbell): number {
    return doorbellAt(this.block.variant, this.block.dimensions, index);
  }

  isTaken({ master }: HspDoorbell): boolean {
    return this.listeners.has(master);
  }

  attach({ master }: HspDoorbell, listener: RingListener): void {
    const { block } = this;
    block.join(this);
    block.join(listener);
    this.listeners.set(master, listener);
    this.line.listen();
    if (block.gone) throw block.gone;
  }

  detach({ master }: HspDoorbell, listener: RingListener): void {
    this.block.leave(listener);
    this.listeners.delete(master);
    if (this.listeners.size > 0) return;
    this.block.leave(this);
    this.line.ignore();
  }

  /** Allows a processor to ring here, or forbids it. */
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
    // Clear all of them, also those without a listener. Before notifying: a ring that comes later has to stay pending.
    block.write(pending, masters);
    // A copy, because a listener may close others. A closed one emits nothing.
    for (const [master, listener] of [...this.listeners]) if ((masters >>> master) & 1) listener.rung();
  }
}
