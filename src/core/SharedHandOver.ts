import type { Backlog } from './Backlog';
import type { Batch } from './Batch';
import type { Gate } from './Gate';
import { HandOver } from './HandOver';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { SharedMember } from './SharedMember';
import type { SharedWindow } from './SharedWindow';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import type { TxEntry } from './TxEntry';

/** The hand-overs of a channel that takes turns with the others of its controller. */
export class SharedHandOver<Tx, Ack, E extends TxEntry<Tx, Ack>> extends HandOver<Tx, Ack, E> implements SharedMember {
  prev: SharedMember | undefined = undefined;
  next: SharedMember | undefined = undefined;
  inRing = false;
  touched = false;

  constructor(
    backlog: Backlog<E>,
    slots: Slots,
    gate: Gate,
    settlement: Settlement<Tx, Ack, E>,
    sequencer: Sequencer<E>,
    effects: TxEffects<Tx, Ack, E>,
    batch: Batch,
    private readonly shared: SharedWindow,
  ) {
    super(backlog, slots, gate, settlement, sequencer, effects, batch);
  }

  get index(): number {
    return this.effects.index;
  }

  override get anyWaits(): boolean {
    return super.anyWaits || this.shared.size > (this.inRing ? 1 : 0);
  }

  protected override get mayGo(): boolean {
    return super.mayGo && this.shared.open;
  }

  get canGo(): boolean {
    const { backlog, sequencer } = this;
    // Inside a call into its link a transition may be half done.
    return backlog.length > 0 && this.open && (!this.refused || this.mayRetry) && !sequencer.insideLink && !sequencer.handingOver;
  }

  override run(lone?: E, occasion = true): void {
    const { batch, sequencer } = this;
    if (occasion) this.mayRetry = true;
    if (lone !== undefined) sequencer.queueOutcome(lone);
    if (sequencer.handingOver) return;
    // What leaves together with others must not count as waiting when the first of them hands over.
    if (batch.active && batch.join(this)) return this.shared.touch(this);
    if (sequencer.deferred !== undefined) this.alone(() => sequencer.runDeferred());
    if (this.gate.paused && this.backlog.length > 0) this.needTurnEnd();
    this.shared.run(this);
  }

  /** In virtual time nothing else may end the turn for it. */
  private needTurnEnd(): void {
    this.effects.atTurnEnd(true);
    this.shared.pauses.needEndsElsewhere(this.batch);
  }

  override notify(): void {
    if (this.batch.active) {
      this.batch.join(this);
      this.shared.touch(this);
    } else if (!this.sequencer.handingOver) this.shared.notify(this);
  }

  handOverOne(): void {
    this.alone(() => this.handOverQueue(true));
  }

  notifyAll(): void {
    if (this.batch.active) this.batch.join(this);
    else this.sequencer.notify();
  }

  noteBroken(error: TypeError): void {
    this.sequencer.note('broken', undefined, error);
  }

  /** What transitions cause meanwhile goes on when this is done. */
  private alone(act: () => void): void {
    const { sequencer } = this;
    sequencer.handingOver = true;
    try {
      act();
    } finally {
      sequencer.handingOver = false;
    }
  }
}
