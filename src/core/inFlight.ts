import { show } from '../contract/checks';
import { GO_ON, HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import type { Unmatched } from './Slots';
import { HELD, IN_FLIGHT, type TxEntry } from './TxEntry';

// What a link says of a message in flight that is no tx-done.

/**
 * The link gives a message back that it had accepted: it is provably not taken.
 *
 * It waits again, in front of all that were never handed over, and what follows is as after `'busy'`.
 */
export function refused<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, token: unknown, error: unknown): Consequence {
  const { effects, gate, handOver, sequencer, settlement, slots } = core;
  if (typeof token !== 'number') return nonsense(core, 'a refused message', token, 'a number');
  const slot = slots.match(token);
  if (typeof slot === 'string') {
    sequencer.note(slot, token, error);
    return HAND_OVER;
  }
  if (slot.state === HELD) {
    settlement.free(slot, 'refused');
    return HAND_OVER;
  }
  const entry = slot as E;
  slots.release(slot);
  sequencer.note('busy', token, error);
  const waits = handOver.takeBack(entry);
  sequencer.callLink(() => {
    effects.refused(true);
    if (!waits) return;
    // Where nothing has waited for the end of a pause, this does now.
    if (gate.paused) effects.atTurnEnd(true);
    // A limit of its time in the queue may have run out meanwhile.
    effects.returned(entry);
  });
  return GO_ON;
}

/** The link says that the device works on a message. If it names none, it means the oldest. */
export function progress<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, token: unknown): Consequence {
  const { effects, sequencer, slots } = core;
  if (token !== undefined && typeof token !== 'number') return nonsense(core, 'a sign of progress', token, 'a number, or undefined');
  const slot = token === undefined ? slots.oldest : slots.match(token);
  // It may cross its tx-done on the way, and nobody waits for what a sender has left.
  if (slot === undefined || typeof slot === 'string' || slot.state !== IN_FLIGHT) return NOTHING;
  sequencer.note('progress', slot.token);
  sequencer.callLink(() => effects.progress(slot as E));
  return GO_ON;
}

/** A tx-done belongs to no slot. */
export function unmatched<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  core: Core<Tx, Ack, E>,
  what: Unmatched,
  token: unknown,
  error: unknown,
): void {
  if (token === undefined || typeof token === 'number') core.sequencer.note(what, token, error);
  else nonsense(core, 'a tx-done', token, 'a number, or undefined');
}

function nonsense<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  { sequencer }: Core<Tx, Ack, E>,
  what: string,
  token: unknown,
  expected: string,
): Consequence {
  sequencer.note('broken', undefined, new TypeError(`token of ${what} is ${show(token)}; expected ${expected}`));
  return NOTIFY;
}
