import { ChannelClosedError, LinkDownError, TxFailedError, type Delivery, type MailboxError } from '../contract/errors';
import { DONE, FAILED, IN_FLIGHT, ORPHAN, WAITING, type HeldSlot, type TxEntry, type TxSlot } from './TxEntry';
import { show } from '../contract/checks';
import { TxQueue, type TokenSource, type TxQueueSettings } from './Slots';
import { TxTurn } from './Sequencer';

export interface TxSchedulerSettings extends TxQueueSettings {
  /** How long a slot is held after its sender left: ms, 0, or Infinity. */
  readonly quarantine: number;
}

/** Makes the error of a message that leaves, once it is known how far the message came. */
export type LeaveReason = (delivery: Delivery) => MailboxError;

/** What `lastTxDone` may answer. */
export type TxDoneAnswer<Ack> = boolean | { ack?: Ack; error?: unknown };

/**
 * What may happen to the messages of one channel. Pure: effects are the abstract methods, time is somebody else's, and the order of
 * effects is {@link TxTurn}'s.
 */
export abstract class TxScheduler<Tx, Ack, E extends TxEntry<Tx, Ack>> extends TxTurn<E> {
  readonly queue: TxQueue<E>;
  closed = false;
  /** No more sends; closes when everything accepted has settled. */
  completing = false;
  /** The head was refused with `'busy'` and waits for another attempt. */
  protected refused = false;

  constructor(
    readonly settings: TxSchedulerSettings,
    tokens: TokenSource,
  ) {
    super();
    this.queue = new TxQueue<E>(settings, tokens);
  }

  /** How the channel is called in error texts. */
  abstract readonly name: string;

  /** The application's last word on a message before it is handed over; may do anything, also throw. False: it had none. */
  protected abstract prepare(entry: E): boolean;
  /** Hands one message to the link. May throw. */
  protected abstract handOver(entry: E): 'accepted' | 'busy';
  /** The message went in flight. */
  protected abstract sent(entry: E): void;
  /** Asks about one message; may throw. */
  protected abstract lastTxDone(token: number): TxDoneAnswer<Ack>;
  /** Tells the link that a sender left this message in flight. */
  protected abstract abort(token: number): void;
  /** A slot is held for a sender that left: start what may free it. */
  protected abstract held(stone: HeldSlot): void;
  /** The epoch is over: stop a reset that is under way. */
  protected abstract wireLost(): void;
  /** Let go of the link. */
  protected abstract shutdown(): void;
  /** Nothing waits, and nothing is in flight. */
  protected abstract drained(): void;

  /** Even a send that is then refused is an occasion to try a refused head again, which may make room. Anything may come of that. */
  protected makeRoom(): void {
    if (this.refused && !this.inLink && this.queue.full) this.run();
  }

  /** Takes a message into the queue, or says that it is full. */
  submit(entry: E): boolean {
    if (this.queue.full) return false;
    this.queue.accept(entry);
    if (this.tracing) this.note('queued', entry.token);
    // From inside sendData it is part of that attempt: the loop that made it goes on with the queue.
    if (this.inLink) return true;
    if (this.queue.head !== undefined) this.run();
    else this.notify();
    return true;
  }

  txDone(token: number | undefined, ack: Ack, error: unknown): void {
    // In a method of its own: a closure here would cost every call a context object, also where it is not made.
    if (this.inLink) return this.deferTxDone(token, ack, error);
    const found = this.queue.match(token);
    if (typeof found === 'string') this.note(found, token, error);
    else this.finish(found, ack, error);
    this.run();
  }

  private deferTxDone(token: number | undefined, ack: Ack, error: unknown): void {
    this.defer(() => this.txDone(token, ack, error));
  }

  /** A tx-done that the channel's method does not allow: it settles nothing. */
  strayTxDone(token: number | undefined, error: unknown): void {
    if (this.inLink) return this.defer(() => this.strayTxDone(token, error));
    this.note('unknownTxDone', token, error);
    this.run();
  }

