import { Observable, type ObservableInput, type Subscriber } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { Message, TxDone } from './Message';
import { remove } from './Wire';

/** What is done with each call that reaches the link. */
export interface LinkCalls {
  sendData(message: Message, token: number): 'accepted' | 'busy';
  lastTxDone(token: number): boolean | { ack?: TxDone; error?: unknown };
  abort(token: number): void;
  /** `reset()` is called. What it returns instead of an Observable, or throws, is no reset. */
  reset(): ObservableInput<never> | undefined;
  /** The reset has been subscribed. */
  resetting(reset: Subscriber<never>): void;
}

/** A link that does what the world says, and keeps who listens. */
export class WorldLink implements MailboxLink<Message, never, TxDone> {
  readonly events$ = new Observable<LinkEvent<never, TxDone>>((subscriber) => {
    this.subscriber = subscriber;
    if (this.startsDown) subscriber.next({ type: 'down' });
    return () => (this.subscriber = undefined);
  });
  subscriber: Subscriber<LinkEvent<never, TxDone>> | undefined;
  /** Its events have ended by themselves. */
  stopped = false;
  /** Resets under way. */
  readonly resets: Subscriber<never>[] = [];
  declare readonly reset?: () => ObservableInput<never>;

  constructor(
    private readonly calls: LinkCalls,
    canReset: boolean,
    private readonly startsDown: boolean,
  ) {
    if (canReset) this.reset = () => this.calls.reset() ?? new Observable((subscriber) => this.startReset(subscriber));
  }

  get subscribed(): boolean {
    return this.subscriber !== undefined;
  }

  emit(event: LinkEvent<never, TxDone>): void {
    this.subscriber?.next(event);
  }

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    return this.calls.sendData(message, token);
  }

  lastTxDone(token: number): boolean | { ack?: TxDone; error?: unknown } {
    return this.calls.lastTxDone(token);
  }

  abort(token: number): void {
    return this.calls.abort(token);
  }

  fail(reason: unknown): void {
    this.stopped = true;
    this.subscriber?.error(reason);
  }

  finish(): void {
    this.stopped = true;
    this.subscriber?.complete();
  }

  resetEnded(subscriber: Subscriber<never>): void {
    remove(this.resets, subscriber);
  }

  private startReset(subscriber: Subscriber<never>): () => void {
    this.resets.push(subscriber);
    this.calls.resetting(subscriber);
    return () => this.resetEnded(subscriber);
  }
}
