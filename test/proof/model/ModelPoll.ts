import type { Model, Timer } from './Model';
import type { ModelMessages } from './ModelMessages';

/** The longest time between two questions where nobody waits for the answer. */
const LONGEST = 1000;

/** The poll timer of a mailbox. */
export class ModelPoll {
  private next: { readonly due: number; readonly order: number } | undefined;
  /** It asks about what has just been handed over. */
  private soon = false;
  /** The time to the next round. */
  private pace = 0;
  private visited = new Set<ModelMessages>();

  constructor(
    private readonly world: Model,
    private readonly period: number | undefined,
  ) {}

  visits(channel: ModelMessages): boolean {
    return this.visited.has(channel);
  }

  /** A message was handed over. */
  askSoon(channel: ModelMessages): void {
    this.visited.add(channel);
    if (this.soon) return;
    this.soon = true;
    this.pace = this.period!;
    this.arm(0);
  }

  /** Within a period. */
  askLater(channel: ModelMessages): void {
    const { period } = this;
    if (period === undefined) return;
    this.visited.add(channel);
    if (this.next !== undefined && this.pace === period) return;
    this.pace = period;
    this.arm(period);
  }

  /** What was handed over has come back. */
  notSoon(): void {
    if (!this.soon) return;
    this.soon = false;
    this.arm(this.period!);
  }

  forget(channel: ModelMessages): void {
    this.visited.delete(channel);
    if (this.visited.size === 0) this.rest();
  }

  private fire(): void {
    this.rest();
    for (const channel of [...this.visited].sort((a, b) => a.place.number - b.place.number)) {
      if (!this.visited.has(channel)) continue;
      channel.poll();
      if (!channel.pollable) this.visited.delete(channel);
    }
    if (this.visited.size === 0) return this.rest();
    if (this.next !== undefined) return;
    const waitedFor = [...this.visited].some((channel) => channel.waitsForAnswer);
    this.pace = waitedFor ? this.period! : Math.min(2 * this.pace, Math.max(LONGEST, this.period!));
    this.arm(this.pace);
  }

  private arm(delay: number): void {
    this.next = { due: this.world.now + delay, order: this.world.nextOrder() };
  }

  private rest(): void {
    this.next = undefined;
    this.soon = false;
  }

  get timers(): Timer[] {
    return this.next === undefined ? [] : [{ ...this.next, scheduler: 0, at: [...this.visited], fire: () => this.fire() }];
  }
}
