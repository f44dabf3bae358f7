import type { Clock } from './Clocks';
import { internals, type Deadline, type Keeper } from './internals';
import type { Message } from './Message';
import { deadlines } from './timers';
import type { World } from './World';

/** Two states with the same key have the same future. Tokens are replaced by who sent them, and points in time by how far off they are. */
export function key(world: World): string {
  const { truth, wire, now, scheduler, link, senders } = world;
  const { completing, machine, effects, group } = internals(world);
  const { backlog, slots, handOver, sequencer, gate } = machine;
  const { poll, turnEnd } = group.clocks;
  const who = (token: number): string => label(world, world.judge.tokens.get(token));
  let text = `${flags(machine.closed, completing, handOver.refused, truth.up, truth.refused, truth.completing, world.mailboxClosed)} `;
  const rest = flags(
    sequencer.first !== undefined,
    sequencer.deferred !== undefined,
    sequencer.events !== undefined,
    effects?.heldSlots?.resetting !== undefined,
    poll.soon,
    truth.paused,
    truth.resetToCome,
    truth.resetting,
    group.batch.active,
  );
  text += `${rest}g${gate.reasons}${poll.visited.size}${link.resets.length} w`;
  for (let entry = backlog.head; entry !== undefined; entry = entry.next) text += who(entry.token);
  text += ' s';
  for (let slot = slots.oldest; slot !== undefined; slot = slot.next) text += `${who(slot.token)}${slot.state}${slot.muted ? 'm' : ''}`;
  text += ' t';
  // In what order they would stand if the link gave them back.
  const live = [...truth.waiting, ...truth.slots].sort((a, b) => a.place - b.place);
  if (world.spec.actions.includes('refused')) text += `${live.map((message) => label(world, message)).join('')}=`;
  for (const message of truth.waiting) text += label(world, message) + (message.prepared ? '!' : '') + (message.returned ? 'r' : '');
  for (const message of truth.displaced) text += `-${label(world, message)}`;
  for (const message of truth.slots) text += `/${label(world, message)}${message.held ? 'h' : 'l'}${message.muted ? 'm' : ''}`;
  const labels = wire.outstanding.map(
    (message) => wire.label(message) + (wire.taken.has(message) ? ('ack' in wire.taken.get(message)! ? '+' : '-') : ''),
  );
  text += ` o${(world.spec.correlation === 'tagged' ? labels.sort() : labels).join('')}${wire.hasPast ? 'p' : ''}`;
  for (const { current } of senders) text += current === undefined ? ' .' : ` ${current.state.charAt(0)}${current.gone ? 'g' : ''}`;
  if (truth.clocks.running.length > 0) text += clocks(world);
  if (scheduler.timers > 0) {
    // Which timer is which: of those that run out together, the first fires first.
    text += ` T${scheduler.remaining.join()}@${scheduler.position(turnEnd.task.action)}@${scheduler.position(poll.timer.action)}`;
    if (truth.polls.at !== undefined) text += `p${truth.polls.at - now}/${truth.polls.pace}/${poll.pace}`;
  }
  return text;
}

/** Whose clocks these are, with whom they run out, and with which timer. */
function clocks(world: World): string {
  const { truth, now, scheduler } = world;
  const { running } = truth.clocks;
  const turns = [...new Set(running.map(({ turn }) => turn))];
  let text = ' c';
  for (const clock of running) {
    text += `${owner(world, clock)}${clock.limit}:${clock.due === undefined ? '?' : clock.due - now}/${clock.turn === undefined ? '' : turns.indexOf(clock.turn)},`;
  }
  const keepers: Keeper[] = [];
  const numberOf = (keeper: Keeper): number => {
    if (!keepers.includes(keeper)) keepers.push(keeper);
    return keepers.indexOf(keeper);
  };
  for (const deadline of deadlines(world)) {
    const keeper = deadline.keeper!;
    text += ` ${numberOf(keeper)}@${scheduler.position(keeper.timer.action)}#${place(deadline)}${keeper.begun ? '?' : ''}`;
  }
  // The last that joined is read first.
  for (let joined = internals(world).group.clocks.turnEnd.clock; joined !== undefined; joined = joined.joinedBefore) {
    if (joined.list.first !== undefined) text += `<${numberOf(joined)}`;
  }
  return text;
}

function owner(world: World, clock: Clock): string {
  const { truth, senders } = world;
  if (clock === truth.retry) return 'retry';
  const held = truth.slots.find(({ quarantine }) => quarantine === clock);
  if (held !== undefined) return `${label(world, held)}q`;
  for (const { id, current } of senders) {
    const kind = current?.kindOf(clock);
    if (kind !== undefined) return id + kind.charAt(0);
  }
  return '?';
}

/** How many run out before it. */
function place(deadline: Deadline): number {
  let before = 0;
  for (let { first } = deadline.keeper!.list; first !== undefined && first !== deadline; first = first.next) before++;
  return before;
}

function label({ wire }: World, message: Message | undefined): string {
  return message === undefined ? '?' : wire.label(message);
}

function flags(...values: boolean[]): number {
  let bits = 0;
  for (const value of values) bits = bits * 2 + (value ? 1 : 0);
  return bits;
}
