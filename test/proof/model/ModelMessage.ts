import type { ModelChannel } from './ModelChannel';
import type { ModelNotifier, ModelSignal } from './Model';
import type { Part } from './Stage';

/** A clock of `txTimeout` that runs. */
export interface Clock {
  readonly name: 'queued' | 'inFlight' | 'total';
  readonly limit: number;
  readonly due: number;
}

/** One message, as docs/semantics.md describes it. */
export class ModelMessage {
  state: 'new' | 'waiting' | 'inFlight' | 'settled' = 'new';
  token = 0;
  clocks: Clock[] = [];
  signal: ModelSignal | undefined;
  notifier: ModelNotifier | undefined;
  /** Its sender has unsubscribed, and gets nothing more. */
  gone = false;
  /** Its `subscribe()` has not returned. */
  subscribing = true;
  /** An operator behind `map` notifies its sender, not the channel. */
  notifiedByOperator = false;
  /** What it settled with, as it is written down. */
  outcome = '';

  constructor(
    readonly part: Part,
    readonly channel: ModelChannel,
  ) {}

  get pending(): boolean {
    return this.state === 'waiting' || this.state === 'inFlight';
  }

  startClock(name: Clock['name'], now: number): void {
    const limit = this.part.how.limits?.[name];
    if (limit !== undefined) this.clocks.push({ name, limit, due: now + limit });
  }

  stopClock(name: Clock['name']): void {
    this.clocks = this.clocks.filter((clock) => clock.name !== name);
  }
}
