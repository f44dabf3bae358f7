import { internals, type Deadline } from './internals';
import type { World } from './World';

/** What a timer is for: the end of the turn, the poll timer, or clocks of that length. */
export type TimerKind = 'turn' | 'poll' | number | undefined;

/**
 * Says which of the library's timers this is; undefined: it is none of the mailbox's.
 *
 * Several may be due at one time, and in what order they fire nobody has promised. So this is looked up; whether there is such a
 * timer, and what it does, is judged.
 */
export function timerOf(world: World, action: unknown): TimerKind {
  const { poll, turnEnd } = internals(world).group.clocks;
  if (action === turnEnd.task.action) return 'turn';
  if (action === poll.timer.action) return 'poll';
  for (const { keeper } of deadlines(world)) if (keeper !== undefined && keeper.timer.action === action) return keeper.limit;
  return undefined;
}

/** The library's clocks that run. */
export function deadlines(world: World): Deadline[] {
  const { machine, effects } = internals(world);
  const found: Deadline[] = [];
  const attempt = effects?.laterAttempt?.deadline;
  if (attempt) found.push(attempt);
  for (let entry = machine.backlog.head; entry !== undefined; entry = entry.next) add(entry.watch);
  for (let slot = machine.slots.oldest; slot !== undefined; slot = slot.next) {
    if (slot.clock) found.push(slot.clock);
    add(slot.watch);
  }
  return found.filter(({ keeper }) => keeper !== undefined);

  function add(watch: Deadline | undefined): void {
    for (; watch !== undefined; watch = watch.other) found.push(watch);
  }
}
