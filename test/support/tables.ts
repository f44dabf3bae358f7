import type { VirtualTimeScheduler } from 'rxjs';
import type { Channel } from 'rx-mailbox';
import { insideOf } from '../../src/Channel';
import type { ChannelGroup } from '../../src/channel/ChannelGroup';

/** How many entries the tables of a channel and of its mailbox hold, and how many timers its scheduler. All 0 when nothing is pending. */
export function tables<Tx, Ack>(channel: Channel<Tx, unknown, Ack>, scheduler: VirtualTimeScheduler): Record<string, number> {
  const inside = insideOf(channel);
  const { clocks } = (inside as unknown as { group: ChannelGroup }).group;
  const { visited } = clocks.poll as unknown as { visited: Set<unknown> };
  const { needing } = clocks.turnEnd as unknown as { needing: number };
  const { backlog, slots } = inside.machine;
  return {
    waiting: backlog.length,
    slots: slots.used,
    held: slots.held,
    deadlines: clocks.deadlines().size,
    polled: visited.size,
    turnEnd: needing,
    timers: scheduler.actions.length,
  };
}

/** What {@link tables} says when nothing is pending. */
export const EMPTY_TABLES = { waiting: 0, slots: 0, held: 0, deadlines: 0, polled: 0, turnEnd: 0, timers: 0 };
