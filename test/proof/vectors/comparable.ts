import { inapplicable } from './config';
import { EINVAL, ESHUTDOWN, ETIME } from './errno';
import type { LogEvent, Scenario } from './Scenario';

/** Events that a comparison does not look at, by the rule that says so. */
export type Skipped = Map<string, number>;

/** What is not looked at, by the name under which it is counted. */
const RULES = {
  other: 'other events: attempts that were refused, preparations, polls, error texts, what requests and flushes return',
  inapplicable: 'returns of steps that cannot be played',
  withdrawn: 'reports of messages that were never sent: this library makes them, v3 does not',
  freed: 'what became of messages that were pending when their channel was freed: told at once here, by nobody or a timeout there',
  slots: 'free places once a message was withdrawn: freed at once here, kept in the ring there',
  epilogue: 'what happens after the last step, which the recordings do not have',
} as const;

type Rule = keyof typeof RULES;

/** The rules of {@link comparable}, for the documentation. */
export const SKIP_RULES: Readonly<Record<string, string>> = RULES;

/** Up to where a log is looked at: what comes before this step and time. */
export type Until = Pick<LogEvent, 0 | 1>;

/**
 * The part of a log that the kernel and this library must agree on: hand-overs, reports, returns, received data and free places, each with
 * its step and its virtual time, in order. A returned value is reduced to success or its error number.
 *
 * @param skipped - Counts what was not looked at.
 */
export function comparable(scenario: Scenario, log: readonly LogEvent[], until?: Until, skipped: Skipped = new Map()): string[] {
  const view = new View(scenario);
  const lines: Line[] = [];
  for (const event of log) {
    if (until && !isBefore(event, until)) break;
    const rule = view.skips(event);
    if (rule) skipped.set(rule, (skipped.get(rule) ?? 0) + 1);
    else lines.push({ turn: `${event[0]} ${event[1]}`, text: textOf(event), later: event[2] === 'ret' && view.wakesLater(event[0]) });
    view.note(event);
  }
  return inWakeOrder(lines);
}

function isBefore([step, t]: LogEvent, until: Until): boolean {
  return step < until[0] || (step === until[0] && t < until[1]);
}

interface Line {
  /** Step and time. */
  readonly turn: string;
  readonly text: string;
  /** The kernel runs this sender only after everything else of the turn. */
  readonly later: boolean;
}

/**
 * Threads that an interrupt wakes run after it, while here a sender is notified at once: where one interrupt ends several messages, the returns
 * are compared behind the rest of their turn.
 */
function inWakeOrder(lines: readonly Line[]): string[] {
  const turns: Line[][] = [];
  for (const line of lines) {
    const turn = turns.at(-1);
    if (turn?.[0]?.turn === line.turn) turn.push(line);
    else turns.push([line]);
  }
  return turns
    .flatMap((turn) => [...turn.filter(({ later }) => !later), ...turn.filter(({ later }) => later)])
    .map(({ turn, text }) => `${turn} ${text}`);
}

/** The kernel says "invalid" where this library says "closed". */
function textOf(event: LogEvent): string {
  const [, , type, who, what] = event;
  if (type === 'ret') return `ret ${event[3]} ${event[4] >= 0 ? 'ok' : event[4] === ESHUTDOWN ? EINVAL : event[4]}`;
  return type === 'done' ? `done ${event[3]} ${event[4]} ${event[5]}` : `${type} ${String(who)} ${String(what)}`;
}

/** Goes along a log and remembers what the rules ask for. */
class View {
  private readonly calls = new Map<number, { readonly name: string; readonly ch: number }>();
  private readonly pending = new Map<string, number>();
  private readonly sent = new Set<string>();
  private readonly freed = new Set<string>();
  private readonly withdrawn = new Set<number>();
  private step = -1;

  constructor(private readonly scenario: Scenario) {}

  skips(event: LogEvent): Rule | undefined {
    const [index, , type] = event;
    this.begin(index);
    const step = this.scenario.steps[index];
    if (!step) return 'epilogue';
    if (inapplicable(step)) return 'inapplicable';
    if (type === 'send') return event[5] === 0 ? undefined : 'other';
    if (type === 'done') return this.freed.has(event[4]) ? 'freed' : this.sent.has(event[4]) ? undefined : 'withdrawn';
    if (type === 'ret') return this.freed.has(this.calls.get(event[3])?.name ?? '') ? 'freed' : undefined;
    if (type === 'slots') return this.withdrawn.has(event[3]) ? 'slots' : undefined;
    return type === 'rx' || type === 'peek' ? undefined : 'other';
  }

  note(event: LogEvent): void {
    if (event[2] === 'send' && event[5] === 0) this.sent.add(event[4]);
    if (event[2] === 'done') this.pending.delete(event[4]);
    if (event[2] !== 'ret' || event[4] >= 0) return;
    const call = this.calls.get(event[3]);
    if (!call) return;
    this.pending.delete(call.name);
    if (event[4] === ETIME && !this.sent.has(call.name)) this.withdrawn.add(call.ch);
  }

  /** Whether this step may end several messages in one interrupt. */
  wakesLater(index: number): boolean {
    const { steps, cfg } = this.scenario;
    return steps[index]?.[0] === 'flush' || (cfg.mode === 'poll' && cfg.chans > 1 && steps[index]?.[0] === 'advance');
  }

  private begin(index: number): void {
    while (this.step < index) {
      const step = this.scenario.steps[++this.step];
      if (step?.[0] === 'send' || step?.[0] === 'spawn') {
        this.calls.set(step[1], { name: step[3], ch: step[2] });
        this.pending.set(step[3], step[2]);
      } else if (step?.[0] === 'free' || step?.[0] === 'unregister') {
        for (const [name, ch] of this.pending) if (step[0] === 'unregister' || ch === step[1]) this.freed.add(name);
      }
    }
  }
}
