import { Graph, type State, type Step, type Way } from './Graph';
import { key } from './key';
import { shorten, type Finding } from './shorten';
import { captureUnhandled } from './unhandled';
import { Violation } from './Violation';
import { World } from './World';
import type { WorldSpec } from './WorldSpec';

export interface Exploration {
  readonly states: number;
  /** Different steps from different states. */
  readonly transitions: number;
  /** Steps taken altogether: also those on the way to where something new begins. */
  readonly steps: number;
  /** Everything that can happen has happened. */
  readonly complete: boolean;
  readonly found: Finding | undefined;
}

/** A world is given up after so many steps: its traces are of no use any more, and its tokens are large. */
const WORLD_AGE = 2_000;
/** How many known states to look at for something new nearby, before starting anew. */
const NEARBY = 50;

/**
 * Takes every possible step from every state that can be reached, until there is none left or the budget is used up.
 *
 * It goes on from where it is rather than starting anew for each step, so states are entered with all kinds of histories. Each time a known
 * step is taken again it must lead to the same state, or the key of {@link key} misses something.
 *
 * @param budget - Transitions.
 */
export function explore(spec: WorldSpec, budget: number): Exploration {
  return captureUnhandled(() => exploreAll(spec, budget));
}

function exploreAll(spec: WorldSpec, budget: number): Exploration {
  const graph = new Graph();
  let world = new World(spec, false);
  let history: Step[] = [];
  let transitions = 0;
  let steps = 0;
  const root = graph.add(key(world), world.actions());
  let at = root;
  let wayFromRoot: Way | undefined;
  const hasTodo = (state: State): boolean => state.todo.length > 0;

  const take = (step: Step): void => {
    steps++;
    history.push(step);
    world.step(...step);
  };
  const walk = (way: readonly Step[]): void => {
    for (const step of way) {
      const expected = at.edges.find((edge) => edge.step === step)!.to;
      take(step);
      const reached = graph.get(key(world));
      if (reached !== expected)
        throw new Error(`the key of a state misses something: ${at.key} / ${step.join(' / ')} leads to ${key(world)}, not ${expected.key}`);
      at = expected;
    }
  };
  const newWorld = (): void => {
    world = new World(spec, false);
    history = [];
    at = root;
  };
  const startAnew = (): void => {
    const reopen = at.edges.find(({ step }) => step[0] === 'reopen');
    if (reopen) walk([reopen.step]);
    else newWorld();
  };
  const report = (complete: boolean, found?: Finding): Exploration => ({
    states: graph.states.length,
    transitions,
    steps,
    complete,
    found,
  });

  try {
    while (transitions < budget) {
      if (history.length > WORLD_AGE) newWorld();
      if (!hasTodo(at)) {
        let way = graph.way(at, hasTodo, NEARBY);
        if (way === undefined) {
          startAnew();
          // The same one until all is done there: to look through everything for each step would take longer than the steps.
          if (wayFromRoot === undefined || !hasTodo(wayFromRoot.to)) wayFromRoot = graph.way(root, hasTodo);
          way = wayFromRoot;
        }
        if (way === undefined) return report(true);
        walk(way.steps);
      }
      const from = at;
      const step = from.todo.pop()!;
      transitions++;
      take(step);
      for (const choices of world.choices.variants()) from.todo.push([step[0], ...choices]);
      const reached = key(world);
      const known = graph.get(reached);
      at = known ?? graph.add(reached, world.actions());
      // Other steps are not needed to come here, and would be too many to keep.
      if (at !== from && (known === undefined || step.length === 1)) from.edges.push({ step, to: at });
    }
  } catch (violation) {
    if (!(violation instanceof Violation)) throw violation;
    const way = graph.way(root, (state) => state === at)?.steps ?? [];
    const recent = history.slice(history.map(([action]) => action).lastIndexOf('reopen') + 1);
    return report(false, shorten(spec, [[...way, history.at(-1)!], recent, history], violation));
  }
  return report(!graph.states.some(hasTodo));
}
