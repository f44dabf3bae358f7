import type { Correlation } from 'rx-mailbox';
import { callOf } from './config';
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
  {
    name: 'limits of one turn',
    why: 'limits of one length that began in one turn run out together, where the kernel gives the slot of the one to the next (rule 4)',
    from: firstHandedOverToLeave,
  },
  {
    name: 'limits on two channels',
    why: 'those whose limits run out together are told channel by channel, where the kernel tells them in the order in which they were sent',
    from: firstToldAcrossChannels,
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

/** Messages with limits of one length that were sent in one turn have one group. */
function groupsOf({ steps, cfg }: Scenario): Map<string, { readonly tid: number; readonly ch: number; readonly group: string }> {
  const groups = new Map<string, { readonly tid: number; readonly ch: number; readonly group: string }>();
  let turn = 0;
  for (const step of steps) {
    if (step[0] === 'advance') turn++;
    if (step[0] !== 'send') continue;
    const { tid, ch, msg, limit } = callOf(cfg, step);
    if (limit !== undefined) groups.set(msg, { tid, ch, group: `${turn} ${limit}` });
  }
  return groups;
}

/** Who leaves at that time, in the order in which the kernel tells them. */
function leavers({ v3 }: Scenario, at: number): number[] {
  return v3.log.flatMap((event) => (event[2] === 'ret' && event[4] === ETIME && event[1] === at ? [event[3]] : []));
}

/** The first message that the kernel hands over when its own limit runs out, with that of the one that held the slot until then. */
function firstHandedOverToLeave(scenario: Scenario): LogEvent | undefined {
  const groups = groupsOf(scenario);
  const sent: string[] = [];
  return scenario.v3.log.find(([step, t, type, ch, msg, ret]) => {
    if (type !== 'send' || ret !== 0) return false;
    const own = groups.get(msg);
    const before = sent.flatMap((name) => groups.get(name) ?? []);
    sent.push(msg);
    if (own === undefined || scenario.steps[step]?.[0] !== 'advance') return false;
    const leaving = leavers(scenario, t);
    const leftBefore = before.some((other) => other.ch === ch && other.group === own.group && leaving.includes(other.tid));
    return leftBefore && leaving.includes(own.tid);
  });
}

/** The first of those who leave together on several channels and are told in another order than channel by channel. */
function firstToldAcrossChannels(scenario: Scenario): LogEvent | undefined {
  const bySender = new Map([...groupsOf(scenario).values()].map((message) => [message.tid, message]));
  return scenario.v3.log.find((event) => {
    const own = event[2] === 'ret' && event[4] === ETIME ? bySender.get(event[3]) : undefined;
    if (own === undefined) return false;
    const channels = leavers(scenario, event[1]).flatMap((tid) => {
      const other = bySender.get(tid);
      return other?.group === own.group ? [other.ch] : [];
    });
    const runs = channels.filter((ch, i) => ch !== channels[i - 1]);
    return runs.length > new Set(runs).size;
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
