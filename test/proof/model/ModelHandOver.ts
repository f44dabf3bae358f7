import { LaterAttempt } from './ModelClock';
import type { ModelMessage } from './ModelMessage';
import { ModelMessages, remove, type Slot } from './ModelMessages';
import type { SendAnswer } from './Stage';
import { canceled, SUPERSEDED, withSignal, type Reason } from './texts';

/** What the link has said from inside a refusing `sendData`: may the head be tried again at once, or later? */
type Said = 'nothing' | 'now' | 'later';

/** When the messages of one channel are handed over, and what becomes of a refused one (semantics 7). */
export abstract class ModelHandOver extends ModelMessages {
  /** Something has happened since that lets a refused head be tried again. */
  private occasion = false;
  protected saidInside: Said = 'nothing';
  private handOvers = 0;
  /** `sendData` is under way with it. */
  protected offered: ModelMessage | undefined;
  protected readonly laterAttempt = new LaterAttempt(this);

  // --- who leaves ----------------------------------------------------------------------------------------------------------------

  protected refuse(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.stopClocks();
    this.world.notified(message, outcome);
  }

  /** @param pausing - By unsubscribing or cancelling, not by a clock. */
  leave(message: ModelMessage, reason: Reason, pausing: boolean): void {
    if (message.state === 'new') return this.refuse(message, reason('not-sent'));
    if (this.inLink) return this.postpone(() => this.leave(message, reason, pausing));
    if (message.state === 'waiting') {
      const first = message === this.waiting[0];
      remove(this.waiting, message);
      this.left(message, reason('not-sent'));
      if (first) this.refused = false;
      if (first && pausing) this.pause();
      this.waitForTurn();
      if (first) this.handOver();
      else this.tell();
    } else if (message.state === 'inFlight') {
      this.abandon(message);
      this.left(message, reason('unknown'));
      if (pausing) this.pause();
      this.handOver();
    }
  }

  /** Everything that waits leaves, at once also from inside a call of the link. What is being handed over does not wait. */
  withdraw(reason: string): number {
    if (this.offered === undefined) this.refused = false;
    const leaving = this.thoseThatWait;
    for (const message of leaving) {
      remove(this.waiting, message);
      this.left(message, canceled('not-sent', reason));
    }
    this.waitForTurn();
    this.tell();
    return leaving.length;
  }

  /** Without what is being handed over. */
  protected get thoseThatWait(): ModelMessage[] {
    return this.waiting.filter((message) => message !== this.offered);
  }

  release(slot: Slot): void {
    this.free(slot);
    this.freed(slot, 'quarantine');
    this.handOver();
  }

  attemptLater(): void {
    this.handOver();
  }

  // --- hand-over -----------------------------------------------------------------------------------------------------------------

  /** What the link has said lets a refused head be tried again. From inside that refusal only a tx-done that frees a slot does so at once. */
  protected linkSpoke(when: Said): void {
    if (this.saidInside !== 'now') this.saidInside = when;
    this.handOver();
  }

  /** Something happened that may let a message go. */
  protected handOver(): void {
    this.occasion = true;
    this.handOverNow();
  }

  handOverNow(): void {
    const { batch } = this.mailbox;
    if (this.handing || (batch.active && !batch.join(this))) return;
    this.handing = true;
    this.catchUp();
    while (this.open && this.waiting.length > 0 && (!this.refused || this.occasion)) {
      this.attempt(this.waiting[0]!);
      this.catchUp();
    }
    this.handing = false;
    this.tell();
  }

  private attempt(message: ModelMessage): void {
    try {
      this.prepare(message);
      this.catchUp();
      if (!this.open || this.waiting[0] !== message) return;
      this.occasion = false;
      this.refused = false;
      const answer = this.offer(message);
      if (answer === 'accepted') this.sent(message);
      else if (answer === 'busy') this.busy(message);
      else this.senseless(message);
    } catch (error) {
      if (message.state !== 'waiting') return;
      this.refused = false;
      remove(this.waiting, message);
      this.settle(message, `EIO not-sent ${String(error)}`);
    }
  }

  private offer(message: ModelMessage): SendAnswer {
    this.offered = message;
    try {
      return this.callLink(() => this.world.onSendData(this.place, message.part, message.token));
    } finally {
      this.offered = undefined;
    }
  }

  private prepare(message: ModelMessage): void {
    const { place } = this;
    // One signal may cancel many: those that wait are not sent in between.
    if (message.signal?.aborted) this.leave(message, withSignal(message), true);
    if (!place.setup.prepares || message.prepared || !message.pending) return;
    message.prepared = true;
    if (this.world.onPrepare(place, message.part) !== 'promise') return;
    this.broken('txPrepare', message.token);
    throw 'TypeError of txPrepare';
  }

  private sent(message: ModelMessage): void {
    this.take(message);
    message.state = 'inFlight';
    message.turn ||= ++this.handOvers;
    message.startClock('inFlight');
    message.startClock('silence');
    this.trace('sent', message.token, undefined);
    if (this.method === 'poll') this.mailbox.poll.askSoon(this);
    this.listen();
  }

  /** The device may have it: it is like a message whose sender has left. */
  private senseless(message: ModelMessage): void {
    this.broken('sendData', message.token);
    this.take(message);
    this.abandon(message);
    this.settle(message, 'EIO unknown TypeError of sendData');
  }

  private busy(message: ModelMessage): void {
    this.refused = true;
    this.trace('busy', message.token, undefined);
    const newer = this.waiting.some((other) => other !== message && other.key === message.key);
    if (message.key !== undefined && newer) {
      remove(this.waiting, message);
      this.displace(message, SUPERSEDED);
    }
    this.mailbox.poll.askLater(this);
    this.listen();
  }

  /** A message that was accepted has not been taken: what follows is as if it had been refused. */
  protected takeBack(slot: Slot, error: string): void {
    const { message } = slot;
    this.free(slot);
    this.trace('busy', message.token, error);
    message.state = 'waiting';
    message.prepared = false;
    this.joinFront(message);
    this.waitForTurn();
    this.refused = true;
    this.occasion = false;
    if (this.saidInside === 'later') this.saidInside = 'nothing';
    this.mailbox.poll.notSoon();
    this.mailbox.poll.askLater(this);
    message.stopClock('inFlight');
    message.stopClock('silence');
    for (const clock of message.clocks) if (clock.overdue) this.postpone(() => clock.leave());
    this.handOverNow();
  }

  /** In front of all that were never handed over, in the order of their first hand-over. Of two with one key only the newer one waits. */
  private joinFront(message: ModelMessage): void {
    const { waiting } = this;
    const rival = message.key === undefined ? undefined : waiting.find(({ key }) => key === message.key);
    if (rival !== undefined && rival.token > message.token) return this.displace(message, SUPERSEDED);
    if (rival !== undefined) remove(waiting, rival);
    const behind = waiting.findIndex(({ turn }) => turn === 0 || turn > message.turn);
    waiting.splice(behind < 0 ? waiting.length : behind, 0, message);
    if (rival !== undefined) this.displace(rival, SUPERSEDED);
  }

  /** What the link has said from inside `sendData`. */
  private listen(): void {
    this.saidInside = 'nothing';
    this.catchUp();
    const said = this.saidInside as Said;
    if (!this.refused || said === 'now') return;
    this.occasion = false;
    // Where something stands against a hand-over, its end lets the head be tried again.
    if (said === 'later' && this.open && !this.laterAttempt.together) this.mailbox.turn.begin(1, this.laterAttempt);
  }
}
