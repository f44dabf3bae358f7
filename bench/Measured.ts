/** What one benchmark found. */
export interface Measured {
  /** For each contender one value per round, in the benchmark's unit; less is better. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** What is either so or not. */
  readonly facts: Readonly<Record<string, boolean>>;
}

export interface Context {
  readonly quick: boolean;
  /** How much of it is done, from 0 to 1. */
  progress(part: number): void;
}

export type Measure = (context: Context) => Promise<Measured>;

export function measured(samples: Measured['samples'], facts: Measured['facts'] = {}): Measured {
  return { samples, facts };
}

/** Several runs of one benchmark as one: the rounds of all, and what was so in all. */
export function together(runs: readonly Measured[]): Measured {
  return runs.reduce((sum, { samples, facts }) => ({
    samples: Object.fromEntries(Object.entries(sum.samples).map(([name, values]) => [name, [...values, ...(samples[name] ?? [])]])),
    facts: Object.fromEntries(Object.entries(sum.facts).map(([what, so]) => [what, so && facts[what] === true])),
  }));
}
