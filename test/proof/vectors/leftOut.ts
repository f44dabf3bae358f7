import type { Correlation } from 'rx-mailbox';
import { ETIME } from './errno';
import type { LogEvent, Scenario } from './Scenario';

/** Why the kernel's log of a scenario says nothing about this library. */
export interface LeftOutRule {
  readonly name: string;
  readonly why: string;
  readonly holds: (scenario: Scenario) => boolean;
}

/** Why the kernel's log of a scenario says nothing about this library from some event on. */
export interface CutRule {
  readonly name: string;
  readonly why: string;
  /** The first event that is not compared any more; undefined if all are. */
  readonly from: (scenario: Scenario, correlation: Correlation) => LogEvent | undefined;
}

/** In this order: the first that holds counts. */
export const LEFT_OUT: readonly LeftOutRule[] = [
  {
    name: 'explicit',
    why: 'senders are preempted between enqueue, submit and wait, which are one step in JavaScript',
    holds: ({ cfg }) => cfg.sched !== 'auto',
  },
  { name: 'crash', why: 'the kernel code ran into a memory fault', holds: ({ v3 }) => v3.crash !== undefined },
  { name: 'issues', why: 'the kernel code told somebody something untrue', holds: ({ v3 }) => v3.issues.length > 0 },
  {
    name: 'tie',
    why: 'recorded as a tie: two timers fall due in the same millisecond, and either may come first',
    holds: ({ v3 }) => v3.tie === true,
  },
];

/** The earliest cut counts. */
export const CUTS: readonly CutRule[] = [
  {
    name: 'poll retry',
    why: 'a refused message is tried again every poll period, where the kernel waits for the next send or tx-done',
    from: ({ cfg, v3 }) => (cfg.mode === 'poll' ? v3.log.find((event) => event[2] === 'send' && event[5] !== 0) : undefined),
  },
  {
    name: 'left in flight',
    why: 'on a wire without tokens, a message whose sender left goes on holding its slot',
    from: (scenario, correlation) => (correlation === 'tagged' ? undefined : firstLeaveInFlight(scenario)),
  },
  {
    name: 'owner changed in flight',
    why: 'on a wire without tokens and without counting, the next owner waits until the wire is quiet',
    from: (scenario, correlation) => (correlation === 'untagged' ? firstOwnerInFlight(scenario) : undefined),
  },
];

function firstLeaveInFlight({ steps, v3 }: Scenario): LogEvent | undefined {
  const messages = new Map(steps.flatMap((step) => (step[0] === 'send' ? [[step[1], step[3]] as const] : [])));
  const inFlight = new Set<string | undefined>();
  return v3.log.find((event) => {
    if (event[2] === 'send' && event[5] === 0) inFlight.add(event[4]);
    if (event[2] === 'hw' && event[4] !== null) inFlight.delete(event[4]);
    return event[2] === 'ret' && event[4] === ETIME && inFlight.has(messages.get(event[3]));
  });
}

function firstOwnerInFlight({ v3 }: Scenario): LogEvent | undefined {
  let inFlight = 0;
  return v3.log.find((event) => {
    if (event[2] === 'send' && event[5] === 0) inFlight++;
    if (event[2] === 'hw' || event[2] === 'drop') inFlight--;
    return event[2] === 'req' && event[4] === 0 && inFlight > 0;
  });
}
