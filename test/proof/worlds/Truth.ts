import { Clocks, type Clock } from './Clocks';
import type { Message, Outcome } from './Message';
import { Polls } from './Polls';
import { remove, type Freed, type Wire } from './Wire';
import type { WorldSpec } from './WorldSpec';

/** A trace event that has to appear in this step. */
export interface Expected {
  readonly type: string;
  readonly message?: Message | undefined;
  readonly token?: number | undefined;
  readonly by?: string | undefined;
  /** It came too late for a channel that had closed: it may be notified or not. */
  readonly optional?: boolean;
}

/** What a link may do besides accepting a message: refuse it, fail on it, answer what is no answer. */
export type Answered = 'accepted' | 'busy' | 'nonsense' | { readonly thrown: unknown } | { readonly promised: true };

/** The cause of an error that the library has made itself: it says what a callback did. */
export const BROKEN = Symbol('broken');

/**
 * What must be so by the contract, derived only from what the senders, the link and the clock did. It never looks into the library.
 *
 * What happens from inside `sendData` counts as soon as that has returned, in its order ({@link act}).
 */
export class Truth {
  readonly waiting: Message[] = [];
  /** Who holds a slot, oldest first: in flight, or left and held. */
  readonly slots: Message[] = [];
  readonly clocks: Clocks;
  readonly polls: Polls;
  up: boolean;
  closed = false;
  /** Closed, and everything pending has settled. */
  ended = false;
  completing = false;
  /** The link failed: it is down, and the channel is about to close. */
  dying = false;
  /** A sender has left in this turn: nothing is handed over before it ends. */
  paused = false;
  /** A slot has become held in this turn: the link is reset when it ends. */
  resetToCome = false;
  /** The link is being reset. */
  resetting = false;
  /** `reset()` has to be subscribed now. */
  resetOwed = false;
  /** The head was refused. */
  refused = false;
  /** A refused head has to be tried again, or may be. */
  owed = false;
  may = false;
  /** Another attempt, a millisecond later. */
  retry: Clock | undefined;
  handing: Message | undefined;
  preparing: Message | undefined;
  /** Settled in this step. */
  outcomes: Message[] = [];
  events: Expected[] = [];
  undecided: Message[] = [];
  /** Others have taken their places in this turn. They have settled, and are told when it ends. */
  displaced: Message[] = [];
  accepted = 0;
  settled = 0;
  private later: (() => void)[] = [];
  /** The link was down since `sendData` was called. */
  private blinked = false;
  private returns = 0;

  constructor(
    private readonly spec: WorldSpec,
    private readonly wire: Wire,
    now: () => number,
  ) {
    this.up = !spec.startsDown;
    this.clocks = new Clocks(now);
    this.polls = new Polls(spec.period ?? (spec.method === 'poll' ? 1 : 0), now);
  }

  get quarantine(): number {
    return this.spec.quarantine ?? (this.spec.correlation === 'tagged' ? 0 : Infinity);
  }

  /** A reset is to come or under way. */
  get resets(): boolean {
    return this.resetToCome || this.resetting;
  }

  get full(): boolean {
    const { length } = this.waiting;
    const unused = Math.max(0, this.spec.window - this.slots.length);
    if (length < this.spec.queue) return false;
    if (!this.up || this.resets) return true;
    // All of them go when the turn ends, where there is room.
    if (this.paused) return length >= this.spec.queue + unused;
    const attempting = this.handing !== undefined || this.preparing !== undefined;
    // A refused head that is being handed over again takes its slot like any other.
    const refused = this.refused && this.handing === undefined;
    return length >= unused || (length > 0 && (refused || !attempting));
  }

  get room(): boolean {
    return this.up && !this.closed && !this.paused && !this.resets && this.slots.length < this.spec.window;
  }

  /** The head has to go to the link now. */
  get eligible(): boolean {
    return this.room && this.waiting.length > 0 && (!this.refused || this.owed);
  }

  get live(): boolean {
    return this.waiting.length > 0 || this.slots.some((message) => !message.held);
  }

  /** The end of this turn has something to do. */
  get turnOpen(): boolean {
    return this.paused || this.resetToCome || this.clocks.begun || this.displaced.length > 0;
  }

  /** It has to come, also where time is virtual and no microtask comes in between. */
  get turnNeeded(): boolean {
    return (this.paused && this.waiting.length > 0) || this.resetToCome || this.clocks.begun || this.displaced.length > 0;
  }

  /** What the poll timer is for. */
  get asked(): { any: boolean; urgent: boolean } {
    const refused = this.refused && this.up;
    const asked = this.spec.method === 'poll' && this.slots.some((slot) => !slot.muted);
    return {
      any: !this.closed && !this.resets && (refused || asked),
      urgent: refused || this.slots.some((slot) => !slot.held),
    };
  }

