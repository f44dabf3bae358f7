import type { NoEvent } from './Action';
import type { Model } from './Model';
import { LaterAttempt, ModelQuarantine } from './ModelClock';
import { ModelFlushes } from './ModelFlushes';
import type { ModelMailbox } from './ModelMailbox';
import type { ModelMessage } from './ModelMessage';
import { THROWN, type Place, type Result } from './Stage';

/** A slot that is held: by its message, or, once its sender has left, for nobody. */
export interface Slot {
  readonly message: ModelMessage;
  left: boolean;
  quarantine: ModelQuarantine | undefined;
  /** `lastTxDone` has failed to say anything about it: it is not asked again. */
  muted: boolean;
}

/** What the link has said from inside a refusing `sendData`: may the head be tried again at once, or later? */
type Said = 'nothing' | 'now' | 'later';

type Reason = (delivery: 'not-sent' | 'unknown') => string;

/** One channel by the contract, in arrays and with nothing clever in it: an error is its text, an effect is a line. */
export class ModelChannel {
  waiting: ModelMessage[] = [];
  /** Oldest first. */
  slots: Slot[] = [];
  up: boolean;
  closed = false;
  completing = false;
  readonly flushes: ModelFlushes;
  /** A sender has left in this turn: nothing is handed over until it ends (rule 4). */
  private paused = false;
  /** A reset is to come when the turn ends, or under way: nothing is handed over. */
  private reset: 'none' | 'toCome' | 'underWay' = 'none';
  /** The link has been asked to reset, and has not said that it is done. */
  private linkResets = false;
  /** The head was refused. */
  private refused = false;
  /** Something has happened since that lets it be tried again. */
  private occasion = false;
  private saidInside: Said = 'nothing';
  private readonly laterAttempt = new LaterAttempt(this);
  /** Inside a call into the link (rule 6); what happens meanwhile is kept for later. */
  private inLink = false;
  private later: (() => void)[] = [];
  private handing = false;
  private notifying = false;
  /** Notifications that are due, in order (rule 7). */
  private toNotify: (ModelMessage | (() => void))[] = [];
  private ending = false;
  private linkEnded = false;
  private freed = false;
  private failure: string | undefined;

