import type { Model, ModelMailbox } from './Model';
import type { ModelMessage } from './ModelMessage';
import { THROWN, type Place, type Result } from './Stage';

/** A slot that is held: by its message, or, once its sender has left, for nobody. */
export interface Slot {
  readonly message: ModelMessage;
  left: boolean;
  /** When its quarantine is over. */
  until: number;
}

type Reason = (delivery: 'not-sent' | 'unknown') => string;

/** One channel by the contract, in arrays and with nothing clever in it: an error is its text, an effect is a line. */
export class ModelChannel {
  waiting: ModelMessage[] = [];
  /** Oldest first. */
  slots: Slot[] = [];
  up: boolean;
  closed = false;
  completing = false;
  /** It can be requested again. */
  freed = false;
  resetting = false;
  /** Names of the flushes under way: those whose link is not done, and those that wait until the channel is idle. */
  flushes: { readonly name: string; readonly limit: number; readonly due: number; linkDone: boolean }[] = [];
  /** The head was refused. */
  private refused = false;
  /** Something has happened since that lets it be tried again. */
  private occasion = false;
  /** Inside a call into the link (rule 6); what happens meanwhile is kept for later. */
  private inLink = false;
  private later: (() => void)[] = [];
  private handing = false;
  private notifying = false;
  /** Notifications that are due, in order (rule 7). */
  private toNotify: (ModelMessage | (() => void))[] = [];
  private ending = false;
  private linkEnded = false;
  private failure: string | undefined;

  constructor(
    private readonly world: Model,
    readonly mailbox: ModelMailbox,
    readonly place: Place,
    private readonly method: 'irq' | 'poll' | 'ack',
  ) {
    this.up = !place.setup.startsDown;
  }

  get slotsAvailable(): number {
    return this.closed || this.completing ? 0 : Math.max(0, this.place.setup.queue - this.waiting.length);
  }

  /** The poll timer has a reason to come by. */
  get pollable(): boolean {
    return this.refused || (this.method === 'poll' && this.slots.length > 0);
  }

  private get room(): boolean {
    return this.up && this.slots.length < this.mailbox.setup.window;
  }

  private get full(): boolean {
    return this.waiting.length >= this.place.setup.queue && !(this.waiting.length === 0 && this.room);
  }

  private get idle(): boolean {
    return this.waiting.length === 0 && this.slots.length === 0;
  }

  private get quarantine(): number {
    const { quarantine, correlation } = this.mailbox.setup;
    return this.place.setup.quarantine ?? quarantine ?? (correlation === 'tagged' ? 0 : Infinity);
  }

  // --- what senders do -----------------------------------------------------------------------------------------------------------

