import type { ChannelEvent, FreedBy } from '../contract/ChannelEvent';
import { Notice } from './Notice';
import type { Notified } from './TxEffects';
import type { TxEntry } from './TxEntry';

/**
 * The order in which things happen on one channel, whatever they are (rule 7).
 *
 * 1. *Transitions* happen at once. Only what arrives from inside a call into the link waits until that call has returned
 *    ({@link callLink}, {@link defer}). So `sendData` is never re-entered, and nobody sees half a transition. All of it comes before the
 *    next hand-over: a tx-done, or a `down`, concerns what was in flight when the link said so.
 * 2. *Hand-over* is a loop. A link that answers at once, or a sender that sends again at once, cannot grow the stack.
 * 3. *Notification* ({@link notify}) comes last, in the order of what happened, and is never nested: trace events, then one message's
 *    report and its sender, then the next message's. So all listeners see one order, and a sender may send, cancel or close from inside
 *    its own completion.
 */
export class Sequencer<E extends TxEntry<unknown, unknown>> {
  /** A call into the link is under way. */
  insideLink = false;
  /** The hand-over loop is under way. */
  handingOver = false;
  /** The channel has closed: once everybody has been notified, the streams end. */
  ending = false;
  private notifying = false;
  /** What arrived from inside a call into the link. Read from outside to save a call where there is nothing. */
  deferred: (() => void)[] | undefined = undefined;
  /** Settlements not yet delivered, oldest first, linked by `next`. Notices that must not overtake them are in the same list. */
  private first: E | Notice | undefined = undefined;
  /** Undefined where there is only one; mostly there is only one. */
  private last: E | Notice | undefined = undefined;
  private notices = 0;
  private events: ChannelEvent[] | undefined = undefined;
  /** When the call into the channel that is under way has noted its first event. */
  private now: number | undefined = undefined;

  constructor(private readonly notified: Notified<E>) {}

  /** Calls into the link: what it causes is deferred until {@link runDeferred}. */
  callLink(call: () => void): void {
    const outer = this.insideLink;
    this.insideLink = true;
    try {
      call();
    } finally {
      this.insideLink = outer;
    }
  }

  defer(transition: () => void): void {
    (this.deferred ??= []).push(transition);
  }

  runDeferred(): void {
    while (this.deferred !== undefined) {
      const { deferred } = this;
      this.deferred = undefined;
      for (const transition of deferred) transition();
    }
  }

  /** A lone outcome that could not be delivered. What has been queued since comes after it. */
  queueFirst(entry: E): void {
    const { first } = this;
    entry.next = first as E | undefined;
    this.first = entry;
    if (first !== undefined) this.last ??= first;
  }

  /** Something that must not overtake the outcomes before it. */
  queueNotice(notify: () => void): void {
    this.notices++;
    this.queue(new Notice(notify));
  }

  /** A message has settled. */
  queueOutcome(entry: E): void {
    this.queue(entry);
  }

  private queue(item: E | Notice): void {
    if (this.first === undefined) this.first = item;
    else {
      (this.last ?? this.first).next = item;
      this.last = item;
    }
  }

  /** Notes a transition for `events$`. It is emitted when the transition is complete, never in the middle. */
  note(type: ChannelEvent['type'], token?: number, error?: unknown, by?: FreedBy): void {
    if (!this.notified.tracing) return;
    const event: ChannelEvent = { type, at: (this.now ??= this.notified.now()) };
    if (token !== undefined) event.token = token;
    if (error !== undefined) event.error = error;
    if (by !== undefined) event.by = by;
    if (this.notices > 0) this.queueNotice(() => this.notified.trace(event));
    else (this.events ??= []).push(event);
  }

  /** Nothing is queued, and nobody is about to deliver anything. */
  get nothingQueued(): boolean {
    return this.first === undefined && !this.handingOver && !this.notifying;
  }

  /** Notifies of everything that there is; of a lone outcome first. */
  notify(lone?: E): void {
    if (this.handingOver || this.notifying || this.insideLink) return;
    this.notifying = true;
    try {
      if (lone !== undefined) {
        if (this.events !== undefined) this.emitEvents();
        this.notified.deliver(lone);
      }
      do {
        for (;;) {
          if (this.events !== undefined) this.emitEvents();
          const item = this.first;
          if (item === undefined) break;
          this.first = item.next as E | Notice | undefined;
          item.next = undefined;
          if (item === this.last) this.last = undefined;
          // Notices are rare: mostly the class need not be asked for.
          if (this.notices > 0 && item instanceof Notice) this.notifyOf(item);
          else this.notified.deliver(item as E);
        }
        if (this.ending) this.end();
        else this.notified.afterNotifying();
      } while (this.first !== undefined || this.events !== undefined || this.ending);
    } finally {
      this.notifying = false;
      this.now = undefined;
    }
  }

  private notifyOf(notice: Notice): void {
    this.notices--;
    notice.notify();
  }

  private end(): void {
    this.ending = false;
    this.notified.ended();
  }

  private emitEvents(): void {
    while (this.events !== undefined) {
      const { events } = this;
      this.events = undefined;
      // What is caused from now on is caused by another call.
      this.now = undefined;
      for (const event of events) this.notified.trace(event);
    }
  }
}
