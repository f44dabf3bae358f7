/** The longest time between two rounds. */
const LONGEST = 1000;

/** What there is to ask. */
export interface Asked {
  /** There is something to ask, or to try. */
  readonly any: boolean;
  /** Somebody waits for the answer. */
  readonly urgent: boolean;
}

/** When the channel asks next: 0 ms after a hand-over, then every period, and ever more rarely while only held slots are asked about. */
export class Polls {
  /** When the next round is; none: there is nothing to ask. */
  at: number | undefined;
  /** The time to the next round. */
  pace: number;
  private round = false;
  /** The next round asks about what has just been handed over. */
  private soon = false;

  constructor(
    private readonly period: number,
    private readonly now: () => number,
  ) {
    this.pace = period;
  }

  get late(): boolean {
    return this.at !== undefined && this.at <= this.now();
  }

  /** A round. */
  begin(): void {
    this.at = undefined;
    this.soon = false;
    this.round = true;
  }

  /** A message was handed over that is to be asked about. */
  sent(): void {
    this.pace = this.period;
    this.at = this.now();
    this.soon = true;
  }

  /** A message was refused. */
  refused(): void {
    if (this.period === 0 || (this.at !== undefined && this.pace === this.period)) return;
    this.pace = this.period;
    this.at = this.now() + this.period;
  }

  /** A message has come back: it need not be asked about soon. */
  cameBack(): void {
    if (this.soon) this.at = this.now() + this.period;
    else this.refused();
    this.soon = false;
  }

  /** Everybody has been notified. */
  update({ any, urgent }: Asked): void {
    const { round } = this;
    this.round = false;
    if (!any) {
      this.at = undefined;
      this.soon = false;
    } else if (this.at !== undefined) return;
    else if (!round) this.refused();
    else {
      this.pace = urgent ? this.period : Math.min(2 * this.pace, Math.max(LONGEST, this.period));
      this.at = this.now() + this.pace;
    }
  }
}
