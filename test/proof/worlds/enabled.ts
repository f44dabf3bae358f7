import type { Sender } from './Message';
import type { ActionKind } from './WorldSpec';
import type { World } from './World';

/** What can happen now, of these kinds. Of idle senders that are alike only the first sends: the others would do the same. */
export function enabled(world: World, kinds: readonly ActionKind[]): string[] {
  const actions: string[] = [];
  for (const kind of kinds) actions.push(...LISTS[kind](world));
  return actions;
}

const open = (world: World): boolean => !world.truth.closed && world.link.subscribed && !world.link.stopped;

const LISTS: Record<ActionKind, (world: World) => string[]> = {
  send: ({ senders }) =>
    senders.filter((sender, i) => isIdle(sender) && !senders.slice(0, i).some((s) => isIdle(s) && s.spec === sender.spec)).map(on('send')),
  unsub: ({ senders }) => senders.filter((s) => s.current && !s.current.gone && (s.stop ?? s.subscription)).map(on('unsub')),
  cancel: ({ senders }) => senders.filter((s) => s.current && s.signal && !s.signal.aborted).map(on('cancel')),
  turn: ({ truth }) => (truth.turnOpen ? ['turn'] : []),
  tick: ({ scheduler, truth }) => (scheduler.timers > 0 || truth.clocks.running.length > 0 ? ['tick'] : []),
  // What is late already is not made later.
  late: ({ scheduler }) => (scheduler.timers > 0 && scheduler.remaining.every((ms) => ms >= 0) ? ['late'] : []),
  done: (world) => [...txDones(world, 'done'), ...txDones(world, 'doneToken')],
  fail: (world) => txDones(world, 'fail'),
  stray,
  ready: (world) => (open(world) ? ['ready'] : []),
  link: (world) => (open(world) ? ['down', 'up'] : []),
  blink: (world) => (open(world) ? ['blink'] : []),
  refused: (world) => untaken(world).map((label) => `refused ${label}`),
  progress: (world) => (open(world) ? ['progress oldest', ...untaken(world).map((label) => `progress ${label}`)] : []),
  withdraw: ({ truth }) => (truth.waiting.length > 0 ? ['withdraw'] : []),
  junk: (world) => (open(world) ? ['junk type', 'junk nothing', ...(world.spec.method === 'irq' ? ['junk token'] : [])] : []),
  reset: ({ link }) => (link.resets.length > 0 ? ['resetDone', 'resetFail'] : []),
  close: () => ['close'],
  complete: () => ['complete'],
  error: ({ truth }) => (truth.closed ? [] : ['error']),
  linkError: (world) => (open(world) ? ['linkError'] : []),
  linkComplete: (world) => (open(world) ? ['linkComplete'] : []),
  mailbox: ({ mailboxClosed }) => (mailboxClosed ? [] : ['mailbox']),
  reopen: ({ truth, inside, mailboxClosed }) => (truth.closed && !inside && !mailboxClosed ? ['reopen'] : []),
};

function on(verb: string): (sender: Sender) => string {
  return (sender) => `${verb} ${sender.id}`;
}

function isIdle(sender: Sender): boolean {
  return sender.current === undefined;
}

/** Tx-dones that can come now, each of the message that it is meant for. */
function txDones(world: World, verb: 'done' | 'doneToken' | 'fail'): string[] {
  const { spec, wire, truth } = world;
  if (!open(world) || (verb === 'doneToken' && !spec.tokens)) return [];
  const tokens = spec.correlation === 'tagged' || verb === 'doneToken';
  // Without tokens it may belong to anyone while a quarantine ends.
  if (!tokens && truth.slots.some(({ quarantine }) => quarantine?.due !== undefined && quarantine.due <= world.now)) return [];
  const labels = wire.next(tokens).map((message) => wire.label(message));
  const { handing } = truth;
  // The one that is being handed over right now, from inside.
  if (handing?.token !== undefined && spec.method !== 'poll' && (tokens || (wire.outstanding.length === 0 && world.inside === 'sendData')))
    labels.push(wire.label(handing));
  return labels.map((label) => `${verb} ${label}`);
}

/** What the device has not said to be taken. The token says which. */
function untaken(world: World): string[] {
  const { spec, wire, truth } = world;
  if (!open(world)) return [];
  const { handing } = truth;
  const labels = wire.next(true).map((message) => wire.label(message));
  return handing?.token !== undefined && spec.method !== 'poll' ? [...labels, wire.label(handing)] : labels;
}

/** Tx-dones that belong to nobody. */
function stray(world: World): string[] {
  if (!open(world)) return [];
  const { spec, truth, wire } = world;
  if (spec.method === 'poll') return ['stray method'];
  const strays = ['stray never'];
  if (spec.method === 'ack') strays.push('stray method');
  if (spec.correlation === 'tagged' || (truth.slots.length === 0 && wire.outstanding.length === 0 && truth.handing === undefined))
    strays.push('stray none');
  if (wire.hasPast) strays.push('stray past');
  if (truth.refused && truth.handing === undefined && (spec.correlation === 'tagged' || spec.tokens)) strays.push('stray head');
  return strays;
}
