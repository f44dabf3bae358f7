import { ChannelClosedError, LinkDownError, LinkResetError, type Delivery, type MailboxError } from '../contract/errors';
import type { Backlog } from './Backlog';
import { HAND_OVER, NOTHING, type Consequence } from './Consequence';
import type { Gate } from './Gate';
import type { HandOver } from './HandOver';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import type { TxEntry } from './TxEntry';

/** How epochs begin and end: by `up`, `down`, and a reset of the link. What was handed over in one never settles in another. */
export class Epochs<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  constructor(
    private readonly backlog: Backlog<E>,
    private readonly slots: Slots,
    private readonly gate: Gate,
    private readonly settlement: Settlement<Tx, Ack, E>,
    private readonly handOver: HandOver<Tx, Ack, E>,
    private readonly sequencer: Sequencer<E>,
    private readonly effects: TxEffects<Tx, Ack, E>,
  ) {}

  up(): Consequence {
    if (this.gate.up) return NOTHING;
    this.gate.goUp();
    this.sequencer.note('up');
    return HAND_OVER;
  }

  down(reason: unknown): Consequence {
    const { effects, gate, sequencer } = this;
    if (!gate.up) return NOTHING;
    const { resetToCome } = gate;
    gate.goDown();
    // That reset needs the turn to end no more. A message that waits in a pause does.
    if (resetToCome) effects.atTurnEnd(gate.paused && this.backlog.length > 0);
    this.handOver.endEpoch();
    sequencer.note('down', undefined, reason);
    sequencer.callLink(() => effects.epochEnded());
    this.settlement.failSlots(() => new LinkDownError(effects.name, reason === undefined ? undefined : { cause: reason }));
    return HAND_OVER;
  }

  /** The turn is over: the pause ends, and a reset begins if a slot is still held. */
  turnEnded(): Consequence {
    const { effects, gate, sequencer, slots } = this;
    // A `down` has canceled the reset that was to come.
    if (!gate.paused && !gate.resetToCome) return NOTHING;
    gate.resume();
    if (!gate.resetToCome) return HAND_OVER;
    if (slots.held === 0) gate.endReset();
    else {
      gate.beginReset();
      sequencer.callLink(() => effects.reset());
    }
    return HAND_OVER;
  }

  /** A reset has completed: nothing that was handed over before can see its tx-done any more. */
  resetDone(): Consequence {
    this.gate.endReset();
    this.settlement.failSlots(() => new LinkResetError(this.effects.name));
    return HAND_OVER;
  }

  /** The last epoch ends: the channel closes. */
  end(options: { cause: unknown } | undefined): Consequence {
    const { backlog, effects, sequencer, settlement } = this;
    const closed = (delivery: Delivery): MailboxError => new ChannelClosedError(effects.name, delivery, options);
    sequencer.callLink(() => {
      effects.epochEnded();
      effects.shutdown();
    });
    settlement.failSlots(() => closed('unknown'));
    for (let { head } = backlog; head !== undefined; { head } = backlog) {
      backlog.remove(head);
      settlement.fail(head, closed('not-sent'));
    }
    this.handOver.refused = false;
    sequencer.note('closed', undefined, options?.cause);
    sequencer.ending = true;
    return HAND_OVER;
  }
}