  /** There may be room again for a refused head. */
  ready(): void {
    if (this.inLink) return this.defer(() => this.ready());
    this.run();
  }

  /** Asks about everything that holds a slot, and tries a refused head again. */
  poll(): void {
    if (this.inLink) return this.defer(() => this.poll());
    let taken: (() => void)[] | undefined;
    this.enter(() => {
      for (let slot = this.queue.oldest; slot !== undefined; slot = this.queue.after(slot)) {
        const finish = this.ask(slot);
        if (finish !== undefined) (taken ??= []).push(finish);
      }
    });
    if (taken !== undefined) for (const finish of taken) finish();
    this.run();
  }

  /** The sender gives up: what waits is withdrawn, what is in flight leaves its slot behind, what has settled stays as it is. */
  leave(entry: E, reason: LeaveReason): void {
    if (this.inLink) return this.defer(() => this.leave(entry, reason));
    if (entry.state === WAITING) {
      const wasHead = entry === this.queue.waiting;
      this.queue.withdraw(entry);
      const error = reason('not-sent');
      this.note('left', entry.token, error);
      this.settle(entry, FAILED, error);
      // Only a head that leaves passes its turn on; another is no occasion to bother a link that said 'busy'.
      if (!wasHead) return this.notify();
      this.refused = false;
      this.run();
    } else if (entry.state === IN_FLIGHT) {
      const error = reason('unknown');
      this.note('left', entry.token, error);
      this.abandon(entry);
      this.settle(entry, FAILED, error);
      this.run();
    }
  }

  /** The quarantine of an abandoned slot is over. */
  release(stone: HeldSlot): void {
    if (this.inLink) return this.defer(() => this.release(stone));
    if (stone.state !== ORPHAN) return;
    this.queue.free(stone);
    this.run();
  }

  /** The wire has been made quiet: no held slot can see its tx-done any more. */
  releaseHeld(): void {
    if (this.inLink) return this.defer(() => this.releaseHeld());
    for (let slot = this.queue.oldest; slot !== undefined;) {
      const next = this.queue.after(slot);
      if (slot.state === ORPHAN) this.queue.free(slot);
      slot = next;
    }
    this.run();
  }

  /** Ends an epoch. */
  down(reason: unknown): void {
    if (this.inLink) return this.defer(() => this.down(reason));
    if (!this.queue.up || this.closed) return;
    this.queue.up = false;
    this.refused = false;
    this.note('down', undefined, reason);
    this.enter(() => this.wireLost());
    this.failSlots(() => new LinkDownError(this.name, reason === undefined ? undefined : { cause: reason }));
    this.run();
  }

  up(): void {
    if (this.inLink) return this.defer(() => this.up());
    if (this.queue.up || this.closed) return;
    this.queue.up = true;
    this.note('up');
    this.run();
  }

  /** The graceful end: what was accepted goes on, then the channel closes. */
  drain(): void {
    this.completing = true;
    this.notify();
  }

  /** Free now: everything pending fails, with a cause where there is one. `closed` says so before anything else is done. */
  close(options?: { cause: unknown }): void {
    if (this.closed) return;
    this.closed = true;
    if (this.inLink) this.defer(() => this.end(options));
    else this.end(options);
  }

  private end(options: { cause: unknown } | undefined): void {
    const makeError = (delivery: Delivery): MailboxError => new ChannelClosedError(this.name, delivery, options);
    this.enter(() => {
      this.wireLost();
      this.shutdown();
    });
    this.failSlots(() => makeError('unknown'));
    for (let entry = this.queue.waiting; entry !== undefined; entry = this.queue.waiting) {
      this.queue.withdraw(entry);
      this.settle(entry, FAILED, makeError('not-sent'));
    }
    this.note('closed', undefined, options?.cause);
    this.ending = true;
    this.run();
  }

  private failSlots(makeError: () => MailboxError): void {
    for (let slot = this.queue.oldest; slot !== undefined; slot = this.queue.oldest) {
      const orphan = slot.state === ORPHAN;
      this.queue.free(slot);
      if (!orphan) this.settle(slot as E, FAILED, makeError());
    }
  }