  /** Something that the library is to deal with at once, or when `sendData` has returned. */
  act(change: () => void): void {
    if (this.handing === undefined) change();
    else this.later.push(change);
  }

  /** The link says that there may be room again. */
  ready(): void {
    this.events.push({ type: 'ready', optional: this.ended });
    this.occasion();
  }

  /** An occasion to try a refused head again. */
  occasion(): void {
    if (this.refused) this.owed = true;
  }

  /** Messages fail rather than wait for the link. */
  get fails(): boolean {
    return !this.up && this.spec.whileDown === 'fail';
  }

  offer(message: Message): void {
    message.startClocks(this.clocks, (kind, pausing) => this.leave(message, { code: 'ETIME', clocks: [kind] }, pausing));
    if (this.closed) return this.refuse(message, 'ESHUTDOWN');
    if (this.fails && !this.completing) return this.refuse(message, 'ENETDOWN');
    // A send from inside an attempt is part of that attempt. Whether one that a completing channel refuses is an occasion, nobody says.
    const attempting = this.handing !== undefined || this.preparing !== undefined;
    this.may = true;
    if (!attempting && !this.completing) this.occasion();
    const old = this.completing ? undefined : this.replaceable(message);
    if (old !== undefined) this.replace(old, message);
    else if (!this.full && !this.completing) this.accept(message);
    else if (!attempting && this.refused && this.room) this.undecided.push(message);
    else if (!this.completing && this.droppable !== undefined) this.drop(this.droppable, message);
    else this.refuse(message, this.completing ? 'ESHUTDOWN' : 'ENOBUFS');
  }

  accept(message: Message): void {
    this.taken(message);
    this.waiting.push(message);
  }

  private taken(message: Message): void {
    remove(this.undecided, message);
    message.state = 'waiting';
    message.place = message.accepted = ++this.accepted;
    this.events.push({ type: 'queued', message });
  }

  /** The one that waits with the same key. What is being handed over does not wait. */
  replaceable({ key }: Message): Message | undefined {
    return key === undefined ? undefined : this.waiting.find((other) => other.key === key && other !== this.handing);
  }

  replace(old: Message, message: Message): void {
    this.taken(message);
    message.place = old.place;
    message.returned = old.returned;
    this.waiting[this.waiting.indexOf(old)] = message;
    this.displace(old, { code: 'ECANCELED', delivery: 'not-sent', superseded: true });
  }

  /** Who makes room in a full queue. */
  get droppable(): Message | undefined {
    if (this.spec.overflow !== 'drop-oldest' || this.spec.queue === 0) return undefined;
    return this.waiting.find((message) => message !== this.handing);
  }

  drop(old: Message, message: Message): void {
    if (old === this.waiting[0]) this.refused = this.owed = false;
    remove(this.waiting, old);
    this.accept(message);
    this.displace(old, { code: 'ENOBUFS', delivery: 'not-sent' });
  }

  private displace(message: Message, outcome: Outcome): void {
    message.state = 'settled';
    message.outcome = outcome;
    this.displaced.push(message);
    this.events.push({ type: 'settled', message });
  }

  /** It cannot go now, and a newer one of its key waits. */
  private supersede(message: Message): void {
    const newer = this.waiting.some(({ key, accepted }) => key !== undefined && key === message.key && accepted > message.accepted);
    if (!newer) return;
    remove(this.waiting, message);
    this.displace(message, { code: 'ECANCELED', delivery: 'not-sent', superseded: true });
  }

  private tellDisplaced(): void {
    for (const message of this.displaced.splice(0)) this.told(message);
  }

  /** Everything that waits leaves. Returns how many. */
  withdraw(): number {
    if (this.closed) return 0;
    const { handing } = this;
    const leaving = this.waiting.filter((message) => message !== handing);
    if (handing === undefined) this.refused = this.owed = false;
    for (const message of leaving) {
      remove(this.waiting, message);
      this.events.push({ type: 'left', message });
      this.settle(message, { code: 'ECANCELED', delivery: 'not-sent' });
    }
    return leaving.length;
  }

  /** The link gives it back: it has not taken it, and takes nothing now. */
  giveBack(message: Message): void {
    if (!this.slots.includes(message)) {
      this.wire.finished(message);
      return this.strayTxDone('lateTxDone', message.token);
    }
    if (message.held) {
      this.occasion();
      return this.free(message, 'refused');
    }
    this.free(message, 'refused');
    this.returns++;
    message.comeBack();
    const before = this.waiting.findIndex((other) => !other.returned || other.place > message.place);
    this.waiting.splice(before < 0 ? this.waiting.length : before, 0, message);
    this.events.push({ type: 'busy', message });
    this.polls.cameBack();
    this.refused = true;
    this.owed = this.may = false;
    for (const other of [...this.waiting]) if (other.key === message.key) this.supersede(other);
    if (message.state === 'waiting' && message.hasWaitedLong) this.leave(message, { code: 'ETIME', clocks: ['queued'] }, false);
  }

