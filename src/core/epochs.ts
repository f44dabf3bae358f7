import { ChannelClosedError, LinkDownError, LinkResetError, type Delivery, type MailboxError } from '../contract/errors';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import { DOWN, PAUSED, RESET_TO_COME, RESET_UNDER_WAY, RESETTING } from './Gate';
import type { TxEntry } from './TxEntry';

// How epochs begin and end. What was handed over in one never settles in another.

/** The link takes messages. */
export function up<Tx, Ack, E extends TxEntry<Tx, Ack>>({ effects, gate, sequencer }: Core<Tx, Ack, E>): Consequence {
  if (!gate.has(DOWN)) return NOTHING;
  gate.clear(DOWN);
  gate.downReason = undefined;
  sequencer.note('up');
  effects.turned(true);
  return HAND_OVER;
}

/** The link is gone, and what was in flight with it. A reset ends with its epoch. */
export function down<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, reason: unknown): Consequence {
  const { effects, gate, handOver, sequencer, settlement } = core;
  if (gate.has(DOWN)) return NOTHING;
  const wasToCome = gate.has(RESET_TO_COME);
  gate.clear(RESETTING);
  // A reset that was to come is given back, and the end of the turn unless something else needs it.
  if (wasToCome) effects.atTurnEnd(settlement.needsTurnEnd || (gate.has(PAUSED) && handOver.anyWaits));
  gate.shut(DOWN);
  gate.downReason = reason;
  handOver.endEpoch();
  sequencer.note('down', undefined, reason);
  effects.turned(false);
  sequencer.callLink(() => effects.epochEnded());
  settlement.failSlots(() => linkDown(core, 'unknown'), 'down');
  if (core.settings.failsWhileDown) {
    failWaiting(core, () => linkDown(core, 'not-sent'));
    if (gate.paused && !handOver.anyWaits) effects.atTurnEnd(settlement.needsTurnEnd);
  }
  return HAND_OVER;
}

/** Why a message fails while the link is down. */
export function linkDown<Tx, Ack, E extends TxEntry<Tx, Ack>>({ effects, gate }: Core<Tx, Ack, E>, delivery: Delivery): MailboxError {
  const { downReason } = gate;
  return new LinkDownError(effects.name, downReason === undefined ? undefined : { cause: downReason }, delivery);
}

function failWaiting<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, makeError: () => MailboxError): void {
  const { backlog, handOver, settlement } = core;
  for (let { head } = backlog; head !== undefined; { head } = backlog) {
    backlog.remove(head);
    settlement.fail(head, makeError());
  }
  // Who asks now whether the head was refused must hear that there is none.
  handOver.refused = false;
}

/** The turn is over: who was displaced is told, the pause ends, and a reset begins if a slot is still held. */
export function turnEnded<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>): Consequence {
  const { effects, gate, sequencer, settlement, slots } = core;
  const tells = settlement.hasDisplaced && effects.mayTellDisplaced() && settlement.tellDisplaced();
  // A `down` in between may have ended the reset before it began.
  if (!gate.has(PAUSED | RESET_TO_COME)) return tells ? NOTIFY : NOTHING;
  const resets = gate.has(RESET_TO_COME) && slots.held > 0;
  gate.clear(PAUSED | RESET_TO_COME);
  if (resets) {
    gate.shut(RESET_UNDER_WAY);
    sequencer.callLink(() => effects.reset());
  }
  return HAND_OVER;
}

/** The link has been reset: nothing that was handed over before can see its tx-done any more. */
export function resetDone<Tx, Ack, E extends TxEntry<Tx, Ack>>({ effects, gate, sequencer, settlement }: Core<Tx, Ack, E>): Consequence {
  gate.clear(RESETTING);
  sequencer.note('reset');
  settlement.failSlots(() => new LinkResetError(effects.name), 'reset');
  return HAND_OVER;
}

/** The channel closes: everything pending fails, with a cause where there is one. */
export function end<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, options: { cause: unknown } | undefined): Consequence {
  const { effects, gate, sequencer, settlement } = core;
  const closed = (delivery: Delivery): MailboxError => new ChannelClosedError(effects.name, delivery, options);
  sequencer.callLink(() => {
    effects.epochEnded();
    effects.shutdown();
  });
  settlement.tellDisplaced();
  settlement.failSlots(() => closed('unknown'));
  failWaiting(core, () => closed('not-sent'));
  // Others may share the pause, and wait for its end.
  if (gate.has(PAUSED)) effects.atTurnEnd(core.handOver.anyWaits);
  sequencer.note('closed', undefined, options?.cause);
  sequencer.ending = true;
  return HAND_OVER;
}
