import { supersededError, TxFailedError } from '../contract/errors';
import { wrongAnswer } from '../contract/guards';
import type { Backlog } from './Backlog';
import type { Batch, BatchMember } from './Batch';
import { DOWN, RESETTING, type Gate } from './Gate';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import { isQueued, OFFERED, PREPARED, WAITING, type TxEntry } from './TxEntry';

/**
 * Hands messages to the link, one after the other, while there is one that waits and a free slot (rule 6).
 *
 * A head that the link refuses with `'busy'` stays where it is, until something happens that justifies another attempt.
 */
export class HandOver<Tx, Ack, E extends TxEntry<Tx, Ack>> implements BatchMember {
  /** The head was refused with `'busy'` and waits for another attempt. */
  refused = false;
  /** An event since the last attempt justifies retrying a refused head. */
  protected mayRetry = false;
  /** The link has been down since the last attempt. */
  private epochOver = false;
  /** How many messages the link has given back. */
  private returns = 0;

  constructor(
    protected readonly backlog: Backlog<E>,
    protected readonly slots: Slots,
    protected readonly gate: Gate,
    private readonly settlement: Settlement<Tx, Ack, E>,
    protected readonly sequencer: Sequencer<E>,
    protected readonly effects: TxEffects<Tx, Ack, E>,
    protected readonly batch: Batch,
  ) {}

  /** No more messages are accepted. What can go in flight as soon as it may go needs no place in the queue. */
  isFull(txQueueLength: number): boolean {
    const { backlog, gate, slots } = this;
    const { length } = backlog;
    if (length < txQueueLength) return false;
    if (gate.has(DOWN | RESETTING)) return true;
    if (gate.paused) return length >= txQueueLength + slots.unused;
    // Inside the loop the head takes a slot, too.
    return length >= slots.unused || (length > 0 && (this.refused || !this.sequencer.handingOver));
  }

  /** Something waits for the end of a pause. */
  get anyWaits(): boolean {
    return this.backlog.length > 0;
  }

  /** What has been prepared may still go in flight. */
  protected get mayGo(): boolean {
    return this.open;
  }

  /** A message could go in flight now. */
  get open(): boolean {
    return this.gate.open && this.slots.free;
  }

  /**
   * After a transition that may allow a hand-over: hands over what may go, then notifies.
   *
   * If a run is under way, this only sets `mayRetry`; that run goes on.
   *
   * @param lone - An outcome that is the only one to be delivered, where nothing is queued.
   * @param occasion - This is a reason to retry a refused head.
   */
  run(lone?: E, occasion = true): void {
    const { sequencer, batch } = this;
    if (occasion) this.mayRetry = true;
    if (sequencer.handingOver || (batch.active && batch.join(this))) return;
    sequencer.handingOver = true;
    try {
      if (sequencer.deferred !== undefined) sequencer.runDeferred();
      this.handOverQueue(false);
    } catch (error) {
      if (lone !== undefined) sequencer.queueFirst(lone);
      throw error;
    } finally {
      sequencer.handingOver = false;
    }
    if (!batch.active) sequencer.notify(lone);
  }

  /** In a batch, whose members are notified together. That somebody is to be notified is no reason to retry a refused head. */
  handOver(): void {
    this.run(undefined, false);
  }

  /** Notifies where nothing can be handed over. In a batch that has to wait. */
  notify(): void {
    if (this.batch.active) this.batch.join(this);
    else this.sequencer.notify();
  }

  /** The link has gone down. What it says from inside a refusing `sendData` is no reason to try again at once, nor is this. */
  endEpoch(): void {
    this.epochOver = true;
  }

  /** The link has given a message back, which says that it takes no other one now. Returns whether it waits: of its key only the newest does. */
  takeBack(entry: E): boolean {
    this.backlog.putBack(entry);
    this.returns++;
    this.refused = true;
    this.mayRetry = false;
    return this.keepsNewest(entry);
  }

