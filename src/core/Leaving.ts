import type { MailboxError } from '../contract/errors';
import type { Backlog } from './Backlog';
import { HAND_OVER, NOTHING, NOTIFY, type Consequence } from './Consequence';
import type { Gate } from './Gate';
import type { HandOver } from './HandOver';
import type { LeaveReason } from './LeaveReason';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { TxEffects } from './TxEffects';
import { IN_FLIGHT, WAITING, type TxEntry } from './TxEntry';

/** How senders give up, and the pause after it (rule 4): those who leave together leave before anything else is handed over. */
export class Leaving<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  constructor(
    private readonly backlog: Backlog<E>,
    private readonly gate: Gate,
    private readonly settlement: Settlement<Tx, Ack, E>,
    private readonly handOver: HandOver<Tx, Ack, E>,
    private readonly sequencer: Sequencer<E>,
    private readonly effects: TxEffects<Tx, Ack, E>,
  ) {}

  /** What waits is withdrawn, what is in flight leaves its slot behind, what has settled stays as it is. */
  leave(entry: E, reason: LeaveReason, pausing: boolean): Consequence {
    if (entry.state === WAITING) return this.leaveWaiting(entry, reason('not-sent'), pausing);
    if (entry.state !== IN_FLIGHT) return NOTHING;
    const error = reason('unknown');
    this.sequencer.note('left', entry.token, error);
    this.settlement.leaveInFlight(entry);
    this.settlement.fail(entry, error);
    if (pausing) this.pause();
    return HAND_OVER;
  }

  private leaveWaiting(entry: E, error: MailboxError, pausing: boolean): Consequence {
    const wasHead = entry === this.backlog.head;
    this.backlog.remove(entry);
    this.sequencer.note('left', entry.token, error);
    this.settlement.fail(entry, error);
    if (wasHead) this.handOver.refused = false;
    if (this.gate.paused || (wasHead && pausing)) this.pause();
    // Only a head that leaves passes its turn on. Any other is no reason to bother a link that said 'busy'.
    return wasHead ? HAND_OVER : NOTIFY;
  }

  /** Begins a pause, or says anew whether anything waits for its end. */
  private pause(): void {
    this.gate.pause();
    this.effects.atTurnEnd(this.backlog.length > 0 || this.gate.resetToCome);
  }

  /** A message has been accepted. In a pause it waits for the end of the turn. */
  accepted(): void {
    if (this.gate.paused) this.effects.atTurnEnd(true);
  }
}
