import type { Message } from './Message';
import type { World } from './World';

const INSIDE = Symbol.for('rx-mailbox.channel@2');

interface Entry {
  token: number;
  state: number;
  next: Entry | undefined;
}

/** What of the library's own bookkeeping tells two states apart. Never used to judge. */
interface Internals {
  completing: boolean;
  machine: {
    closed: boolean;
    backlog: { head: Entry | undefined };
    slots: { oldest: Entry | undefined };
    handOver: { up: boolean; refused: boolean };
    sequencer: { first: unknown; deferred: unknown; events: unknown };
  };
  heldSlots: { resetting: unknown } | undefined;
  group: {
    clocks: {
      poll: { visited: Set<unknown>; soon: boolean; timer: unknown };
      own: { lists: Map<number, { list: { first: Deadline | undefined }; timer: unknown }> };
    };
  };
}

interface Deadline {
  due: number;
  next: Deadline | undefined;
}

export function internals({ channel }: World): Internals {
  return (channel as unknown as Record<symbol, Internals>)[INSIDE]!;
}

/** Two states with the same key have the same future. Tokens are replaced by who sent them, and points in time by how far off they are. */
export function key(world: World): string {
  const { truth, wire, now, scheduler, link, senders } = world;
  const { completing, machine, heldSlots, group } = internals(world);
  const { backlog, slots, handOver, sequencer } = machine;
  const { poll, own } = group.clocks;
  const who = (token: number): string => label(world, world.judge.tokens.get(token));
  let text = `${flags(machine.closed, completing, handOver.up, handOver.refused, truth.up, truth.refused, truth.completing, world.mailboxClosed)} `;
  const rest = flags(
    sequencer.first !== undefined,
    sequencer.deferred !== undefined,
    sequencer.events !== undefined,
    heldSlots?.resetting !== undefined,
    poll.soon,
  );
  text += `${rest}${poll.visited.size}${link.resets.length} w`;
  for (let entry = backlog.head; entry !== undefined; entry = entry.next) text += who(entry.token);
  text += ' s';
  for (let slot = slots.oldest; slot !== undefined; slot = slot.next) text += `${who(slot.token)}${slot.state}`;
  text += ' t';
  for (const message of truth.waiting) text += label(world, message);
  for (const message of truth.slots) {
    text += `/${label(world, message)}${message.held ? 'h' : 'l'}`;
    if (message.until < Infinity) text += `${message.until - now}`;
    if (world.spec.method === 'poll') text += `?${now - Math.max(message.asked, message.handedOver)}`;
  }
  const labels = wire.outstanding.map(
    (message) => wire.label(message) + (wire.taken.has(message) ? ('ack' in wire.taken.get(message)! ? '+' : '-') : ''),
  );
  text += ` o${(world.spec.correlation === 'tagged' ? labels.sort() : labels).join('')}${wire.hasPast ? 'p' : ''}`;
  for (const { current } of senders) text += current === undefined ? ' .' : ` ${clocks(current, now)}`;
  if (scheduler.timers > 0) {
    // Which timer is which: of those that run out together, the first fires first.
    text += ` T${scheduler.remaining.join()}@${scheduler.position(poll.timer)}`;
    for (const [limit, list] of own.lists) {
      text += ` ${limit}@${scheduler.position(list.timer)}:`;
      for (let { first } = list.list; first !== undefined; first = first.next) text += `${first.due - now},`;
    }
    if (truth.refused) text += ` r${now - truth.attempted}`;
    if (world.period > 0) text += ` p${Math.min(now - world.pollable, world.period + 1)}`;
  }
  return text;
}

function label({ wire }: World, message: Message | undefined): string {
  return message === undefined ? '?' : wire.label(message);
}

function clocks(message: Message, now: number): string {
  const { queuedUntil, inFlightUntil, totalUntil, gone, state } = message;
  return `${state.charAt(0)}${gone ? 'g' : ''}${[queuedUntil, inFlightUntil, totalUntil].map((until) => (until < Infinity ? until - now : '')).join()}`;
}

function flags(...values: boolean[]): number {
  let bits = 0;
  for (const value of values) bits = bits * 2 + (value ? 1 : 0);
  return bits;
}
