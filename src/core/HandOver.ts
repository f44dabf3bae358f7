import { show } from '../contract/checks';
import { TxFailedError } from '../contract/errors';
import type { Backlog } from './Backlog';
import type { Sequencer } from './Sequencer';
import { FAILURE, type Settlement } from './Settlement';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import { WAITING, type TxEntry } from './TxEntry';

/**
 * Hands messages to the link, one after the other, while there is one that waits and a free slot (rule 6).
 *
 * A head that the link refuses with `'busy'` stays where it is, until something happens that justifies another attempt.
 */
export class HandOver<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  /** The link takes messages. */
  up = true;
  /** The head was refused with `'busy'` and waits for another attempt. */
  refused = false;
  /** An event since the last attempt justifies retrying a refused head. */
  private mayRetry = false;

  constructor(
    private readonly backlog: Backlog<E>,
    private readonly slots: Slots,
    private readonly settlement: Settlement<Tx, Ack, E>,
    private readonly sequencer: Sequencer<E>,
    private readonly effects: TxEffects<Tx, Ack, E>,
  ) {}

  /** A message could go in flight now. */
  get open(): boolean {
    return this.up && this.slots.free;
  }

  /**
   * After a transition that may allow a hand-over: hands over what may go, then notifies.
   *
   * If a run is under way, this only sets `mayRetry`; that run goes on.
   *
   * @param lone - An outcome that is the only one to be delivered, where nothing is queued.
   */
  run(lone?: E): void {
    const { sequencer } = this;
    this.mayRetry = true;
    if (sequencer.handingOver) return;
    sequencer.handingOver = true;
    try {
      if (sequencer.deferred !== undefined) sequencer.runDeferred();
      this.handOverAll();
    } catch (error) {
      if (lone !== undefined) sequencer.queueFirst(lone);
      throw error;
    } finally {
      sequencer.handingOver = false;
    }
    sequencer.notify(lone);
  }

  // Written out flat: every message takes this path, and a call for each step would cost a tenth of it.
  private handOverAll(): void {
    const { backlog, slots, sequencer, effects } = this;
    for (;;) {
      const { head } = backlog;
      if (head === undefined || !this.up || !slots.free || (this.refused && !this.mayRetry)) return;
      let answer: unknown;
      try {
        if (effects.prepare(head) && !this.stillNext(head)) continue;
        // This attempt comes after whatever `prepare` did.
        this.mayRetry = false;
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
        this.refused = false;
        backlog.remove(head);
        slots.take(head);
        if (effects.tracing) sequencer.note('sent', head.token);
        effects.sent(head);
      } else this.notAccepted(head, answer);
      if (sequencer.deferred !== undefined) sequencer.runDeferred();
    }
  }

  /** False where the message has left, or the channel has closed, or the link has gone down from inside `prepare`. */
  private stillNext(head: E): boolean {
    this.sequencer.runDeferred();
    return this.open && this.backlog.head === head;
  }

  private notAccepted(head: E, answer: unknown): void {
    if (answer === 'busy') return this.wasRefused(head);
    this.refused = false;
    // The device may have it all the same, and may yet report on it. So its slot is not free.
    this.backlog.remove(head);
    this.slots.take(head);
    this.settlement.leaveInFlight(head);
    const cause = new TypeError(`sendData returned ${show(answer)}; expected 'accepted' or 'busy'`);
    this.settlement.fail(head, new TxFailedError('unknown', 'the controller broke its contract', cause));
  }

  private wasRefused(head: E): void {
    // As if from inside the link: a poll that comes at once waits for this attempt to end.
    this.sequencer.callLink(() => this.effects.refused());
    this.refused = true;
    this.sequencer.note('busy', head.token);
  }

  private threw(head: E, error: unknown): void {
    // It had left before `prepare` threw.
    if (head.state !== WAITING) return;
    this.refused = false;
    this.backlog.remove(head);
    this.settlement.fail(head, new TxFailedError('not-sent', FAILURE['not-sent'], error));
  }
}
