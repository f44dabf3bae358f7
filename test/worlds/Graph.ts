/** One step: an action, and what happens inside the calls that it causes. */
export type Step = readonly [action: string, ...choices: string[]];

export interface State {
  readonly key: string;
  /** Steps that have not been taken from here. */
  readonly todo: Step[];
  /** Steps that have been, by which one can come elsewhere. */
  readonly edges: { readonly step: Step; readonly to: State }[];
}

/** What is known of a world: its states, and how to come from one to another. */
export class Graph {
  readonly states: State[] = [];
  private readonly byKey = new Map<string, State>();

  get(key: string): State | undefined {
    return this.byKey.get(key);
  }

  add(key: string, actions: readonly string[]): State {
    const state: State = { key, todo: actions.map((action) => [action] as const), edges: [] };
    this.byKey.set(key, state);
    this.states.push(state);
    return state;
  }

  /**
   * The shortest known way to a state that is wanted.
   *
   * @param limit - How many states to look at.
   */
  way(from: State, wanted: (state: State) => boolean, limit = Infinity): Step[] | undefined {
    const seen = new Map<State, { step: Step; from: State } | undefined>([[from, undefined]]);
    // A Map is visited in the order of insertion, also of what is inserted meanwhile.
    for (const state of seen.keys()) {
      if (wanted(state)) return this.path(seen, state);
      if (seen.size > limit) continue;
      for (const { step, to } of state.edges) if (!seen.has(to)) seen.set(to, { step, from: state });
    }
    return undefined;
  }

  private path(seen: Map<State, { step: Step; from: State } | undefined>, to: State): Step[] {
    const steps: Step[] = [];
    for (let at = seen.get(to); at !== undefined; at = seen.get(at.from)) steps.push(at.step);
    return steps.reverse();
  }
}
