import type { ModelChannel } from './ModelChannel';
import type { ModelNotifier, ModelSignal } from './Model';
import { ModelClock } from './ModelClock';
import type { ModelSendTo } from './ModelSendTo';
import type { Part } from './Stage';

/** One message, as docs/semantics.md describes it. */
export class ModelMessage {
  state: 'new' | 'waiting' | 'inFlight' | 'settled' = 'new';
  token = 0;
  clocks: ModelClock[] = [];
  signal: ModelSignal | undefined;
  notifier: ModelNotifier | undefined;
  /** Its place in the order of first hand-overs; 0 before that. */
  turn = 0;
  /** Of `latest`. */
  key: number | undefined;
  /** `txPrepare` has run since it joined the queue. */
  prepared = false;
  /** Its sender has unsubscribed, and gets nothing more. */
  gone = false;
  /** Its `subscribe()` has not returned. */
  subscribing = true;
  /** An operator behind others notifies its sender, not the channel. */
  notifiedByOperator = false;
  /** It is sent by `sendTo`. */
  stream: ModelSendTo | undefined;
  /** What it settled with, as it is written down. */
  outcome = '';

  constructor(
    readonly part: Part,
    readonly channel: ModelChannel,
  ) {}

  get pending(): boolean {
    return this.state === 'waiting' || this.state === 'inFlight';
  }

  startClock(name: ModelClock['name']): void {
    const limit = this.part.how.limits?.[name];
    if (limit === undefined) return;
    const clock = new ModelClock(this, name, limit);
    this.clocks.push(clock);
    const { otherTurn, turn } = this.channel.mailbox;
    (this.part.how.elsewhere ? otherTurn : turn).begin(limit, clock);
  }

  stopClock(name: ModelClock['name']): void {
    for (const clock of this.clocks) if (clock.name === name) clock.stop();
  }

  stopClocks(): void {
    for (const clock of this.clocks) clock.stop();
    this.clocks = [];
  }
}
