import { processorTime, type Clock } from './clock';
import type { Contender } from './Contender';
import { median } from './statistics';

export interface Rounds {
  /** Rounds that count. */
  readonly rounds: number;
  /** About how long each contender runs in each round, in milliseconds. */
  readonly sampleMs: number;
  /** How many messages each contender sends before anything counts. */
  readonly warmUp: number;
  readonly clock?: Clock;
}

const WARM_UP_ROUNDS = 10;

/**
 * Nanoseconds per message, for each contender one value per round.
 *
 * In each round every contender has one turn, and the first contender rotates, so that what disturbs the machine for a while disturbs them
 * all. Before each turn the young generation is collected: each contender pays only for its own garbage.
 *
 * The warm-up counts messages, not time: on a busy machine the compiler may need long to come to it.
 */
export async function sampleRounds(
  contenders: readonly Contender[],
  settings: Rounds,
  progress: (part: number) => void,
): Promise<Record<string, number[]>> {
  const { rounds, sampleMs, warmUp, clock = processorTime } = settings;
  const runners = contenders.map((contender) => new Runner(contender, clock, Math.ceil(warmUp / WARM_UP_ROUNDS)));
  const total = WARM_UP_ROUNDS + rounds;
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const runner of runners) await runner.sample();
    progress((round + 1) / total);
  }
  for (const runner of runners) runner.fit(sampleMs * 1e6);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < runners.length; i++) await runners[(i + round) % runners.length]!.sample();
    progress((WARM_UP_ROUNDS + round + 1) / total);
  }
  for (const runner of runners) await runner.finish();
  return Object.fromEntries(runners.map(({ contender, samples }) => [contender.name, samples]));
}

class Runner {
  /** Nanoseconds per message. */
  samples: number[] = [];
  private sent = 0;

  constructor(
    readonly contender: Contender,
    private readonly clock: Clock,
    private count: number,
  ) {}

  async sample(): Promise<void> {
    const { contender, clock, count } = this;
    collectYoung();
    const start = clock();
    await contender.run(count);
    this.samples.push((clock() - start) / count);
    this.sent += count;
  }

  /** Ends the warm-up: the next samples take about so many nanoseconds each. */
  fit(duration: number): void {
    this.count = Math.max(100, Math.round(duration / Math.max(1, median(this.samples.slice(-3)))));
    this.samples = [];
  }

  /** Every message was completed once, or nothing that was measured means anything. */
  async finish(): Promise<void> {
    const { contender, sent } = this;
    const { senders, receiver } = await contender.completed();
    if (senders !== sent || receiver !== sent) {
      throw new Error(`${contender.name}: ${sent} messages were sent; its senders count ${senders}, its receiver ${receiver}`);
    }
    await contender.close?.();
  }
}

function collectYoung(): void {
  (globalThis.gc as ((options: { type: 'minor' }) => void) | undefined)?.({ type: 'minor' });
}