  /** A tx-done found its slot. */
  private finish(slot: TxSlot, ack: Ack, error: unknown, delivery: Delivery = 'sent'): void {
    const orphan = slot.state === ORPHAN;
    this.queue.free(slot);
    if (orphan) this.note('lateTxDone', slot.token, error);
    else if (error === undefined) this.settle(slot as E, DONE, ack);
    else this.settle(slot as E, FAILED, new TxFailedError(delivery, FAILURE[delivery], error));
  }

  private settle(entry: E, state: typeof DONE | typeof FAILED, outcome: Ack | MailboxError): void {
    entry.state = state;
    entry.outcome = outcome;
    if (this.tracing) this.note('settled', entry.token, state === FAILED ? outcome : undefined);
    this.conclude(entry);
  }

  /** What becomes of the slot of a message whose sender leaves it in flight. */
  private abandon(entry: E): void {
    this.enter(() => this.abort(entry.token));
    if (this.settings.quarantine === 0) return this.queue.free(entry);
    const stone = this.queue.bury(entry);
    if (this.settings.correlation === 'untagged') this.note('stalled', entry.token);
    this.enter(() => this.held(stone));
  }

  /** What is to be done about this slot, if it has been taken. */
  private ask(slot: TxSlot): (() => void) | undefined {
    try {
      const answer = this.lastTxDone(slot.token);
      if (answer === false) return undefined;
      const { ack, error } = answer === true ? ({} as { ack?: Ack; error?: unknown }) : answer;
      return () => this.finish(slot, ack as Ack, error);
    } catch (error) {
      // Nobody would ever know more about this message; to wait for ever would be the worse answer.
      return () => this.finish(slot, undefined as Ack, error, 'unknown');
    }
  }

  protected fill(): void {
    const { queue } = this;
    for (let { head } = queue; head !== undefined; head = queue.head) {
      if (this.refused && !this.wanted) return;
      this.attempt(head);
      if (this.deferring) this.runDeferred();
    }
  }

  private attempt(head: E): void {
    let answer: unknown;
    try {
      if (this.prepare(head)) {
        // It may have left, or closed the channel, or let the link go down: then its turn is over before it has come.
        if (this.deferring) this.runDeferred();
        if (this.queue.head !== head) return;
      }
      // Whatever `prepare` did is made up for by this attempt.
      this.wanted = false;
      this.inLink = true;
      answer = this.handOver(head);
    } catch (error) {
      this.inLink = false;
      return this.threw(head, error);
    }
    this.inLink = false;
    if (answer !== 'accepted') return this.notAccepted(head, answer);
    this.refused = false;
    this.queue.sent(head);
    if (this.tracing) this.note('sent', head.token);
    this.sent(head);
  }

  private notAccepted(head: E, answer: unknown): void {
    this.refused = answer === 'busy';
    if (this.refused) return this.note('busy', head.token);
    // The device may have it all the same, and may yet report on it: its slot is nobody else's.
    const error = brokenContract(answer);
    this.queue.sent(head);
    this.abandon(head);
    this.settle(head, FAILED, error);
  }

  private threw(head: E, error: unknown): void {
    // In `prepare`, after it had left.
    if (head.state !== WAITING) return;
    this.refused = false;
    this.queue.withdraw(head);
    this.settle(head, FAILED, new TxFailedError('not-sent', FAILURE['not-sent'], error));
  }

  protected quiet(): void {
    // First: who waits for the channel to drain must hear of that rather than of the end that may follow.
    if (this.queue.idle) this.drained();
    if (this.completing && this.queue.settled) this.close();
  }
}

const FAILURE = { sent: 'the device reported a failure', unknown: 'lastTxDone threw', 'not-sent': 'not handed over' } as const;

function brokenContract(answer: unknown): TxFailedError {
  const cause = new TypeError(`sendData returned ${show(answer)}; expected 'accepted' or 'busy'`);
  return new TxFailedError('unknown', 'the controller broke its contract', cause);
}
