import type { SchedulerLike } from 'rxjs';
import { Timer } from './Timer';

/** What the poll timer visits. */
export interface Polled {
  readonly index: number;
  poll(): void;
  /** Whether to come again. */
  readonly pollable: boolean;
  /** Whether somebody waits for the answer. Otherwise there are only held slots to ask about. */
  readonly urgent: boolean;
}

/** The longest time between two rounds where nobody waits: ms. */
const LONGEST = 1000;

/**
 * The one poll timer of a mailbox.
 *
 * It asks about what has just been handed over at once (0 ms, but never from inside `send()`), then every period. While only held slots are
 * asked about, each round comes after twice the last time. It stops when no channel has anything to ask about.
 *
 * @see Linux: `poll_hrt` of `struct mbox_controller`
 */
export class PollTimer {
  private readonly visited = new Set<Polled>();
  private readonly timer: Timer;
  /** The timer stands at 0 ms. */
  private soon = false;
  /** The time to the next round. */
  private pace: number;

  constructor(
    scheduler: SchedulerLike,
    private readonly period: number,
  ) {
    this.pace = period;
    this.timer = new Timer(scheduler, () => this.fire());
  }

  /** Something was handed over: ask soon, and start the period anew from there. */
  askSoon(channel: Polled): void {
    this.visited.add(channel);
    if (this.soon) return this.timer.revive(this.period, 0);
    this.soon = true;
    this.pace = this.period;
    this.timer.arm(0);
  }

  /** Something was refused: ask within a period. */
  askLater(channel: Polled): void {
    this.visited.add(channel);
    if (this.timer.armed && this.pace === this.period) this.timer.revive(this.period);
    else {
      this.pace = this.period;
      this.timer.arm(this.period);
    }
  }

  /** What was handed over has come back. */
  notSoon(): void {
    if (!this.soon) return;
    this.soon = false;
    this.timer.arm(this.period);
  }

  /** Arms the timer anew where it may never fire. */
  check(): void {
    if (this.timer.armed && this.timer.doubtful) this.timer.revive(this.period, this.soon ? 0 : this.period);
  }

  forget(channel: Polled): void {
    this.visited.delete(channel);
    if (this.visited.size === 0) this.disarm();
  }

  private disarm(): void {
    this.timer.disarm();
    this.soon = false;
  }

  private fire(): void {
    this.soon = false;
    // In channel order, as Linux does. A copy, because senders that are notified from here may close channels or send on others.
    for (const channel of [...this.visited].sort((a, b) => a.index - b.index)) {
      if (!this.visited.has(channel)) continue;
      channel.poll();
      if (!channel.pollable) this.visited.delete(channel);
    }
    if (this.visited.size === 0) this.disarm();
    else if (!this.timer.armed) this.again();
  }

  private again(): void {
    const urgent = [...this.visited].some((channel) => channel.urgent);
    this.pace = urgent ? this.period : Math.min(2 * this.pace, Math.max(LONGEST, this.period));
    this.timer.arm(this.pace);
  }
}
