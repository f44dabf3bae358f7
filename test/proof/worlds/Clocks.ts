import { remove } from './Wire';

/** One clock that runs. */
export interface Clock {
  readonly limit: number;
  /** The turn in which it began; none where it has a timer of its own. */
  readonly turn: number | undefined;
  /** When it runs out. It begins to count when its turn ends, so until then nobody knows. */
  due: number | undefined;
  readonly ranOut: () => void;
}

/**
 * The clocks of a channel: limits, quarantines, and the one of a later attempt.
 *
 * Those of one length that began in one turn run out together. The others do not know of each other, also where they are due at one time.
 */
export class Clocks {
  /** In the order in which they began. */
  readonly running: Clock[] = [];
  /** Which turn it is. */
  turn = 0;

  constructor(private readonly now: () => number) {}

  start(limit: number, ranOut: () => void): Clock {
    return this.add({ limit, turn: this.turn, due: undefined, ranOut });
  }

  /** Of an operator that has nothing to do with the channel: it counts at once, and on its own. */
  startOwn(limit: number, ranOut: () => void): Clock {
    return this.add({ limit, turn: undefined, due: this.now() + limit, ranOut });
  }

  private add(clock: Clock): Clock {
    this.running.push(clock);
    return clock;
  }

  stop(clock: Clock | undefined): void {
    if (clock) remove(this.running, clock);
  }

  /** Some have begun in this turn, and wait for its end. */
  get begun(): boolean {
    return this.running.some(({ due }) => due === undefined);
  }

  turnEnded(): void {
    for (const clock of this.running) clock.due ??= this.now() + clock.limit;
    this.turn++;
  }

  /** Some should have run out by now. */
  get late(): boolean {
    return this.running.some(({ due }) => due !== undefined && due <= this.now());
  }

  /** How many timers they need. */
  get timers(): number {
    const groups = new Set<string>();
    let own = 0;
    for (const { limit, turn, due } of this.running) {
      if (turn === undefined) own++;
      else if (due !== undefined) groups.add(`${turn} ${limit}`);
    }
    return groups.size + own;
  }

  /**
   * Those of this length that began first, of those that are due, run out, all of them. Without a length: the first that has a timer of its own.
   *
   * @returns Whether there are any.
   */
  runOut(limit: number | undefined): boolean {
    const first = this.running.find(
      ({ turn, due, ...clock }) =>
        due !== undefined && due <= this.now() && (limit === undefined ? turn === undefined : turn !== undefined && clock.limit === limit),
    );
    if (first === undefined) return false;
    const together =
      first.turn === undefined ? [first] : this.running.filter(({ turn, limit: length }) => turn === first.turn && length === first.limit);
    for (const clock of together) this.stop(clock);
    for (const { ranOut } of together) ranOut();
    return true;
  }
}