  send(message: ModelMessage): void {
    message.startClock('total', this.world.now);
    message.startClock('queued', this.world.now);
    if (message.signal?.aborted) this.refuse(message, canceled('not-sent', message.signal.aborted));
    this.tryAgainIfFull();
    if (message.state !== 'new' || message.gone) return;
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

  leave(message: ModelMessage, reason: Reason): void {
    if (message.state === 'new') return this.refuse(message, reason('not-sent'));
    if (this.inLink) return this.postpone(() => this.leave(message, reason));
    if (message.state === 'waiting') {
      const first = message === this.waiting[0];
      remove(this.waiting, message);
      this.left(message, reason('not-sent'));
      if (!first) return this.notify();
      this.refused = false;
      this.handOver();
    } else if (message.state === 'inFlight') {
      this.abandon(message);
      this.left(message, reason('unknown'));
      this.handOver();
    }
  }

  // --- what the link says --------------------------------------------------------------------------------------------------------

  txDone(token: number | undefined, result: Result): void {
    if (this.closed) return;
    this.whenOutside(() => {
      const slot = this.slots.find(({ message }) =>
        token === undefined ? this.mailbox.setup.correlation !== 'tagged' : message.token === token,
      );
      if (slot) this.finish(slot, result, 'sent');
      else this.trace(token !== undefined && token < this.mailbox.nextToken ? 'lateTxDone' : 'unknownTxDone', token, errorOf(result));
      this.handOver();
    });
  }

  stray(): void {
    if (this.closed) return;
    this.whenOutside(() => {
      this.trace('unknownTxDone', undefined, undefined);
      this.handOver();
    });
  }

  ready(): void {
    if (!this.closed) this.whenOutside(() => this.handOver());
  }

  received(message: string): void {
    if (this.closed) return;
    const receive = (): void => this.world.log(this.place, `received ${message}`);
    // It does not overtake what was settled before it inside `sendData`.
    if (this.inLink) this.postpone(() => this.toNotify.push(receive));
    else receive();
  }

  down(reason: string): void {
    this.whenOutside(() => {
      if (!this.up || this.closed) return;
      this.up = false;
      this.refused = false;
      this.trace('down', undefined, reason);
      this.stopReset();
      this.failSlots(`ENETDOWN unknown ${reason}`);
      this.handOver();
    });
  }

  goUp(): void {
    this.whenOutside(() => {
      if (this.up || this.closed) return;
      this.up = true;
      this.trace('up', undefined, undefined);
      this.handOver();
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
    if (!this.resetting) return;
    this.resetting = false;
    if (failure === undefined) this.place.device.quiet();
    else this.place.device.down();
    if (failure !== undefined) return this.down(failure);
    this.whenOutside(() => {
      this.slots = this.slots.filter(({ left }) => !left);
      this.handOver();
    });
  }

  // --- what time does ------------------------------------------------------------------------------------------------------------

  poll(): void {
    const answers = this.method === 'poll' ? this.slots.map((slot) => this.ask(slot)) : [];
    for (const answer of answers) answer();
    this.handOver();
  }

  private ask(slot: Slot): () => void {
    try {
      const answer = this.world.onQuestion(this.place, slot.message.token);
      return answer === false ? () => undefined : () => this.finish(slot, answer, 'sent');
    } catch (error) {
      return () => this.finish(slot, { error: String(error) }, 'unknown');
    }
  }

  release(slot: Slot): void {
    remove(this.slots, slot);
    this.handOver();
  }

  // --- ends ----------------------------------------------------------------------------------------------------------------------

  complete(): void {
    this.completing = true;
    this.notify();
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
      this.stopReset();
      if (!this.linkEnded) this.world.log(this.place, 'unsubscribed');
      this.place.device.down();
      this.freed = true;
      this.mailbox.forget(this);
      this.failSlots(closedError('unknown', cause));
      for (const message of this.waiting.splice(0)) this.settle(message, closedError('not-sent', cause));
      this.trace('closed', undefined, cause);
      this.ending = true;
      this.handOver();
    });
  }

  // --- flush ---------------------------------------------------------------------------------------------------------------------

  flush(name: string, limit: number): void {
    if (this.closed) return this.world.log(this.place, `flush ${name} ${closedError('not-sent')}`);
    this.world.log(this.place, `link flushes ${limit}`);
    this.flushes.push({ name, limit, due: this.world.now + limit, linkDone: false });
  }

  endFlush(failure: string | undefined): void {
    const flush = this.flushes.find(({ linkDone }) => !linkDone);
    if (flush === undefined) return;
    flush.linkDone = true;
    if (failure !== undefined) this.flushed(flush.name, failure);
    else if (this.idle && !this.closed) this.flushed(flush.name, 'completed');
  }

  flushed(name: string, how: string): void {
    this.flushes = this.flushes.filter((flush) => flush.name !== name);
    this.world.log(this.place, `flush ${name} ${how}`);
  }

  // --- the turn: transitions, then hand-over, then telling -----------------------------------------------------------------------

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

  /** Something happened that may let a message go. */
  private handOver(): void {
    this.occasion = true;
    if (this.handing) return;
    this.handing = true;
    this.catchUp();
    while (this.room && this.waiting.length > 0 && (!this.refused || this.occasion)) {
      this.attempt(this.waiting[0]!);
      this.catchUp();
    }
    this.handing = false;
    this.notify();
  }

  private attempt(message: ModelMessage): void {
    const { world, place } = this;
    try {
      // One signal may cancel many: those that wait are not sent in between.
      if (message.signal?.aborted) this.leave(message, withSignal(message));
      if (place.setup.prepares && message.pending) world.onPrepare(place, message.part);
      if (!this.room || this.waiting[0] !== message) return;
      this.occasion = false;
      this.refused = false;
      this.inLink = true;
      const answer = world.onSendData(place, message.part, message.token);
      this.inLink = false;
      if (answer === 'accepted') this.sent(message);
      else if (answer === 'busy') this.busy(message);
      else this.senseless(message, answer);
    } catch (error) {
      if (message.state === 'waiting') {
        this.refused = false;
        remove(this.waiting, message);
        this.settle(message, `EIO not-sent ${String(error)}`);
      }
    } finally {
      this.inLink = false;
    }
  }

  private sent(message: ModelMessage): void {
    remove(this.waiting, message);
    message.state = 'inFlight';
    this.slots.push({ message, left: false, until: Infinity });
    message.stopClock('queued');
    message.startClock('inFlight', this.world.now);
    this.trace('sent', message.token, undefined);
    if (this.method === 'poll') this.mailbox.pollSoon(this);
  }

  /** The device may have it: it is like a message whose sender has left. */
  private senseless(message: ModelMessage, answer: unknown): void {
    remove(this.waiting, message);
    this.slots.push({ message, left: false, until: Infinity });
    this.abandon(message);
    this.settle(message, `EIO unknown TypeError: sendData returned ${JSON.stringify(answer)}; expected 'accepted' or 'busy'`);
  }

  private busy(message: ModelMessage): void {
    this.refused = true;
    this.trace('busy', message.token, undefined);
    this.mailbox.pollWithinPeriod(this);
  }

  private notify(): void {
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
    if (this.idle) for (const { name, linkDone } of [...this.flushes]) if (linkDone) this.flushed(name, 'completed');
    if (this.completing && this.waiting.length === 0 && this.slots.every(({ left }) => left)) this.close();
    if (!this.pollable) this.mailbox.forget(this);
  }

  private ended(): void {
    this.ending = false;
    this.world.log(this.place, this.failure === undefined ? 'received completed' : `received failed ${this.failure}`);
    this.world.log(this.place, 'txDone$ completed');
    for (const { name } of [...this.flushes]) this.flushed(name, closedError('not-sent'));
  }

  // --- transitions of one message ------------------------------------------------------------------------------------------------

  private accept(message: ModelMessage): void {
    message.token = this.mailbox.takeToken();
    message.state = 'waiting';
    this.waiting.push(message);
    this.trace('queued', message.token, undefined);
    if (!this.inLink) this.handOver();
  }

  private refuse(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.clocks = [];
    this.world.notified(message, outcome);
  }

  /** The queue may be full only because its head was refused: retry that first. User code may run then, and send or close. */
  private tryAgainIfFull(): void {
    if (this.refused && this.full && !this.inLink) this.handOver();
  }

  private finish(slot: Slot, result: Result, delivery: 'sent' | 'unknown'): void {
    const { message } = slot;
    remove(this.slots, slot);
    const error = errorOf(result);
    if (slot.left) this.trace('lateTxDone', message.token, error);
    else this.settle(message, 'error' in result ? `EIO ${delivery} ${result.error}` : `ok ${result.ack}`);
  }

  private left(message: ModelMessage, outcome: string): void {
    this.trace('left', message.token, outcome);
    this.settle(message, outcome);
  }

  private settle(message: ModelMessage, outcome: string): void {
    message.state = 'settled';
    message.outcome = outcome;
    message.clocks = [];
    this.trace('settled', message.token, outcome.startsWith('ok') ? undefined : outcome);
    this.toNotify.push(message);
  }

  /** The table of semantics 5.2. */
  private abandon(message: ModelMessage): void {
    const { world, place, quarantine } = this;
    this.inLink = true;
    try {
      world.onAbort(place, message.token);
    } catch (error) {
      if (error !== THROWN) throw error;
    }
    this.inLink = false;
    const slot = this.slots.find((held) => held.message === message)!;
    if (quarantine === 0) return remove(this.slots, slot);
    slot.left = true;
    slot.until = world.now + quarantine;
    if (this.mailbox.setup.correlation === 'untagged') this.trace('stalled', message.token, undefined);
    if (place.setup.reset === undefined || this.resetting) return;
    this.resetting = true;
    world.log(place, 'reset');
    this.inLink = true;
    if (place.setup.reset !== 'later') this.endReset(place.setup.reset === 'fails' ? 'no reset' : undefined);
    this.inLink = false;
  }

  private failSlots(outcome: string): void {
    for (const { message, left } of this.slots.splice(0)) if (!left) this.settle(message, outcome);
  }

  private stopReset(): void {
    if (this.resetting) this.world.log(this.place, 'reset stopped');
    this.resetting = false;
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