  constructor(
    private readonly world: Model,
    readonly mailbox: ModelMailbox,
    readonly place: Place,
    private readonly index: number,
    private readonly method: 'irq' | 'poll' | 'ack',
  ) {
    this.up = !place.setup.startsDown;
    this.flushes = new ModelFlushes(world, this);
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.place.setup.queue - this.waiting.length);
  }

  /** The poll timer has a reason to come by. */
  get pollable(): boolean {
    const asked = this.method === 'poll' && this.slots.some(({ muted }) => !muted);
    return this.reset === 'none' && ((this.refused && this.up) || asked);
  }

  /** Somebody waits for what the poll timer may find out. */
  get waitsForAnswer(): boolean {
    return (this.refused && this.up) || this.slots.some(({ left }) => !left);
  }

  get idle(): boolean {
    return this.waiting.length === 0 && this.slots.length === 0;
  }

  private get freeSlots(): number {
    return this.mailbox.setup.window - this.slots.length;
  }

  /** The next message may go. */
  private get open(): boolean {
    return this.up && !this.paused && this.reset === 'none' && this.freeSlots > 0;
  }

  /** Semantics 2.2: what can go as soon as it may go needs no place in the queue. */
  private get full(): boolean {
    const { freeSlots, waiting } = this;
    const { queue } = this.place.setup;
    if (waiting.length < queue) return false;
    if (!this.up || this.reset !== 'none') return true;
    if (this.paused) return waiting.length >= queue + freeSlots;
    const goesAtOnce = waiting.length === 0 || (this.handing && !this.refused);
    return !goesAtOnce || waiting.length >= freeSlots;
  }

  private get quarantine(): number {
    const { quarantine, correlation } = this.mailbox.setup;
    return this.place.setup.quarantine ?? quarantine ?? (correlation === 'tagged' ? 0 : Infinity);
  }

  // --- what senders do -----------------------------------------------------------------------------------------------------------

  send(message: ModelMessage): void {
    if (message.part.how.via !== 'generic') {
      message.startClock('total');
      message.startClock('queued');
    }
    if (message.signal?.aborted) this.refuse(message, canceled('not-sent', message.signal.aborted));
    this.tryAgainIfFull();
    if (message.state !== 'new' || message.gone) return message.stopClocks();
    if (this.closed || this.completing) return this.refuse(message, closedError('not-sent'));
    if (this.full) return this.refuse(message, 'ENOBUFS not-sent');
    this.accept(message);
  }

  next(message: ModelMessage): void {
    this.tryAgainIfFull();
    if (this.closed || this.completing) return;
    if (!this.full) return this.accept(message);
    message.token = this.mailbox.takeToken();
    this.world.report(message, 'ENOBUFS not-sent');
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
    if (what !== 'token') return this.brokenByLink(what === 'throws' ? 'an event' : 'events$');
    this.whenOutside(() => {
      this.broken('token');
      this.linkSpoke('later');
    });
  }

  private brokenByLink(what: string): void {
    this.whenOutside(() => {
      this.broken(what);
      this.tell();
    });
  }

  ready(): void {
    if (!this.closed) this.whenOutside(() => this.linkSpoke('later'));
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
      this.failSlots(`ENETDOWN unknown ${reason}`);
      this.waitForTurn();
      this.handOver();
    });
  }

  goUp(): void {
    this.whenOutside(() => {
      if (this.up || this.closed) return;
      this.up = true;
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
    return this.linkEnded || this.freed;
  }

  endReset(failure: string | undefined): void {
    if (!this.linkResets) return;
    this.linkResets = false;
    this.place.device.endEpoch();
    if (failure !== undefined) return this.down(failure);
    this.whenOutside(() => {
      this.reset = 'none';
      this.failSlots('ECONNRESET unknown');
      this.handOver();
    });
  }

  // --- what time does ------------------------------------------------------------------------------------------------------------

  poll(): void {
    this.inLink = true;
    const answers = this.method === 'poll' && this.reset === 'none' ? this.slots.map((slot) => this.ask(slot)) : [];
    this.inLink = false;
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

  release(slot: Slot): void {
    this.free(slot);
    this.handOver();
  }

  attemptLater(): void {
    this.handOver();
  }

  /** Pauses end, resets begin. */
  turnEnded(): void {
    if (this.closed || (!this.paused && this.reset !== 'toCome')) return;
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
    this.inLink = true;
    this.world.onReset(this.place);
    if (reset !== 'later') this.endReset(reset === 'done' ? undefined : `${reset} at once`);
    this.inLink = false;
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
      this.freed = true;
      this.mailbox.controller.owners.delete(this.index);
      this.mailbox.poll.forget(this);
      this.mailbox.turn.leave(this);
      this.failSlots(closedError('unknown', cause));
      for (const message of this.waiting.splice(0)) this.settle(message, closedError('not-sent', cause));
      this.refused = false;
      this.trace('closed', undefined, cause);
      this.ending = true;
      this.handOver();
    });
  }

  flush(name: string, limit: number): void {
    if (this.closed) this.world.log(this.place, `flush ${name} ${closedError('not-sent')}`);
    else this.flushes.begin(name, limit);
  }

  // --- transitions, then hand-over, then telling -----------------------------------------------------------------------------------

  private whenOutside(work: () => void): void {
    if (this.inLink) this.postpone(work);
    else work();
  }

  private postpone(work: () => void): void {
    this.later.push(work);
  }

  private catchUp(): void {
    for (let work = this.later.shift(); work !== undefined; work = this.later.shift()) work();
  }

  /** What the link has said lets a refused head be tried again. From inside that refusal only a tx-done that frees a slot does so at once. */
  private linkSpoke(when: Said): void {
    if (this.saidInside !== 'now') this.saidInside = when;
    this.handOver();
  }

  /** Something happened that may let a message go. */
  private handOver(): void {
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
    const { world, place } = this;
    try {
      this.prepare(message);
      this.catchUp();
      if (!this.open || this.waiting[0] !== message) return;
      this.occasion = false;
      this.refused = false;
      this.inLink = true;
      const answer = world.onSendData(place, message.part, message.token);
      this.inLink = false;
      if (answer === 'accepted') this.sent(message);
      else if (answer === 'busy') this.busy(message);
      else this.senseless(message);
    } catch (error) {
      this.inLink = false;
      if (message.state !== 'waiting') return;
      this.refused = false;
      remove(this.waiting, message);
      this.settle(message, `EIO not-sent ${String(error)}`);
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
    message.stopClock('queued');
    message.startClock('inFlight');
    this.trace('sent', message.token, undefined);
    if (this.method === 'poll') this.mailbox.poll.askSoon(this);
  }

  /** The device may have it: it is like a message whose sender has left. */
  private senseless(message: ModelMessage): void {
    this.broken('sendData', message.token);
    this.take(message);
    this.abandon(message);
    this.settle(message, 'EIO unknown TypeError of sendData');
  }

  private take(message: ModelMessage): void {
    remove(this.waiting, message);
    this.slots.push({ message, left: false, quarantine: undefined, muted: false });
  }

  private busy(message: ModelMessage): void {
    this.refused = true;
    this.trace('busy', message.token, undefined);
    this.mailbox.poll.askLater(this);
    this.saidInside = 'nothing';
    this.catchUp();
    const said = this.saidInside as Said;
    if (!this.refused || said === 'now') return;
    this.occasion = false;
    // Where something stands against a hand-over, its end lets the head be tried again.
    if (said === 'later' && this.open && !this.laterAttempt.together) this.mailbox.turn.begin(1, this.laterAttempt);
  }

  tell(): void {
    const { batch } = this.mailbox;
    if (batch.active) return void batch.join(this);
    if (this.handing || this.notifying || this.inLink) return;
    this.notifying = true;
    do {
      for (let next = this.toNotify.shift(); next !== undefined; next = this.toNotify.shift()) {
        if (typeof next === 'function') next();
        else this.world.settled(next);
      }
      if (this.ending) this.ended();
      else this.quiet();
    } while (this.toNotify.length > 0 || this.ending);
    this.notifying = false;
  }

  private quiet(): void {
    const { poll } = this.mailbox;
    if (this.idle) this.flushes.idle();
    if (this.completing && this.waiting.length === 0 && this.slots.every(({ left }) => left)) this.close();
    if (!this.pollable) poll.forget(this);
    else if (!poll.visits(this)) poll.askLater(this);
  }

  private ended(): void {
    this.ending = false;
    this.world.log(this.place, this.failure === undefined ? 'received completed' : `received failed ${this.failure}`);
    this.world.log(this.place, 'txDone$ completed');
    this.flushes.failAll(closedError('not-sent'));
  }

  // --- transitions of one message ------------------------------------------------------------------------------------------------

  private accept(message: ModelMessage): void {
    const { open } = this;
    message.token = this.mailbox.takeToken();
    message.state = 'waiting';
    this.waiting.push(message);
    this.trace('queued', message.token, undefined);
    this.waitForTurn();
    if (this.inLink) return;
    if (open) this.handOver();
    else this.tell();
  }

  private refuse(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.stopClocks();
    this.world.notified(message, outcome);
  }

  /** The queue may be full only because its head was refused: retry that first. User code may run then, and send or close. */
  private tryAgainIfFull(): void {
    if (this.refused && this.full && !this.inLink) this.handOver();
  }

  private finish(slot: Slot, result: Result): void {
    const { message } = slot;
    this.free(slot);
    const error = errorOf(result);
    if (slot.left) this.trace('lateTxDone', message.token, error);
    else this.settle(message, 'error' in result ? `EIO sent ${result.error}` : `ok ${result.ack}`);
  }

  /** It will never be known what became of it. */
  private lose(slot: Slot, why: string): void {
    if (slot.left) {
      slot.muted = true;
      return;
    }
    if (this.mailbox.setup.correlation === 'tagged') this.free(slot);
    else this.abandon(slot.message);
    this.settle(slot.message, `EIO unknown ${why}`);
  }

  private left(message: ModelMessage, outcome: string): void {
    this.trace('left', message.token, outcome);
    this.settle(message, outcome);
  }

  private settle(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.outcome = outcome;
    this.trace('settled', message.token, outcome.startsWith('ok') ? undefined : outcome);
    this.toNotify.push(message);
  }

  /** The table of semantics 5.2. */
  private abandon(message: ModelMessage): void {
    const { world, place, quarantine } = this;
    const { inLink } = this;
    this.inLink = true;
    try {
      if (world.onAbort(place, message.token) === 'promise') this.broken('abort', message.token);
    } catch (error) {
      if (error !== THROWN) throw error;
      this.broken('abort', message.token);
    }
    this.inLink = inLink;
    const slot = this.slots.find((held) => held.message === message)!;
    if (quarantine === 0) return this.free(slot);
    slot.left = true;
    if (quarantine !== Infinity) this.mailbox.turn.begin(quarantine, (slot.quarantine = new ModelQuarantine(this, slot)));
    if (this.mailbox.setup.correlation === 'untagged') this.trace('stalled', message.token, undefined);
    if (place.setup.reset === undefined || this.reset !== 'none') return;
    this.reset = 'toCome';
    this.mailbox.turn.join(this, true);
  }

  private free(slot: Slot): void {
    remove(this.slots, slot);
    slot.quarantine?.stop();
  }

  private failSlots(outcome: string): void {
    for (const slot of [...this.slots]) {
      this.free(slot);
      if (!slot.left) this.settle(slot.message, outcome);
    }
  }

  private endEpoch(): void {
    if (this.linkResets) this.world.log(this.place, 'reset stopped');
    this.linkResets = false;
    this.reset = 'none';
    this.laterAttempt.stop();
  }

  private pause(): void {
    this.paused = true;
    this.waitForTurn();
  }

  /** The turn has to end also where no microtask comes, if a message waits in a pause or a reset is to come. */
  private waitForTurn(): void {
    const { turn } = this.mailbox;
    const resets = this.reset === 'toCome';
    if (this.paused || resets) turn.join(this, resets || this.waiting.length > 0);
    else turn.leave(this);
  }

  private broken(what: string, token?: number): void {
    this.trace('broken', token, `TypeError of ${what}`);
  }

  private trace(type: string, token: number | undefined, error: string | undefined): void {
    if (!this.place.setup.untraced) this.world.trace(this.place, type, token, error);
  }
}

export function canceled(delivery: string, cause?: string): string {
  return ['ECANCELED', delivery, ...(cause === undefined ? [] : [cause])].join(' ');
}

export function withSignal({ signal }: ModelMessage): Reason {
  return (delivery) => canceled(delivery, signal?.aborted);
}

function closedError(delivery: string, cause?: string): string {
  return ['ESHUTDOWN', delivery, ...(cause === undefined ? [] : [cause])].join(' ');
}

function errorOf(result: Result): string | undefined {
  return 'error' in result ? result.error : undefined;
}

function remove<T>(list: T[], item: T): void {
  list.splice(list.indexOf(item), 1);
}
