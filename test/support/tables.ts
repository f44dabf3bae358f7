import type { VirtualTimeScheduler } from 'rxjs';
import type { Channel } from 'rx-mailbox';
import { portOf } from '../../src/Channel';
import type { SharedClocks } from '../../src/time/SharedClocks';

/** How many entries the tables of a channel and of its mailbox hold, and how many timers its scheduler. All 0 when nothing is pending. */
export function tables<Tx, Ack>(channel: Channel<Tx, unknown, Ack>, scheduler: VirtualTimeScheduler): Record<string, number> {
  const port = portOf(channel);
  const { environment } = port as unknown as { environment: SharedClocks };
  const { visited } = environment.poll as unknown as { visited: Set<unknown> };
  return {
    waiting: port.queue.length,
    slots: port.queue.held,
    orphans: port.queue.orphans,
    deadlines: environment.deadlines().size,
    polled: visited.size,
    timers: scheduler.actions.length,
  };
}

/** What {@link tables} says when nothing is pending. */
export const EMPTY_TABLES = { waiting: 0, slots: 0, orphans: 0, deadlines: 0, polled: 0, timers: 0 };
