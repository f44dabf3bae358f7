import { asapScheduler, defer, type Observable, type SchedulerLike } from 'rxjs';
import type { RegisterSpace } from '../registers/RegisterSpace';
import { Guard } from './Guard';
import { GuardedLine } from './GuardedLine';
import { ALL_ONES, hex, INT_DIMENSIONING } from './layout';
import { decodeDimensions, type TegraHspDimensions } from './TegraHspDimensions';
import type { VariantTraits } from './TegraHspVariant';

/** A part of the block that is in use, and has to know when the device goes and comes back. */
export interface HspMember {
  /** The device is gone; called once, then {@link restart} before it is called again. */
  down(reason: Error): void;
  /** The device is back, with its registers as after a reset. */
  restart(): void;
}

/** The block as a whole: access to its registers, and whether the device is there. */
export class HspBlock {
  readonly dimensions: TegraHspDimensions;
  readonly guard = new Guard();
  /** Why the device is not there; `undefined` while it is. */
  gone: Error | undefined;
  private readonly members = new Set<HspMember>();

  constructor(
    private readonly registers: RegisterSpace,
    readonly name: string,
    readonly variant: VariantTraits,
    private readonly scheduler: SchedulerLike | undefined,
  ) {
    this.dimensions = this.probe();
  }

  /** For what has to wait until the current code ends. */
  get asap(): SchedulerLike {
    return this.scheduler ?? asapScheduler;
  }

  /** Where the time of a link comes from, whose mailbox has that scheduler. */
  clock(ofMailbox: SchedulerLike): SchedulerLike {
    return this.scheduler ?? ofMailbox;
  }

  line(line: number, handle: () => void): GuardedLine {
    const interrupts$: Observable<unknown> = defer(() => this.registers.interrupt$(line));
    return new GuardedLine(interrupts$, this.guard, this.asap, handle, (reason) => this.lose(reason));
  }

  read(offset: number): number {
    return this.registers.read32(offset) >>> 0;
  }

  write(offset: number, value: number): void {
    this.registers.write32(offset, value);
  }

  /** Reads a word. All ones may be its value, or there may be no device; another register decides. */
  word(offset: number): number {
    const word = this.read(offset);
    if (word === ALL_ONES && this.read(INT_DIMENSIONING) === ALL_ONES) this.loseAllOnes(offset);
    return word;
  }

  loseAllOnes(offset: number): never {
    const reason = this.allOnes(offset);
    this.lose(reason);
    throw reason;
  }

  join(member: HspMember): void {
    this.members.add(member);
  }

  leave(member: HspMember): void {
    this.members.delete(member);
  }

  /** Runs code whose failure cannot be thrown to anybody: an error means that the device is lost. */
  attempt(work: () => void): void {
    if (this.gone) return;
    try {
      this.guard.run(work);
    } catch (error) {
      this.lose(error);
    }
  }

  /** Takes all members down. */
  lose(cause: unknown): void {
    if (this.gone) return;
    const reason = cause instanceof Error ? cause : new Error(`${this.name} failed: ${String(cause)}`, { cause });
    this.gone = reason;
    this.each((member) => member.down(reason));
  }

  /** Takes all members down now, and up again soon. */
  restart(reason: Error): void {
    this.lose(reason);
    this.asap.schedule(() => {
      // Not if it is really gone by now, or was resumed meanwhile.
      if (this.gone === reason) this.attemptToResume();
    });
  }

  /** The device is back; its registers may have been reset. */
  resume(): void {
    const dimensions = this.probe();
    if (JSON.stringify(dimensions) !== JSON.stringify(this.dimensions)) {
      throw new Error(`${this.name} is another block now: ${JSON.stringify(dimensions)}; expected ${JSON.stringify(this.dimensions)}`);
    }
    this.lose(new Error(`${this.name} was suspended`));
    this.gone = undefined;
    this.each((member) => this.attempt(() => member.restart()));
  }

  /** A notified member may cause others to leave, which must not be notified, or new ones to join, which need not be. */
  private each(notify: (member: HspMember) => void): void {
    for (const member of [...this.members]) if (this.members.has(member)) notify(member);
  }

  private attemptToResume(): void {
    try {
      this.resume();
    } catch (error) {
      this.gone = error as Error;
    }
  }

  private probe(): TegraHspDimensions {
    const word = this.read(INT_DIMENSIONING);
    if (word === ALL_ONES) throw this.allOnes(INT_DIMENSIONING);
    return decodeDimensions(this.variant, word);
  }

  private allOnes(offset: number): Error {
    return new Error(`${this.name} is gone: it reads all ones, at ${hex(offset)}`);
  }
}
