import type { SchedulerLike } from 'rxjs';
import { assertInteger } from '../../contract/checks';
import { ASLEEP, type Doorbell } from '../../threads/Doorbell';
import { KeepAlive } from '../../threads/KeepAlive';
import { InterruptLine, type LineSource } from './InterruptLine';
import type { RegisterMap } from './RegisterMap';
import { RegisterWords } from './RegisterWords';

/*
 * The words: `size / 4` registers, each at its own offset, then for each line
 *
 *   DOORBELL, 2 words   how a listener in another thread is woken (see Doorbell)
 *   SPURIOUS            1: asserted once without a cause
 *   LOST                causes that do not reach the line
 */
const DOORBELL = 0;
export const SPURIOUS = 2;
export const LOST = 3;
const LINE_WORDS = 4;

/**
 * How many words {@link memoryRegisters} needs for a device.
 *
 * @param map - The device.
 * @returns The length of the `Int32Array`: the registers, then some words for the interrupt lines.
 */
export function registerWords(map: RegisterMap): number {
  return map.size / 4 + (map.lines ?? 0) * LINE_WORDS;
}

/** Makes the doorbell of a line whose words are at that index. */
export type BellFactory = (at: number, line: number, wake: () => void) => Doorbell;

/** The memory with its interrupt lines and doorbells; all views of it share them. */
export class RegisterMemory {
  readonly access: RegisterWords;
  private readonly lines: readonly InterruptLine[];
  /** They wake listeners in other threads; there are none on memory that is not shared. */
  private readonly bells: readonly Doorbell[];

  constructor(
    private readonly words: Int32Array,
    readonly map: RegisterMap,
    private readonly bellFor: BellFactory | undefined,
    scheduler: SchedulerLike | undefined,
    keepAlive: boolean,
  ) {
    this.access = new RegisterWords(words);
    const lines = Array.from({ length: map.lines ?? 0 }, (_, line) => line);
    this.lines = lines.map((line) => new InterruptLine(this.source(line, keepAlive), scheduler));
    this.bells = bellFor ? lines.map((line) => bellFor(this.at(line, DOORBELL), line, () => undefined)) : [];
  }

  line(line: number): InterruptLine {
    assertInteger('line', line, 0, this.lines.length - 1);
    return this.lines[line]!;
  }

  /** Wakes the listeners of all lines that are asserted now. */
  afterWrite(): void {
    const { lines, bells } = this;
    for (let line = 0; line < lines.length; line++) {
      lines[line]!.afterWrite();
      const bell = bells[line];
      if (bell && this.load(line, DOORBELL + ASLEEP) !== 0 && this.asserted(line)) bell.ring();
    }
  }

  set(line: number, word: number, value: number): void {
    Atomics.store(this.words, this.at(line, word), value);
    this.afterWrite();
  }

  private asserted(line: number): boolean {
    if (this.load(line, SPURIOUS) !== 0) return true;
    return ((this.map.status?.(line, this.access) ?? 0) & ~this.load(line, LOST)) !== 0;
  }

  private load(line: number, word: number): number {
    return Atomics.load(this.words, this.at(line, word));
  }

  private at(line: number, word: number): number {
    return this.map.size / 4 + line * LINE_WORDS + word;
  }

  private source(line: number, keepAlive: boolean): LineSource {
    let bell: Doorbell | undefined;
    let alive: KeepAlive | undefined;
    return {
      asserted: () => this.asserted(line),
      beforeInterrupt: () => void Atomics.store(this.words, this.at(line, SPURIOUS), 0),
      arm: () => bell?.arm() ?? true,
      disarm: () => bell?.disarm(),
      start: (wake) => {
        bell = this.bellFor?.(this.at(line, DOORBELL), line, wake);
        alive = keepAlive ? new KeepAlive() : undefined;
        alive?.hold(true);
      },
      stop: () => {
        bell?.close();
        alive?.close();
      },
    };
  }
}
