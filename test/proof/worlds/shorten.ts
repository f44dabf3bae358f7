import { USUAL } from './Choices';
import type { Step } from './Graph';
import { Violation } from './Violation';
import { World } from './World';
import type { WorldSpec } from './WorldSpec';

/** A broken rule, and how to see it. */
export interface Finding {
  readonly violation: Violation;
  readonly trace: readonly Step[];
}

/**
 * Finds a short trace that breaks the same rule: the shortest of these that does, then without everything that is not needed for it.
 *
 * @param traces - The last one is what really happened.
 */
export function shorten(spec: WorldSpec, traces: readonly (readonly Step[])[], violation: Violation): Finding {
  let found: Finding = { violation, trace: traces.at(-1)! };
  for (const trace of traces) {
    const broken = replay(spec, trace, violation.rule);
    if (broken === undefined) continue;
    found = broken;
    break;
  }
  for (let size = Math.ceil(found.trace.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < found.trace.length;) {
      const shorter = replay(spec, [...found.trace.slice(0, at), ...found.trace.slice(at + size)], violation.rule);
      if (shorter === undefined) at += size;
      else found = shorter;
    }
  }
  for (let at = 0; at < found.trace.length; at++) {
    for (const simpler of simplerSteps(found.trace[at]!)) {
      found = replay(spec, [...found.trace.slice(0, at), simpler, ...found.trace.slice(at + 1)], violation.rule) ?? found;
    }
  }
  return found;
}

/** With less happening inside. */
function* simplerSteps([action, ...choices]: Step): Generator<Step> {
  for (const [i, choice] of choices.entries()) {
    if (choice === USUAL) continue;
    const plus = choice.indexOf('+');
    const simpler = plus < 0 ? USUAL : choice.slice(0, choice.indexOf(' ') + 1) + choice.slice(plus + 1);
    yield [action, ...choices.slice(0, i), simpler, ...choices.slice(i + 1)];
  }
}

/** Takes these steps in a new world; what they break of this rule, if all of them are possible. */
function replay(spec: WorldSpec, trace: readonly Step[], rule: string): Finding | undefined {
  const world = new World(spec);
  for (const [i, step] of trace.entries()) {
    try {
      world.step(...step);
    } catch (violation) {
      const same = violation instanceof Violation && violation.rule === rule && world.choices.fit;
      return same ? { violation, trace: trace.slice(0, i + 1) } : undefined;
    }
  }
  return undefined;
}
