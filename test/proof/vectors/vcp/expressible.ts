import type { Scenario } from '../Scenario';

/** Why a scenario of method `poll` cannot be played on VCP mailboxes. */
export interface InexpressibleRule {
  readonly name: string;
  readonly why: string;
  readonly holds: (scenario: Scenario) => boolean;
}

/** In this order: the first that holds counts. What is not named here is played, step by step. */
export const INEXPRESSIBLE: readonly InexpressibleRule[] = [
  {
    name: 'no lastTxDone',
    why: 'the scenario is about a controller without one; this controller has it',
    holds: ({ cfg }) => !cfg.lastTxDoneOp,
  },
  {
    name: 'tx-done',
    why: 'the controller says tx-done although it is asked for it; this one never does',
    holds: ({ steps }) => steps.some(([op]) => op === 'txdone'),
  },
  {
    name: 'refused startup',
    why: 'starting up fails; memory does not',
    holds: ({ steps }) => steps.some((step) => step[0] === 'request' && step[7] !== 0),
  },
  {
    name: 'other hardware',
    why: 'the hardware refuses for once, loses a message, receives, or flushes in a way of its own',
    holds: ({ steps }) => steps.some(([op]) => ['busyOnce', 'drop', 'rx', 'rxPending', 'peek', 'flush'].includes(op)),
  },
];

/** The scenarios that fit the method of a VCP mailbox, and how many of them are left out, by rule. */
export function expressible(scenarios: readonly Scenario[]): {
  readonly polled: readonly Scenario[];
  readonly played: readonly Scenario[];
  readonly leftOut: ReadonlyMap<string, number>;
} {
  const polled = scenarios.filter(({ cfg }) => cfg.mode === 'poll');
  const leftOut = new Map(INEXPRESSIBLE.map(({ name }) => [name, 0]));
  const played = polled.filter((scenario) => {
    const rule = INEXPRESSIBLE.find(({ holds }) => holds(scenario));
    if (rule) leftOut.set(rule.name, (leftOut.get(rule.name) ?? 0) + 1);
    return rule === undefined;
  });
  return { polled, played, leftOut };
}