  /** The device works on it; on the oldest, if nobody says. */
  progress(message: Message | undefined = this.slots[0]): void {
    if (message === undefined || message.held || !this.slots.includes(message)) return;
    this.events.push({ type: 'progress', message });
    message.progress();
  }

  refuse(message: Message, code: 'ESHUTDOWN' | 'ENOBUFS' | 'ENETDOWN'): void {
    remove(this.undecided, message);
    message.state = 'refused';
    message.stopClocks();
    message.outcome = { code, delivery: 'not-sent' };
    message.accepted = ++this.accepted;
    // One that is ignored, or whose sender is notified before it is accepted: neither is anybody's outcome that could be missed.
    this.outcomes.push(message);
  }

  answered(message: Message, answer: Answered): void {
    this.handing = this.preparing = undefined;
    if (typeof answer === 'object' && 'promised' in answer) this.broken(message);
    // It left while it was prepared, or the channel closed.
    if (message.state !== 'waiting') return;
    this.refused = answer === 'busy';
    if (answer === 'busy') {
      this.events.push({ type: 'busy', message });
      this.polls.refused();
      this.supersede(message);
    } else {
      remove(this.waiting, message);
      if (answer === 'accepted') this.sent(message);
      else if (answer === 'nonsense') this.takenPerhaps(message);
      else this.settle(message, { code: 'EIO', delivery: 'not-sent', cause: 'thrown' in answer ? answer.thrown : BROKEN });
    }
    this.runLater(answer === 'accepted' || answer === 'busy');
  }

  private sent(message: Message): void {
    this.slots.push(message);
    message.state = 'inFlight';
    message.sent(this.clocks);
    this.wire.handedOver(message);
    this.events.push({ type: 'sent', message });
    if (this.spec.method === 'poll') this.polls.sent();
  }

  /** Nobody knows whether the device has it. */
  private takenPerhaps(message: Message): void {
    this.broken(message);
    this.slots.push(message);
    this.wire.handedOver(message);
    this.hold(message);
    this.settle(message, { code: 'EIO', delivery: 'unknown', cause: BROKEN });
  }

  /** What happened inside `sendData`. A refused head is tried again at once only for a slot that a tx-done has freed. */
  private runLater(restrained: boolean): void {
    const { returns } = this;
    const { length } = this.slots;
    this.blinked = false;
    const { later } = this;
    this.later = [];
    for (const change of later) change();
    // A slot that was given back is none that a tx-done has freed.
    const freed = this.slots.length < length + returns - this.returns;
    if (!restrained || !this.refused || !this.owed || (freed && !this.blinked)) return;
    this.owed = false;
    // Where nothing may be handed over, what ends that tries again.
    if (!this.up || this.paused || this.resets) return;
    this.retry ??= this.clocks.start(1, () => {
      this.retry = undefined;
      this.occasion();
    });
  }

  /** @param token - What the tx-done carries. */
  txDone(meant: Message | undefined, token: number | undefined, outcome: Outcome): void {
    this.occasion();
    if (meant !== undefined && this.slots.includes(meant)) {
      const { held } = meant;
      if (held) this.events.push({ type: 'lateTxDone', message: meant });
      this.free(meant, 'txDone');
      if (!held) this.settle(meant, outcome);
      return;
    }
    if (meant !== undefined) this.wire.finished(meant);
    const late = meant !== undefined && token !== undefined;
    this.strayTxDone(late ? 'lateTxDone' : 'unknownTxDone', token);
  }

  strayTxDone(type: 'lateTxDone' | 'unknownTxDone' | 'broken', token: number | undefined): void {
    this.occasion();
    this.events.push({ type, token, optional: this.ended });
  }

  /** Somebody else's code did what it must not. */
  broken(message?: Message): void {
    this.events.push({ type: 'broken', message, optional: this.ended });
  }

  /** It was asked about, and there was no answer. */
  lost(message: Message, cause: unknown): void {
    this.broken(message);
    if (message.held) {
      message.muted = true;
      return;
    }
    if (this.spec.correlation === 'tagged') this.free(message, 'lost');
    else this.hold(message);
    this.settle(message, { code: 'EIO', delivery: 'unknown', cause });
  }

