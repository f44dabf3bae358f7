import type { Model } from './Model';
import type { ModelChannel } from './ModelChannel';
import { ModelMessage } from './ModelMessage';
import type { Part } from './Stage';
import { canceled } from './texts';

/** One subscription of `sendTo`: what waits for a place, and what is pending. */
export class ModelSendTo {
  private waiting: Part[] = [];
  private pending: ModelMessage[] = [];
  private ended = false;
  private sending = false;
  private closed = false;

  constructor(
    private readonly world: Model,
    private readonly channel: ModelChannel,
    private readonly most: number,
    private readonly name: string,
  ) {}

  /** The source emits all of these, and completes. */
  run(parts: readonly Part[]): void {
    for (const part of parts) {
      if (this.closed) return;
      this.waiting.push(part);
      this.goOn();
    }
    this.ended = true;
    this.goOn();
  }

  /** Sends as long as there are places. */
  goOn(): void {
    if (this.sending) return;
    this.sending = true;
    while (this.mayPend && this.channel.hasPlace) this.send(this.waiting.shift()!);
    this.sending = false;
    // It keeps its turn among those that wait for a place.
    this.channel.waitForPlace(this, this.mayPend);
    if (!this.ended || this.closed || this.waiting.length > 0 || this.pending.length > 0) return;
    this.closed = true;
    this.world.log(this.channel.place, `${this.name} completed`);
  }

  private get mayPend(): boolean {
    return !this.closed && this.waiting.length > 0 && this.pending.length < this.most;
  }

  private send(part: Part): void {
    const message = new ModelMessage(part, this.channel);
    message.stream = this;
    this.pending.push(message);
    this.channel.send(message);
    message.subscribing = false;
  }

  /** A message's report has come out. */
  settled(message: ModelMessage, outcome: string): void {
    // A message that was refused has no token, and every report has one.
    if (message.token === 0) this.channel.mailbox.takeToken();
    if (!this.closed) this.world.told(message, outcome);
    this.pending = this.pending.filter((other) => other !== message);
    this.goOn();
  }

  stop(): void {
    if (this.closed) return;
    this.closed = true;
    this.world.log(this.channel.place, `${this.name} completed`);
    this.channel.waitForPlace(this, false);
    for (const message of [...this.pending]) message.gone = true;
    for (const message of [...this.pending]) if (message.pending) message.channel.leave(message, (delivery) => canceled(delivery), true);
  }
}
