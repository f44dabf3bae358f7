import type { MailboxError } from '../contract/errors';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Core } from './Core';
import { PAUSED } from './Gate';
import type { LeaveReason } from './LeaveReason';
import { IN_FLIGHT, isQueued, OFFERED, type TxEntry } from './TxEntry';

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
  if (isQueued(entry)) return leaveWaiting(core, entry, reason('not-sent'), pausing);
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
  if (gate.paused || (wasHead && pausing)) pause(core);
  // Only a head that leaves passes its turn on. Any other is no reason to bother a link that said 'busy'.
  return wasHead ? HAND_OVER : NOTIFY;
}

/** Begins a pause, or says anew whether anything waits for its end. */
function pause<Tx, Ack, E extends TxEntry<Tx, Ack>>({ effects, gate, handOver }: Core<Tx, Ack, E>): void {
  gate.shut(PAUSED);
  effects.atTurnEnd(handOver.needsTurnEnd);
}

/**
 * Everything that waits leaves, not sent; what `sendData` is under way with does not wait. It begins no pause: an emergency stop goes at once.
 *
 * Not a transition: from inside a call into the link, too, it is done at once, because its caller wants to know how many there were.
 */
export function withdraw<Tx, Ack, E extends TxEntry<Tx, Ack>>(core: Core<Tx, Ack, E>, reason: LeaveReason): number {
  const { backlog, effects, gate, handOver, sequencer, settlement } = core;
  const { head } = backlog;
  const offered = head?.state === OFFERED ? head : undefined;
  if (offered === undefined) handOver.refused = false;
  let withdrawn = 0;
  for (let entry = offered === undefined ? head : (offered.next as E | undefined); entry !== undefined; withdrawn++) {
    const next = entry.next as E | undefined;
    const error = reason('not-sent');
    backlog.remove(entry);
    sequencer.note('left', entry.token, error);
    settlement.fail(entry, error);
    entry = next;
  }
  if (withdrawn > 0 && gate.paused && !handOver.anyWaits) effects.atTurnEnd(handOver.needsTurnEnd);
  handOver.notify();
  return withdrawn;
}
