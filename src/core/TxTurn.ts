import type { ChannelEvent } from '../ChannelEvent';
import { Parcel, RECEIVED, type TxEntry, type TxSlot } from './TxEntry';
import { TxList } from './TxList';

/**
 * The order in which things happen on one channel, whatever they are.
 *
 * 1. *Transitions* happen at once, except that what arrives from inside a call into the link is kept until that call has returned
 *    ({@link enter}, {@link defer}), and is then dealt with one by one, in its order; so `sendData` is never re-entered and nothing sees
 *    half a transition.
 * 2. *Hand-over* ({@link run}) follows each transition, while there is a message and a slot. It is a loop: a link that answers at once,
 *    or a sender that sends again at once, cannot grow the stack.
 * 3. *Notification* ({@link notify}) comes after that, and is never nested: trace events, then one message's report and its sender, then
 *    the next message's. So all listeners see one order, and a sender may send, cancel or close from inside its own completion.
 */
export abstract class TxTurn<E extends TxEntry<unknown, unknown>> {
  /** A call into the link is under way. */
  protected inLink = false;
  /** Something has happened since the last attempt that allows another one at a refused head. */
  protected wanted = false;
  /** Everything has settled after a close, and the streams are to end. */
  protected ending = false;
  /** What arrived from inside a call into the link. */
  protected deferred: (() => void)[] | undefined = undefined;
  /** Settled, and not yet reported. */
  private readonly outcomes = new TxList<TxSlot>();
  private running = false;
  private notifying = false;
  private events: ChannelEvent[] | undefined = undefined;

  /** Hands over what it may; returns early when something was deferred. */
  protected abstract fill(): void;
  /** One report, then its sender. Like the others here it must not throw. */
  protected abstract deliver(entry: E): void;
  protected abstract receive(message: unknown): void;
  protected abstract trace(event: ChannelEvent): void;
  /** Everything is told after a close. */
  protected abstract ended(): void;
  /** All there was to tell is told; may cause more. */
  protected abstract quiet(): void;
  /** Whether anybody listens to {@link trace}. */
  protected abstract readonly tracing: boolean;

  /** A call into the link: what it causes is deferred until the next {@link run}. */
  protected enter(call: () => void): void {
    const outer = this.inLink;
    this.inLink = true;
    try {
      call();
    } finally {
      this.inLink = outer;
    }
  }

  protected defer(work: () => void): void {
    (this.deferred ??= []).push(work);
  }

  /** After a transition that may allow a hand-over, or from inside a call that does: then the loop further up goes on with it. */
  protected run(): void {
    this.wanted = true;
    if (this.running) return;
    do {
      this.running = true;
      try {
        this.nextDeferred();
        this.fill();
      } finally {
        this.running = false;
      }
      this.notify();
    } while (this.deferred !== undefined);
  }

  /** A message has settled and waits to be reported. */
  protected conclude(entry: E): void {
    this.outcomes.push(entry);
  }

  /** A message that was received from inside a call into the link: it must not overtake the outcomes before it. */
  protected receiveInTurn(message: unknown): void {
    if (this.outcomes.first === undefined) this.receive(message);
    else this.outcomes.push(new Parcel(message));
  }

  protected notify(): void {
    if (this.running || this.notifying || this.inLink) return;
    this.notifying = true;
    try {
      do {
        for (;;) {
          this.flushEvents();
          const entry = this.outcomes.first;
          if (entry === undefined) break;
          this.outcomes.remove(entry);
          if (entry.state === RECEIVED) this.receive((entry as Parcel).message);
          else this.deliver(entry as E);
        }
        if (this.ending) {
          this.ending = false;
          this.ended();
        } else this.quiet();
      } while (this.outcomes.first !== undefined || this.events !== undefined || this.ending);
    } finally {
      this.notifying = false;
    }
  }

  /** Notes a transition for `events$`; emitted when it is complete, never in the middle. */
  protected note(type: ChannelEvent['type'], token?: number, error?: unknown): void {
    if (!this.tracing) return;
    const event: ChannelEvent = { type };
    if (token !== undefined) event.token = token;
    if (error !== undefined) event.error = error;
    (this.events ??= []).push(event);
  }

  private nextDeferred(): void {
    const { deferred } = this;
    if (deferred === undefined) return;
    const step = deferred.shift();
    if (deferred.length === 0) this.deferred = undefined;
    step?.();
  }

  private flushEvents(): void {
    while (this.events !== undefined) {
      const { events } = this;
      this.events = undefined;
      for (const event of events) this.trace(event);
    }
  }
}
