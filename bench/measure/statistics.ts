/** The value below which a part of the sample lies, from 0 to 1; between two values, interpolated. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('no values; expected at least one');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median of the quotients of each round: what disturbs a whole round disturbs both sides of its quotient. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((value, round) => value / denominators[round]!));
}

/** The median of the differences of each round. */
export function medianDifference(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, round) => value - others[round]!));
}
