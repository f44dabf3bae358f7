/** How much a thread's heap holds, over the messages. */
export interface HeapTrend {
  readonly thread: string;
  readonly first: number;
  readonly last: number;
  /** Bytes per message, of the straight line that fits best. */
  readonly slope: number;
  /** What that line gained from the first sample to the last, in bytes. */
  readonly gained: number;
}

/** Of samples that were taken at equal distances; undefined where nothing was measured. */
export function heapTrend(thread: string, samples: readonly (number | undefined)[], distance: number): HeapTrend | undefined {
  // The first fifth warms up: code is compiled, tables reach their size.
  const steady = samples.slice(Math.floor(samples.length / 5)).filter((sample) => sample !== undefined);
  if (steady.length < 3) return undefined;
  const middle = (steady.length - 1) / 2;
  const mean = steady.reduce((sum, bytes) => sum + bytes, 0) / steady.length;
  let [along, across] = [0, 0];
  steady.forEach((bytes, i) => {
    across += (i - middle) * (bytes - mean);
    along += (i - middle) ** 2;
  });
  const perSample = across / along;
  return { thread, first: steady[0]!, last: steady.at(-1)!, slope: perSample / distance, gained: perSample * (steady.length - 1) };
}