  /** @param pausing - Others may be about to leave, too. */
  leave(message: Message, why: Omit<Exclude<Outcome, { ack: unknown }>, 'delivery'>, pausing: boolean): void {
    // Its time in the queue: if the link gives it back, it leaves then.
    if (message.state === 'inFlight' && why.clocks?.includes('queued')) return;
    if (message.state === 'undecided') {
      this.refuse(message, 'ENOBUFS');
      message.outcome = { ...why, delivery: 'not-sent' };
    } else if (message.state === 'waiting') {
      if (message === this.waiting[0]) {
        this.refused = this.owed = false;
        this.paused ||= pausing;
      }
      remove(this.waiting, message);
      this.events.push({ type: 'left', message });
      this.settle(message, { ...why, delivery: 'not-sent' });
    } else if (message.state === 'inFlight') {
      this.events.push({ type: 'left', message });
      this.hold(message);
      this.paused ||= pausing;
      this.settle(message, { ...why, delivery: 'unknown' });
    }
  }

  /** Nobody waits for it any more, and its tx-done may still come. */
  private hold(message: Message): void {
    message.abortDue = true;
    this.may = true;
    if (this.quarantine === 0) {
      this.occasion();
      return this.free(message, 'left');
    }
    message.held = true;
    if (this.quarantine < Infinity) message.quarantine = this.clocks.start(this.quarantine, () => this.release(message));
    if (this.spec.correlation === 'untagged') this.events.push({ type: 'stalled', message });
    if (this.spec.reset && !this.resets) this.resetToCome = true;
  }

  /** The quarantine of somebody who left is over. */
  private release(message: Message): void {
    this.occasion();
    this.free(message, 'quarantine');
  }

  /** The turn is over: clocks begin to count, resets begin, pauses end. */
  turnEnded(): void {
    this.clocks.turnEnded();
    this.tellDisplaced();
    if (this.paused) this.occasion();
    if (this.resetToCome) this.may = true;
    const held = this.slots.some((message) => message.held);
    if (this.resetToCome && held) this.resetting = this.resetOwed = true;
    this.paused = this.resetToCome = false;
  }

  /** Everything that was handed over has ended. */
  resetDone(): void {
    this.occasion();
    this.resetToCome = this.resetting = false;
    this.events.push({ type: 'reset' });
    for (const message of [...this.slots]) {
      const { held } = message;
      this.free(message, 'reset');
      if (!held) this.settle(message, { code: 'ECONNRESET', delivery: 'unknown' });
    }
    this.wire.silence();
  }

  down(cause: unknown): void {
    if (!this.up || this.closed) return;
    this.up = false;
    this.owed = false;
    this.blinked = true;
    this.endEpoch();
    this.events.push({ type: 'down' });
    for (const message of [...this.slots]) {
      const { held } = message;
      if (!held) this.settle(message, { code: 'ENETDOWN', delivery: 'unknown', cause });
      this.free(message, 'down');
    }
    if (!this.fails) return;
    for (const message of this.waiting.splice(0)) this.settle(message, { code: 'ENETDOWN', delivery: 'not-sent', cause });
    this.refused = false;
  }

  private endEpoch(): void {
    this.resetToCome = this.resetting = this.resetOwed = false;
    this.clocks.stop(this.retry);
    this.retry = undefined;
  }

  goUp(): void {
    if (this.up || this.closed) return;
    this.up = true;
    this.wire.up();
    this.occasion();
    this.events.push({ type: 'up' });
  }

  /** What follows once {@link closed} is said. */
  end(cause: unknown): void {
    this.ended = true;
    this.endEpoch();
    this.tellDisplaced();
    for (const message of [...this.slots]) {
      const { held } = message;
      if (!held) this.settle(message, { code: 'ESHUTDOWN', delivery: 'unknown', cause });
      this.free(message, 'closed');
    }
    for (const message of this.waiting.splice(0)) this.settle(message, { code: 'ESHUTDOWN', delivery: 'not-sent', cause });
    this.refused = this.owed = this.paused = false;
    this.events.push({ type: 'closed' });
  }

  private settle(message: Message, outcome: Outcome): void {
    message.state = 'settled';
    message.outcome = outcome;
    this.told(message);
    this.events.push({ type: 'settled', message });
  }

  /** It has settled, and everybody hears of it now. */
  private told(message: Message): void {
    message.settled = ++this.settled;
    message.stopClocks();
    this.outcomes.push(message);
  }

  private free(message: Message, why: Freed): void {
    remove(this.slots, message);
    if (message.held && why !== 'closed') this.events.push({ type: 'freed', message, by: why });
    message.held = message.muted = false;
    this.clocks.stop(message.quarantine);
    message.quarantine = undefined;
    this.wire.freed(message, why);
  }
}
