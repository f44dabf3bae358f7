import { config } from 'rxjs';
import { Ledger } from './Ledger';
import type { DeviceClass } from './NonsenseDevice';
import { NonsenseRun } from './NonsenseRun';
import type { Result } from './Result';

export interface NonsenseOptions {
  readonly messages: number;
  readonly seed: number;
  /** Overrides that of the controllers. One that is too short gives senders each other's outcomes, where tx-dones carry no token. */
  readonly quarantine?: number;
}

/** Every class of controllers. */
export const CLASSES: readonly DeviceClass[] = (['tagged', 'ordered', 'untagged'] as const).flatMap((correlation) =>
  (['irq', 'poll', 'ack'] as const).flatMap((txDone) =>
    (correlation === 'untagged' ? [1] : [1, 2, 3, 4]).flatMap((window) =>
      (['reset', 'quarantine'] as const).flatMap((frees) =>
        (correlation === 'tagged' ? [true] : [true, false]).map((tokens) => ({ correlation, txDone, window, frees, tokens })),
      ),
    ),
  ),
);

/**
 * Controllers of every class, in virtual time, whose wires lose and delay and whose callbacks return what they must not; each once without and
 * once with all options.
 */
export async function nonsense({ messages, seed, quarantine }: NonsenseOptions): Promise<Result> {
  const began = performance.now();
  const ledgers: Ledger[] = [];
  /** Three of four with all options. */
  const perRun = (options: boolean): number => Math.ceil((messages / CLASSES.length) * (options ? 0.75 : 0.25));
  let broken = 0;
  let faults = 0;
  let rejections = 0;
  const { onUnhandledError } = config;
  const rejected = (): void => {
    rejections++;
  };
  process.on('unhandledRejection', rejected);
  const runs = CLASSES.flatMap((made) => [false, true].map((options) => ({ made, options })));
  try {
    for (const [i, { made, options }] of runs.entries()) {
      const ledger = new Ledger();
      config.onUnhandledError = () => ledger.mistake('an unhandled error');
      const run = new NonsenseRun({ made, options, ledger, seed: seed * 1000 + i, quarantine });
      await run.send(perRun(options));
      await run.end();
      ledgers.push(ledger);
      broken += run.broken;
      faults += run.faults;
      // Rejections are reported when the event loop comes round.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    // Also of this run, if it fails: nobody would hear of that.
    config.onUnhandledError = onUnhandledError;
    process.off('unhandledRejection', rejected);
  }
  const wrong = sum(ledgers.map((ledger) => ledger.wrong));
  if (rejections > 0) wrong.set('an unhandled rejection', rejections);
  const notes = [`${CLASSES.length} classes`, `${broken} callbacks and events that broke the contract`, `${faults} faults of the wires`];
  const seconds = (performance.now() - began) / 1000;
  return {
    name: 'nonsense',
    seed,
    messages: (perRun(false) + perRun(true)) * CLASSES.length,
    outcomes: sum(ledgers.map((ledger) => ledger.outcomes)),
    wrong,
    seconds,
    notes,
  };
}

function sum(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const [what, count] of counts.flatMap((each) => [...each])) result.set(what, (result.get(what) ?? 0) + count);
  return result;
}
