import type { PointKind } from './WorldSpec';

/** Says of a point that nothing special happens there. */
export const USUAL = '-';

/** One call of the library at which something else than the usual could happen. */
interface Point {
  readonly kind: PointKind;
  readonly options: readonly string[];
}

/**
 * What happens inside the calls of one step, in their order, as `kind: what`; the usual where nothing is said.
 *
 * The points after the last choice are noted with all that could have happened there: each of these is another step.
 */
export class Choices {
  /** A choice was made for another kind of call than came, or something that cannot happen there. */
  wrong = false;
  private readonly points: Point[] = [];
  private at = 0;
  private readonly left: number;

  constructor(
    private readonly chosen: readonly string[],
    deviations: number,
    private readonly strict: boolean,
  ) {
    this.left = deviations - chosen.filter((choice) => choice !== USUAL).length;
  }

  choose(kind: PointKind, usual: string, options: () => readonly string[]): string {
    const choice = this.chosen[this.at++];
    if (choice === undefined) {
      if (this.left > 0) this.points.push({ kind, options: options() });
      return usual;
    }
    if (choice === USUAL) return usual;
    const what = choice.slice(kind.length + 2);
    if (choice.startsWith(`${kind}: `) && (!this.strict || options().includes(what))) return what;
    this.wrong = true;
    return usual;
  }

  /** The steps that differ from this one at one point more. */
  *variants(): Generator<readonly string[]> {
    for (const [i, { kind, options }] of this.points.entries()) {
      const before = [...this.chosen, ...new Array<string>(i).fill(USUAL)];
      for (const option of options) yield [...before, `${kind}: ${option}`];
    }
  }

  /** Every choice was of use. */
  get fit(): boolean {
    return !this.wrong && this.at >= this.chosen.length;
  }
}
