import { Observable, type Subscriber } from 'rxjs';
import type { LinkEvent, MailboxLink, TxDoneResult } from 'rx-mailbox';
import type { Action, NoEvent } from './Action';
import type { Referee } from './Referee';
import type { Part, Place, Stage } from './Stage';

/** A link that does what the script says, and writes down what it is called. */
export class RealLink implements MailboxLink<Part, string, number | undefined> {
  readonly events$ = new Observable<LinkEvent<string, number | undefined>>((subscriber) => {
    this.subscriber = subscriber;
    if (this.place.setup.startsDown) subscriber.next({ type: 'down' });
    return () => {
      this.subscriber = undefined;
      this.place.device.endEpoch();
      if (!this.ended) this.stage.log(this.place, 'unsubscribed');
    };
  });
  declare readonly reset?: () => Observable<never>;
  private subscriber: Subscriber<LinkEvent<string, number | undefined>> | undefined;
  private resetting: Subscriber<never> | undefined;
  private readonly flushing: Subscriber<never>[] = [];
  private ended = false;
  private inside = false;
  /** What `peekData` answers. */
  dataWait: Extract<Action, { do: 'peek' }>['answer'] = false;

  constructor(
    private readonly stage: Stage,
    private readonly referee: Referee,
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
    if (this.resetting !== undefined) this.referee.fouls.push(`rule 6: ${message.id} is handed over while the link is being reset`);
    this.inside = true;
    try {
      return this.answer(this.stage.onSendData(this.place, message, token)) as 'accepted' | 'busy';
    } finally {
      this.inside = false;
    }
  }

  lastTxDone(token: number): boolean | TxDoneResult<number | undefined> {
    if (this.resetting !== undefined) this.referee.fouls.push(`section 6: t${token} is asked about while the link is being reset`);
    return this.answer(this.stage.onQuestion(this.place, token)) as TxDoneResult<number | undefined>;
  }

  abort(token: number): undefined {
    return this.answer(this.stage.onAbort(this.place, token)) as undefined;
  }

  peekData(): boolean {
    return this.answer(this.dataWait) as boolean;
  }

  /** What the script says, in place of its name where it is no answer. */
  private answer(answer: unknown): unknown {
    if (answer === 'promise') return this.referee.rejection();
    if (answer === 'zero') return 0;
    if (answer === 'nothing') return undefined;
    return answer;
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
    this.place.device.endEpoch();
    if (failure === undefined) resetting.complete();
    else resetting.error(failure);
  }

  private startReset(subscriber: Subscriber<never>): () => void {
    this.resetting = subscriber;
    this.stage.onReset(this.place);
    const { reset } = this.place.setup;
    if (reset === 'throws') {
      this.resetting = undefined;
      this.place.device.endEpoch();
      throw `${reset} at once`;
    }
    if (reset !== 'later') this.endReset(reset === 'done' ? undefined : `${reset} at once`);
    return () => {
      if (this.resetting !== subscriber) return;
      this.resetting = undefined;
      this.stage.log(this.place, 'reset stopped');
    };
  }
}

/** What a link emits that is no event. */
export function junkOf(what: NoEvent): unknown {
  switch (what) {
    case 'null':
      return null;
    case 'type':
      return { type: 'done', token: 1 };
    case 'throws':
      return {
        get type() {
          throw 'read';
        },
      };
    case 'refused':
      return { type: 'refused' };
    case 'progress':
      return { type: 'progress', token: 'text' };
    case 'token':
      return { type: 'txDone', token: 'text' };
  }
}