  // Written out flat: every message takes this path, and a call for each step would cost a tenth of it.
  protected handOverQueue(single: boolean): void {
    const { backlog, gate, slots, sequencer, effects } = this;
    for (let more = true; more; more = !single) {
      const { head } = backlog;
      if (head === undefined || !gate.open || !slots.free || (this.refused && !this.mayRetry)) return;
      let answer: unknown;
      try {
        if (effects.prepares(head) && !this.prepare(head)) continue;
        // This attempt comes after whatever `prepare` did.
        this.mayRetry = this.refused = false;
        head.state = OFFERED;
        sequencer.insideLink = true;
        answer = effects.handOver(head);
        sequencer.insideLink = false;
      } catch (error) {
        sequencer.insideLink = false;
        this.threw(head, error);
        sequencer.runDeferred();
        continue;
      }
      if (answer === 'accepted') {
        backlog.remove(head);
        slots.take(head);
        if (effects.tracing) sequencer.note('sent', head.token);
        effects.sent(head);
        if (sequencer.deferred !== undefined) this.afterCall();
      } else this.notAccepted(head, answer);
    }
  }

  /** False where the message has left, or nothing may be handed over any more. It is still prepared then, and only once. */
  private prepare(head: E): boolean {
    const first = head.state === WAITING;
    head.state = PREPARED;
    this.effects.prepare(head, first);
    this.sequencer.runDeferred();
    return this.mayGo && this.backlog.head === head;
  }

  /** What the link has said meanwhile: perhaps that it gives something back. */
  private afterCall(): void {
    const { returns } = this;
    const { used } = this.slots;
    this.epochOver = false;
    this.sequencer.runDeferred();
    // A slot that it has given back is none that a tx-done has freed.
    this.restrain(used + returns - this.returns);
  }

  private notAccepted(head: E, answer: unknown): void {
    if (answer === 'busy') return this.wasRefused(head);
    const broken = wrongAnswer('sendData', answer, "'accepted' or 'busy'");
    this.sequencer.note('broken', head.token, broken);
    // The device may have it all the same, and may yet report on it. So its slot is not free.
    this.backlog.remove(head);
    this.slots.take(head);
    this.settlement.leaveInFlight(head);
    this.settlement.fail(head, new TxFailedError('unknown', broken));
    this.sequencer.runDeferred();
  }

  private wasRefused(head: E): void {
    const { sequencer } = this;
    head.state = PREPARED;
    // As if from inside the link: a poll that comes at once waits for this attempt to end.
    sequencer.callLink(() => this.effects.refused(false));
    this.refused = true;
    sequencer.note('busy', head.token);
    this.keepsNewest(head);
    this.afterCall();
  }

  /** What a link says while it refuses would make the two go in a circle. Only a tx-done that has freed a slot counts at once. */
  private restrain(used: number): void {
    if (!this.refused || !this.mayRetry || (this.slots.used < used && !this.epochOver)) return;
    this.mayRetry = false;
    // Where something stands against a hand-over, its end lets the head be tried again.
    if (this.gate.open) this.effects.retryLater();
  }

  /** The link does not take it. Of it and another one that waits with its key only the newer one stays. Returns whether it is this one. */
  private keepsNewest(entry: E): boolean {
    const older = this.backlog.removeOlder(entry);
    if (older !== undefined) this.settlement.displace(older, supersededError());
    return older !== entry;
  }

  private threw(head: E, error: unknown): void {
    // It had left before `prepare` threw.
    if (!isQueued(head)) return;
    this.refused = false;
    this.backlog.remove(head);
    this.settlement.fail(head, new TxFailedError('not-sent', error));
    // Somebody left while it was prepared, and nothing else waits for the end of that pause.
    if (this.gate.paused && !this.anyWaits) this.effects.atTurnEnd(this.settlement.needsTurnEnd);
  }
}
