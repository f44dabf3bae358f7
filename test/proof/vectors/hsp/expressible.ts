import type { Scenario } from '../Scenario';

/** Why a scenario cannot be played on these registers. */
export interface InexpressibleRule {
  readonly name: string;
  readonly why: string;
  readonly holds: (scenario: Scenario) => boolean;
}

const has = (scenario: Scenario, ...ops: Scenario['steps'][number][0][]): boolean => scenario.steps.some(([op]) => ops.includes(op));
const startupFails = (scenario: Scenario): boolean => scenario.steps.some((step) => step[0] === 'request' && step[7] !== 0);

/** In this order: the first that holds counts. What is not named here is played, step by step. */
export const MAILBOX_RULES: readonly InexpressibleRule[] = [
  { name: 'drop', why: 'the hardware loses a message, and nobody hears of it; a mailbox is full or empty', holds: (s) => has(s, 'drop') },
  {
    name: 'flush',
    why: 'flushing fails, or there is none; here the mailbox is asked until it is empty',
    holds: ({ cfg, steps }) => steps.some((step) => step[0] === 'flush' && (step[4] !== 0 || !cfg.flushOp)),
  },
  { name: 'startup', why: 'starting up fails; memory does not', holds: startupFails },
  { name: 'from inside', why: 'tx-done comes from inside the send; an interrupt comes after it', holds: ({ cfg }) => cfg.syncDone },
];

/** Likewise, for doorbells. */
export const DOORBELL_RULES: readonly InexpressibleRule[] = [
  { name: 'drop', why: 'the hardware loses a message, and nobody hears of it; a doorbell is rung or not', holds: (s) => has(s, 'drop') },
  { name: 'startup', why: 'starting up fails; memory does not', holds: startupFails },
];

export interface Chosen {
  readonly all: readonly Scenario[];
  readonly played: readonly Scenario[];
  readonly leftOut: ReadonlyMap<string, number>;
}

/** The scenarios of a method, and how many of them are left out, by rule. */
export function choose(scenarios: readonly Scenario[], modes: readonly string[], rules: readonly InexpressibleRule[]): Chosen {
  const all = scenarios.filter(({ cfg }) => modes.includes(cfg.mode));
  const leftOut = new Map(rules.map(({ name }) => [name, 0]));
  const played = all.filter((scenario) => {
    const rule = rules.find(({ holds }) => holds(scenario));
    if (rule) leftOut.set(rule.name, (leftOut.get(rule.name) ?? 0) + 1);
    return rule === undefined;
  });
  return { all, played, leftOut };
}

/** As the judge has to see it: the mailbox holds one message. */
export function ofDepthOne(scenario: Scenario): Scenario {
  return { ...scenario, cfg: { ...scenario.cfg, depth: 1 } };
}

/** Why the kernel's log of a scenario that was played says nothing about these mailboxes. */
export const NOT_COMPARED: readonly InexpressibleRule[] = [
  {
    name: 'fails',
    why: 'the script says that a message failed; a register cannot, so it is played as read',
    holds: ({ steps }) => steps.some((step) => (step[0] === 'txdone' && step[2] !== 0) || (step[0] === 'tick' && step[4] !== 0)),
  },
  {
    name: 'refused',
    why: 'a refused message goes as soon as the mailbox is empty, where the recorded controllers waited for the next send',
    holds: ({ v3 }) => v3.log.some((event) => event[2] === 'send' && event[5] !== 0),
  },
  { name: 'peek', why: 'what peeking finds is delivered in a turn of its own', holds: (s) => has(s, 'peek') },
];
