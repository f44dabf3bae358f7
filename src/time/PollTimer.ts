import type { SchedulerLike, Unsubscribable } from 'rxjs';

/** What the poll timer visits. */
export interface Polled {
  readonly index: number;
  poll(): void;
  /** Whether to come again. */
  readonly pollable: boolean;
}

/**
 * The one poll timer of a mailbox.
 *
 * It asks about what has just been handed over at once (0 ms, but never from inside `send()`), then every period. It stops when no
 * channel has anything to ask about.
 *
 * @see Linux: `poll_hrt` of `struct mbox_controller`
 */
export class PollTimer {
  private readonly visited = new Set<Polled>();
  private timer: Unsubscribable | undefined = undefined;
  /** The timer stands at 0 ms. */
  private soon = false;
  /** Counts arms and fires: a scheduler may fire before `schedule` has returned. */
  private armed = 0;

  constructor(
    private readonly scheduler: SchedulerLike,
    private readonly period: number,
  ) {}

  /** Something was handed over: ask soon, and start the period anew from there. */
  askSoon(channel: Polled): void {
    this.visited.add(channel);
    if (this.soon) return;
    this.soon = true;
    this.arm(0);
  }

  /** Something was refused: ask within a period. */
  askLater(channel: Polled): void {
    this.visited.add(channel);
    if (this.timer === undefined) this.arm(this.period);
  }

  forget(channel: Polled): void {
    this.visited.delete(channel);
    if (this.visited.size === 0) this.disarm();
  }

  private arm(delay: number): void {
    this.timer?.unsubscribe();
    const armed = ++this.armed;
    const timer = this.scheduler.schedule(() => this.fire(), delay);
    if (armed === this.armed) this.timer = timer;
  }

  private disarm(): void {
    this.timer?.unsubscribe();
    this.timer = undefined;
    this.soon = false;
  }

  private fire(): void {
    this.armed++;
    this.soon = false;
    this.timer = undefined;
    // In channel order, as Linux does. A copy, because senders that are notified from here may close channels or send on others.
    for (const channel of [...this.visited].sort((a, b) => a.index - b.index)) {
      if (!this.visited.has(channel)) continue;
      channel.poll();
      if (!channel.pollable) this.visited.delete(channel);
    }
    if (this.visited.size === 0) this.disarm();
    else if (this.timer === undefined) this.arm(this.period);
  }
}
