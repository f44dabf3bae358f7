import { Observable, type Subscriber } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { Part, Place, Result, Stage } from './Stage';

/** A link that does what the script says, and writes down what it is called. */
export class RealLink implements MailboxLink<Part, string, number | undefined> {
  readonly events$ = new Observable<LinkEvent<string, number | undefined>>((subscriber) => {
    this.subscriber = subscriber;
    if (this.place.setup.startsDown) subscriber.next({ type: 'down' });
    return () => {
      this.subscriber = undefined;
      this.place.device.down();
      if (!this.ended) this.stage.log(this.place, 'unsubscribed');
    };
  });
  declare readonly reset?: () => Observable<never>;
  private subscriber: Subscriber<LinkEvent<string, number | undefined>> | undefined;
  private resetting: Subscriber<never> | undefined;
  private readonly flushing: Subscriber<never>[] = [];
  private ended = false;
  private inside = false;

  constructor(
    private readonly stage: Stage,
    readonly place: Place,
  ) {
    if (place.setup.reset !== undefined) this.reset = () => new Observable((subscriber) => this.startReset(subscriber));
  }

  emit(event: LinkEvent<string, number | undefined>): void {
    this.subscriber?.next(event);
  }

  fail(reason: unknown): void {
    this.ended = true;
    this.subscriber?.error(reason);
  }

  finish(): void {
    this.ended = true;
    this.subscriber?.complete();
  }

  sendData(message: Part, token: number): 'accepted' | 'busy' {
    if (this.inside) throw new Error('sendData is re-entered');
    this.inside = true;
    try {
      return this.stage.onSendData(this.place, message, token);
    } finally {
      this.inside = false;
    }
  }

  lastTxDone(token: number): false | Result {
    return this.stage.onQuestion(this.place, token);
  }

  abort(token: number): void {
    this.stage.onAbort(this.place, token);
  }

  flush(limit: number): Observable<never> {
    return new Observable((subscriber) => {
      this.stage.log(this.place, `link flushes ${limit}`);
      this.flushing.push(subscriber);
      return () => {
        const at = this.flushing.indexOf(subscriber);
        if (at >= 0) this.flushing.splice(at, 1);
      };
    });
  }

  endFlush(failure: string | undefined): void {
    const subscriber = this.flushing.shift();
    if (failure === undefined) subscriber?.complete();
    else subscriber?.error(failure);
  }

  endReset(failure: string | undefined): void {
    const { resetting } = this;
    if (resetting === undefined) return;
    this.resetting = undefined;
    if (failure === undefined) {
      this.place.device.quiet();
      resetting.complete();
    } else {
      this.place.device.down();
      resetting.error(failure);
    }
  }

  private startReset(subscriber: Subscriber<never>): () => void {
    this.stage.log(this.place, 'reset');
    this.resetting = subscriber;
    const { reset } = this.place.setup;
    if (reset !== 'later') this.endReset(reset === 'fails' ? 'no reset' : undefined);
    return () => {
      if (this.resetting !== subscriber) return;
      this.resetting = undefined;
      this.stage.log(this.place, 'reset stopped');
    };
  }
}
