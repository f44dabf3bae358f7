/**
 * Runs something and counts the elements of arrays that are moved meanwhile, because others in front of them were taken out or put in, or because they are turned round.
 *
 * Counts work instead of time, so it says the same on every machine. Only what the arrays' own methods move is seen.
 */
export function movedElements(run: () => void): number {
  const { prototype } = Array;
  const { reverse, shift, splice, unshift } = prototype;
  let moved = 0;
  prototype.shift = function (this: unknown[]) {
    moved += Math.max(0, this.length - 1);
    return shift.call(this) as unknown;
  };
  prototype.reverse = function (this: unknown[]) {
    moved += this.length;
    return reverse.call(this) as unknown[];
  };
  prototype.unshift = function (this: unknown[], ...items: unknown[]) {
    moved += this.length;
    return unshift.apply(this, items);
  };
  prototype.splice = function (this: unknown[], start: number, ...rest: unknown[]) {
    const behind = this.length - start - ((rest[0] as number | undefined) ?? this.length);
    if (behind > 0) moved += behind;
    return Reflect.apply(splice, this, [start, ...rest]) as unknown[];
  } as typeof splice;
  try {
    run();
  } finally {
    Object.assign(prototype, { reverse, shift, splice, unshift });
  }
  return moved;
}
