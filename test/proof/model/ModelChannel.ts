import type { NoEvent } from './Action';
import type { Model } from './Model';
import { ModelAdmission } from './ModelAdmission';
import { ModelFlushes } from './ModelFlushes';
import type { ModelMailbox } from './ModelMailbox';
import type { ModelSendTo } from './ModelSendTo';
import type { Slot } from './ModelMessages';
import type { Place, Result } from './Stage';
import { closedError, errorOf, linkDown } from './texts';

/** One channel by the contract, in arrays and with nothing clever in it: an error is its text, an effect is a line. */
export class ModelChannel extends ModelAdmission {
  readonly flushes: ModelFlushes;
  /** Who waits for a place in the queue, first come, first served. */
  private places: ModelSendTo[] = [];
  /** The link has been asked to reset, and has not said that it is done. */
  private linkResets = false;
  private linkEnded = false;
  private unsubscribed = false;
  private failure: string | undefined;

  constructor(
    world: Model,
    mailbox: ModelMailbox,
    place: Place,
    method: 'irq' | 'poll' | 'ack',
    private readonly index: number,
  ) {
    super(world, mailbox, place, method);
    this.up = !place.setup.startsDown;
    this.flushes = new ModelFlushes(world, this);
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.place.setup.queue - this.waiting.length);
  }

  // --- what senders do -----------------------------------------------------------------------------------------------------------

  peek(answer: boolean | string): void {
    const told = typeof answer === 'boolean' && answer && !this.closed;
    if (typeof answer === 'string' && !this.closed) this.brokenByLink('peekData');
    this.world.log(this.place, `data wait: ${told}`);
  }

  // --- what the link says --------------------------------------------------------------------------------------------------------

  txDone(token: number | undefined, result: Result): void {
    if (this.closed) return;
    this.whenOutside(() => {
      const slot = this.slots.find(({ message }) =>
        token === undefined ? this.mailbox.setup.correlation !== 'tagged' : message.token === token,
      );
      if (slot) this.finish(slot, result);
      else {
        const given = token !== undefined && token < this.mailbox.controller.nextToken;
        this.trace(given ? 'lateTxDone' : 'unknownTxDone', token, errorOf(result));
      }
      this.linkSpoke(slot ? 'now' : 'later');
    });
  }

  /** The device gives a message back (section 7). For a held slot that is like a late tx-done. */
  giveBack(token: number, error: string): void {
    if (this.closed) return;
    this.whenOutside(() => {
      const slot = this.slots.find(({ message }) => message.token === token);
      if (slot?.left === false) return this.takeBack(slot, error);
      if (slot) {
        this.free(slot);
        this.freed(slot, 'refused');
      } else this.trace(token < this.mailbox.controller.nextToken ? 'lateTxDone' : 'unknownTxDone', token, error);
      this.linkSpoke(slot ? 'now' : 'later');
    });
  }

  /** Nothing but a clock begins anew; without a token it is about the oldest. */
  progress(token: number | undefined): void {
    if (this.closed) return;
    this.whenOutside(() => {
      const slot = token === undefined ? this.slots[0] : this.slots.find(({ message }) => message.token === token);
      if (slot === undefined || slot.left) return;
      this.trace('progress', slot.message.token, undefined);
      slot.message.stopClock('silence');
      slot.message.startClock('silence');
      this.handOverNow();
    });
  }

  stray(): void {
    if (this.closed) return;
    this.whenOutside(() => {
      this.trace('unknownTxDone', undefined, undefined);
      this.linkSpoke('later');
    });
  }

  /** It breaks the contract of `events$`. A tx-done is a tx-done, whatever it says. */
  junk(what: NoEvent): void {
    if (this.closed) return;
    if (what === 'refused' || what === 'progress') return this.brokenByLink('token');
    if (what !== 'token') return this.brokenByLink(what === 'throws' ? 'an event' : 'events$');
    this.whenOutside(() => {
      this.broken('token');
      this.linkSpoke('later');
    });
  }

  protected brokenByLink(what: string): void {
    this.whenOutside(() => {
      this.broken(what);
      this.tell();
    });
  }

  ready(): void {
    if (this.closed) return;
    this.whenOutside(() => {
      this.trace('ready', undefined, undefined);
      this.linkSpoke('later');
    });
  }

  received(message: string): void {
    if (this.closed) return;
    const receive = (): void => this.world.log(this.place, `received ${message}`);
    // Neither does it overtake what has happened before it, nor does it come in the middle of that.
    this.whenOutside(() => {
      this.toNotify.push(receive);
      this.tell();
    });
  }

  down(reason: string): void {
    this.whenOutside(() => {
      if (!this.up || this.closed) return;
      this.up = false;
      this.saidInside = 'nothing';
      this.trace('down', undefined, reason);
      this.endEpoch();
      this.downReason = reason;
      this.failSlots(linkDown('unknown', reason), 'down');
      if (this.place.setup.whileDown) this.failWaiting(linkDown('not-sent', reason));
      this.waitForTurn();
      this.handOver();
    });
  }

  goUp(): void {
    this.whenOutside(() => {
      if (this.up || this.closed) return;
      this.up = true;
      this.downReason = undefined;
      this.trace('up', undefined, undefined);
      this.linkSpoke('later');
    });
  }

  linkError(reason: string): void {
    if (this.linkGone) return;
    this.linkEnded = true;
    this.whenOutside(() => {
      this.down(reason);
      this.close(reason);
    });
  }

  linkComplete(): void {
    if (this.linkGone) return;
    this.linkEnded = true;
    this.whenOutside(() => this.close());
  }

  /** It says nothing any more. */
  get linkGone(): boolean {
    return this.linkEnded || this.unsubscribed;
  }

  endReset(failure: string | undefined): void {
    if (!this.linkResets) return;
    this.linkResets = false;
    this.place.device.endEpoch();
    if (failure !== undefined) return this.down(failure);
    this.whenOutside(() => {
      this.reset = 'none';
      this.trace('reset', undefined, undefined);
      this.failSlots('ECONNRESET unknown', 'reset');
      this.handOver();
    });
  }

  // --- what time does ------------------------------------------------------------------------------------------------------------

  poll(): void {
    const asks = this.method === 'poll' && this.reset === 'none';
    const answers = asks ? this.callLink(() => this.slots.map((slot) => this.ask(slot))) : [];
    for (const answer of answers) answer();
    this.handOver();
  }

  private ask(slot: Slot): () => void {
    const { token } = slot.message;
    if (slot.muted) return () => undefined;
    let wrong: string;
    try {
      const answer = this.world.onQuestion(this.place, token);
      if (answer === false) return () => undefined;
      if (typeof answer === 'object') return () => this.finish(slot, answer);
      wrong = 'TypeError of lastTxDone';
    } catch (error) {
      wrong = String(error);
    }
    this.broken('lastTxDone', token);
    return () => this.lose(slot, wrong);
  }

  /** Pauses end, resets begin. */
  turnEnded(): void {
    if (this.closed) return;
    const tells = this.tellDisplaced();
    if (!this.paused && this.reset !== 'toCome') {
      if (tells) this.tell();
      return;
    }
    this.paused = false;
    if (this.reset === 'toCome') {
      if (this.slots.some(({ left }) => left)) this.beginReset();
      else this.reset = 'none';
    }
    this.handOver();
  }

  private beginReset(): void {
    const { reset } = this.place.setup;
    this.reset = 'underWay';
    this.linkResets = true;
    this.callLink(() => {
      this.world.onReset(this.place);
      if (reset !== 'later') this.endReset(reset === 'done' ? undefined : `${reset} at once`);
    });
  }

  // --- ends ----------------------------------------------------------------------------------------------------------------------

  complete(): void {
    this.completing = true;
    this.tell();
  }

  fail(reason: string): void {
    if (this.closed) return;
    this.failure = reason;
    this.close(reason);
  }

  close(cause?: string): void {
    if (this.closed) return;
    this.closed = true;
    this.whenOutside(() => {
      this.endEpoch();
      if (!this.linkEnded) this.world.log(this.place, 'unsubscribed');
      this.place.device.endEpoch();
      this.unsubscribed = true;
      this.mailbox.controller.owners.delete(this.index);
      this.mailbox.poll.forget(this);
      this.mailbox.turn.leave(this);
      this.laterTelling.stop();
      this.toNotify.push(...this.displaced.splice(0));
      this.failSlots(closedError('unknown', cause));
      this.failWaiting(closedError('not-sent', cause));
      this.trace('closed', undefined, cause);
      this.ending = true;
      this.handOver();
    });
  }

  private failWaiting(outcome: string): void {
    for (const message of this.waiting.splice(0)) this.settle(message, outcome);
    this.refused = false;
  }

  private endEpoch(): void {
    if (this.linkResets) this.world.log(this.place, 'reset stopped');
    this.linkResets = false;
    this.reset = 'none';
    this.laterAttempt.stop();
  }

  flush(name: string, limit: number): void {
    if (this.closed) this.world.log(this.place, `flush ${name} ${closedError('not-sent')}`);
    else this.flushes.begin(name, limit);
  }

  whenIdle(name: string, limit: number): void {
    if (this.closed) this.world.log(this.place, `flush ${name} ${closedError('not-sent')}`);
    else if (this.idle) this.world.log(this.place, `flush ${name} completed`);
    else this.flushes.wait(name, limit);
  }

  // --- telling ------------------------------------------------------------------------------------------------------------------

  protected quiet(): void {
    const { poll } = this.mailbox;
    if (this.idle) this.flushes.idle();
    if (this.completing && this.waiting.length === 0 && this.slots.every(({ left }) => left)) this.close();
    this.servePlaces();
    if (!this.pollable) poll.forget(this);
    else if (!poll.visits(this)) poll.askLater(this);
  }

  /** A send would not be refused for want of a place. */
  get hasPlace(): boolean {
    return this.closed || this.completing || !this.full || (this.place.setup.whileDown !== undefined && !this.up);
  }

  waitForPlace(stream: ModelSendTo, waits: boolean): void {
    if (!waits) this.places = this.places.filter((other) => other !== stream);
    else if (!this.places.includes(stream)) this.places.push(stream);
  }

  private servePlaces(): void {
    const served = new Set<ModelSendTo>();
    for (let next = this.places[0]; next !== undefined && this.hasPlace; next = this.places.find((other) => !served.has(other))) {
      served.add(next);
      next.goOn();
    }
  }

  protected ended(): void {
    this.ending = false;
    this.over = true;
    this.world.log(this.place, this.failure === undefined ? 'received completed' : `received failed ${this.failure}`);
    this.world.log(this.place, 'txDone$ completed');
    this.flushes.failAll(closedError('not-sent'));
    // Who waits for a place hears that there will be none.
    this.servePlaces();
  }
}
