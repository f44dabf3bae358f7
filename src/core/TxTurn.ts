import type { ChannelEvent } from '../ChannelEvent';
import type { TxEntry } from './TxEntry';
import { TxList } from './TxList';

/**
 * The order in which things happen on one channel, whatever they are. Three layers, each finished before the next:
 *
 * 1. *Transitions* happen at once, except that what arrives from inside a call into the link is kept until that call has returned
 *    ({@link enter}, {@link defer}); so `sendData` is never re-entered and nothing sees half a transition.
 * 2. *Hand-over* ({@link run}) goes on while there is a message and a slot. It is a loop: a link that answers at once, or a sender that
 *    sends again at once, cannot grow the stack.
 * 3. *Notification* ({@link notify}) is never nested: trace events, then one message's report and its sender, then the next. So all
 *    listeners see one order, and a sender may send, cancel or close from inside its own completion.
 */
export abstract class TxTurn<E extends TxEntry<unknown, unknown>> {
  protected inLink = false;
  /** Something happened that allows another attempt at a refused head. */
  protected again = false;
  /** Everything has settled after a close, and the streams are to end. */
  protected ending = false;
  /** Settled, and not yet reported. */
  protected readonly outcomes = new TxList<E>();

  private running = false;
  private notifying = false;
  private deferred: (() => void)[] | undefined = undefined;
  private events: ChannelEvent[] | undefined = undefined;

  /** Hands over what it may. */
  protected abstract fill(): void;
  /** One report, then its sender. Like the next two it must not throw. */
  protected abstract deliver(entry: E): void;
  protected abstract trace(event: ChannelEvent): void;
  /** Everything is told after a close. */
  protected abstract ended(): void;
  /** All there was to tell is told; may cause more. */
  protected abstract quiet(): void;
  /** Whether anybody listens to {@link trace}. */
  protected abstract readonly tracing: boolean;

  /** A call into the link: what it causes is deferred until {@link runDeferred}. */
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

  protected runDeferred(): void {
    while (this.deferred !== undefined) {
      const work = this.deferred;
      this.deferred = undefined;
      for (const step of work) step();
    }
  }

  protected run(): void {
    if (this.running) {
      // From something deferred: the loop further up goes on with it.
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        this.runDeferred();
        this.fill();
      } while (this.again);
    } finally {
      this.running = false;
    }
    this.notify();
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
          this.deliver(entry);
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

  private flushEvents(): void {
    while (this.events !== undefined) {
      const { events } = this;
      this.events = undefined;
      for (const event of events) this.trace(event);
    }
  }
}
