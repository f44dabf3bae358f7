import { asapScheduler, asyncScheduler, defer, type Observable, type SchedulerLike } from 'rxjs';
import type { RegisterSpace } from '../registers/RegisterSpace';
import { Guard, GuardedLine } from './GuardedLine';
import { ALL_ONES, hex, INT_DIMENSIONING } from './layout';
import { decodeDimensions, type TegraHspDimensions, type Variant } from './variants';

/** A part of the block that somebody uses. */
export interface HspMember {
  /** The device is gone; once, until it is restarted. */
  down(reason: Error): void;
  /** The device is there again, as after a reset. */
  restart(): void;
}

/** The block as a whole: access to its registers, and whether it is there at all. */
export class HspBlock {
  readonly dimensions: TegraHspDimensions;
  readonly guard = new Guard();
  /** Why it is not there. */
  gone: Error | undefined;
  private readonly members = new Set<HspMember>();

  constructor(
    private readonly registers: RegisterSpace,
    readonly name: string,
    readonly variant: Variant,
    private readonly scheduler: SchedulerLike | undefined,
  ) {
    this.dimensions = this.probe();
  }

  /** For what has to wait until this turn is over. */
  get turns(): SchedulerLike {
    return this.scheduler ?? asapScheduler;
  }

  get clock(): SchedulerLike {
    return this.scheduler ?? asyncScheduler;
  }

  line(line: number, handle: () => void): GuardedLine {
    const interrupts$: Observable<unknown> = defer(() => this.registers.interrupt$(line));
    return new GuardedLine(interrupts$, this.guard, this.turns, handle, (reason) => this.lose(reason));
  }

  read(offset: number): number {
    return this.registers.read32(offset) >>> 0;
  }

  write(offset: number, value: number): void {
    this.registers.write32(offset, value);
  }

  /** Reads a word; one that is all ones may be so by right, so it is made sure that the device is there. */
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

  /** Does something that may find the device gone where nobody can be told by throwing. */
  attempt(work: () => void): void {
    if (this.gone) return;
    try {
      this.guard.run(work);
    } catch (error) {
      this.lose(error);
    }
  }

  /** Everybody loses the device. */
  lose(cause: unknown): void {
    if (this.gone) return;
    const reason = cause instanceof Error ? cause : new Error(`${this.name} failed: ${String(cause)}`, { cause });
    this.gone = reason;
    this.each((member) => member.down(reason));
  }

  /** Everybody loses the device, and gets it back in a turn of its own. */
  restart(reason: Error): void {
    this.lose(reason);
    this.turns.schedule(() => {
      // Unless it is really gone by now, or was resumed.
      if (this.gone === reason) this.attemptToResume();
    });
  }

  /** The device is there again, and may have forgotten everything. */
  resume(): void {
    const dimensions = this.probe();
    if (JSON.stringify(dimensions) !== JSON.stringify(this.dimensions)) {
      throw new Error(`${this.name} is another block now: ${JSON.stringify(dimensions)}; expected ${JSON.stringify(this.dimensions)}`);
    }
    this.lose(new Error(`${this.name} was suspended`));
    this.gone = undefined;
    this.each((member) => this.attempt(() => member.restart()));
  }

  /** Those that are still there when it is their turn: whoever hears of it may leave, and others may come, who need not hear. */
  private each(tell: (member: HspMember) => void): void {
    for (const member of [...this.members]) if (this.members.has(member)) tell(member);
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
