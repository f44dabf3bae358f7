import type { ChannelEvent } from '../contract/ChannelEvent';
import { Notice, TOLD, type TxEntry, type TxSlot } from './TxEntry';

/**
 * The order in which things happen on one channel, whatever they are.
 *
 * 1. *Transitions* happen at once, except that what arrives from inside a call into the link is kept until that call has returned
 *    ({@link enter}, {@link defer}); so `sendData` is never re-entered and nothing sees half a transition. Then all of it comes before the
 *    next hand-over: a tx-done, or a `down`, concerns what was in flight when the link said so.
 * 2. *Hand-over* ({@link run}) goes on while there is a message and a slot. It is a loop: a link that answers at once, or a sender that
 *    sends again at once, cannot grow the stack.
 * 3. *Notification* ({@link notify}) comes last, in the order of what happened, and is never nested: trace events, then one message's
 *    report and its sender, then the next message's. So all listeners see one order, and a sender may send, cancel or close from inside
 *    its own completion.
 */
export abstract class TxTurn<E extends TxEntry<unknown, unknown>> {
  /** A call into the link is under way. */
  protected inLink = false;
  /** Something has happened since the last attempt that allows another one at a refused head. */
  protected wanted = false;
  /** Everything has settled after a close, and the streams are to end. */
  protected ending = false;
  /** What arrived from inside a call into the link. */
  private deferred: (() => void)[] | undefined = undefined;
  /** Settled, and not yet reported, linked by `next`; among them, where order demands it, what else is to be told. */
  private untold: TxSlot | undefined = undefined;
  /** None where only one is; mostly only one is. */
  private lastUntold: TxSlot | undefined = undefined;
  private parcels = 0;
  private running = false;
  private notifying = false;
  private events: ChannelEvent[] | undefined = undefined;

  /** Hands over what it may. */
  protected abstract fill(): void;
  /** One report, then its sender. Like the others here it must not throw. */
  protected abstract deliver(entry: E): void;
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
    this.running = true;
    try {
      if (this.deferred !== undefined) this.runDeferred();
      this.fill();
    } finally {
      this.running = false;
    }
    this.notify();
  }

  protected get deferring(): boolean {
    return this.deferred !== undefined;
  }

  protected runDeferred(): void {
    while (this.deferred !== undefined) {
      const { deferred } = this;
      this.deferred = undefined;
      for (const step of deferred) step();
    }
  }

  /** A message has settled and waits to be reported. */
  protected conclude(entry: E | Notice): void {
    if (this.untold === undefined) this.untold = entry;
    else {
      (this.lastUntold ?? this.untold).next = entry;
      this.lastUntold = entry;
    }
  }

  /** Something that arrived from inside a call into the link and is only told: it must not overtake the outcomes before it. */
  protected tellInTurn(tell: () => void): void {
    this.parcels++;
    this.conclude(new Notice(tell));
  }

  protected notify(): void {
    if (this.running || this.notifying || this.inLink) return;
    this.notifying = true;
    try {
      do {
        for (;;) {
          if (this.events !== undefined) this.flushEvents();
          const entry = this.untold;
          if (entry === undefined) break;
          this.untold = entry.next;
          entry.next = undefined;
          if (entry === this.lastUntold) this.lastUntold = undefined;
          if (entry.state === TOLD) {
            this.parcels--;
            (entry as Notice).tell();
          } else this.deliver(entry as E);
        }
        if (this.ending) {
          this.ending = false;
          this.ended();
        } else this.quiet();
      } while (this.untold !== undefined || this.events !== undefined || this.ending);
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
    if (this.parcels > 0) this.tellInTurn(() => this.trace(event));
    else (this.events ??= []).push(event);
  }

  private flushEvents(): void {
    while (this.events !== undefined) {
      const { events } = this;
      this.events = undefined;
      for (const event of events) this.trace(event);
    }
  }
}
