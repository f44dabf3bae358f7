/** One step: an action, and what happens inside the calls that it causes. */
export type Step = readonly [action: string, ...choices: string[]];

export interface Way {
  readonly steps: readonly Step[];
  readonly to: State;
}

export class State {
  /** Steps that have not been taken from here. */
  readonly todo: Step[];
  /** Steps that have been, by which one can come elsewhere. */
  readonly edges: { readonly step: Step; readonly to: State }[] = [];
  /** How the search of that number came here. */
  search = 0;
  cameFrom: State | undefined;
  cameBy: Step | undefined;

  constructor(
    readonly key: string,
    actions: readonly string[],
  ) {
    this.todo = actions.map((action) => [action] as const);
  }
}

/** What is known of a world: its states, and how to come from one to another. */
export class Graph {
  readonly states: State[] = [];
  private readonly byKey = new Map<string, State>();
  private searches = 0;

  get(key: string): State | undefined {
    return this.byKey.get(key);
  }

  add(key: string, actions: readonly string[]): State {
    const state = new State(key, actions);
    this.byKey.set(key, state);
    this.states.push(state);
    return state;
  }

  /**
   * The shortest known way to a state that is wanted.
   *
   * @param limit - How many states to look at.
   */
  way(from: State, wanted: (state: State) => boolean, limit = Infinity): Way | undefined {
    const search = ++this.searches;
    const found = [from];
    from.search = search;
    from.cameFrom = undefined;
    // Goes on with what is found meanwhile.
    for (const state of found) {
      if (wanted(state)) return { steps: path(state), to: state };
      if (found.length > limit) continue;
      for (const { step, to } of state.edges) {
        if (to.search === search) continue;
        to.search = search;
        to.cameFrom = state;
        to.cameBy = step;
        found.push(to);
      }
    }
    return undefined;
  }
}

function path(to: State): Step[] {
  const steps: Step[] = [];
  for (let at = to; at.cameFrom !== undefined; at = at.cameFrom) steps.push(at.cameBy!);
  return steps.reverse();
}
