import type { HeapTrend } from './heapTrend';

/** What a part of the soak found out. */
export interface Result {
  readonly name: string;
  readonly seed: number;
  readonly messages: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Mistakes by kind; empty where all was right. */
  readonly wrong: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly notes: readonly string[];
  readonly heaps?: readonly HeapTrend[];
}

export function mistakes({ wrong }: Result, kind = ''): number {
  return [...wrong].reduce((sum, [what, count]) => (what.startsWith(kind) ? sum + count : sum), 0);
}

const number = (n: number) => n.toLocaleString('en');
const megabytes = (n: number) => `${(n / 1e6).toFixed(2)} MB`;

export function printResult(result: Result): void {
  const { name, seed, messages, outcomes, wrong, seconds, notes, heaps = [] } = result;
  console.log(
    `\n${name}: ${number(messages)} messages in ${seconds.toFixed(1)} s, ${number(Math.round(messages / seconds))}/s, seed ${seed}`,
  );
  for (const [outcome, count] of [...outcomes].sort((x, y) => y[1] - x[1])) console.log(`  ${number(count).padStart(12)}  ${outcome}`);
  for (const note of notes) console.log(`  ${note}`);
  for (const { thread, first, last, slope } of heaps)
    console.log(
      `  heap of the ${thread}: ${megabytes(first)} at the start, ${megabytes(last)} at the end, ${slope.toFixed(3)} bytes per message`,
    );
  console.log(`  wrong = ${mistakes(result)}, of them lost = ${mistakes(result, 'lost')}`);
  for (const [what, count] of wrong) console.log(`  ${number(count).padStart(12)}  ${what}`);
}
