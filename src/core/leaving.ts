import type { MailboxError } from '../contract/errors';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import { PAUSED, RESET_TO_COME } from './Gate';
import type { LeaveReason } from './LeaveReason';
import { IN_FLIGHT, WAITING, type TxEntry } from './TxEntry';

/**
 * A sender gives up: what waits is withdrawn, what is in flight leaves its slot behind, what has settled stays as it is.
 *
 * @param pausing - Others may be about to leave for the same reason: nothing is handed over until this turn ends (rule 4).
 */
export function leave<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  core: Core<Tx, Ack, E>,
  entry: E,
  reason: LeaveReason,
  pausing: boolean,
): Consequence {
  if (entry.state === WAITING) return leaveWaiting(core, entry, reason('not-sent'), pausing);
  if (entry.state !== IN_FLIGHT) return NOTHING;
  const error = reason('unknown');
  core.sequencer.note('left', entry.token, error);
  core.settlement.leaveInFlight(entry);
  core.settlement.fail(entry, error);
  if (pausing) pause(core);
  return HAND_OVER;
}

function leaveWaiting<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  core: Core<Tx, Ack, E>,
  entry: E,
  error: MailboxError,
  pausing: boolean,
): Consequence {
  const { backlog, gate, handOver } = core;
  const wasHead = entry === backlog.head;
  backlog.remove(entry);
  core.sequencer.note('left', entry.token, error);
  core.settlement.fail(entry, error);
  if (wasHead) handOver.refused = false;
  if (gate.has(PAUSED) || (wasHead && pausing)) pause(core);
  // Only a head that leaves passes its turn on. Any other is no reason to bother a link that said 'busy'.
  return wasHead ? HAND_OVER : NOTIFY;
}

/** Begins a pause, or says anew whether anything waits for its end. */
function pause<Tx, Ack, E extends TxEntry<Tx, Ack>>({ backlog, effects, gate }: Core<Tx, Ack, E>): void {
  gate.shut(PAUSED);
  effects.atTurnEnd(backlog.length > 0 || gate.has(RESET_TO_COME));
}
