import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { ChannelEvent } from '../contract/ChannelEvent';
import type { MailboxError } from '../contract/errors';
import type { TxReport } from '../contract/TxReceipt';

/** What the receivers' stream ends with, if it does not complete. */
export interface ChannelFailure {
  reason: unknown;
}

/**
 * The streams of one channel. Each is made when somebody asks for it, so an idle channel is small.
 *
 * After {@link end} everybody who still asks gets a stream that has ended the same way.
 */
export class ChannelStreams<Tx, Rx, Ack> {
  // Not of Rx: that would make a channel invariant in what it receives.
  private received: Subject<unknown> | undefined = undefined;
  private reports: Subject<TxReport<Tx, Ack>> | undefined = undefined;
  private events: Subject<ChannelEvent> | undefined = undefined;
  private idle: Subject<never> | undefined = undefined;
  private ups: BehaviorSubject<boolean> | undefined = undefined;
  private closing: Subject<never> | undefined = undefined;
  private ended: { failure: ChannelFailure | undefined; closed: MailboxError } | undefined = undefined;

  get received$(): Observable<Rx> {
    return (this.received ??= this.stream(this.ended?.failure)) as Observable<Rx>;
  }

  get reports$(): Observable<TxReport<Tx, Ack>> {
    return (this.reports ??= this.stream());
  }

  get events$(): Observable<ChannelEvent> {
    return (this.events ??= this.stream());
  }

  /** Completes at the next {@link drained}. */
  get idle$(): Observable<never> {
    return (this.idle ??= this.stream());
  }

  /** Errors when the channel has closed. */
  get closed$(): Observable<never> {
    return (this.closing ??= this.stream(this.ended && { reason: this.ended.closed }));
  }

  /** Whether the link is up: now, and whenever that changes. */
  up$(now: boolean): Observable<boolean> {
    this.ups ??= new BehaviorSubject(now);
    if (this.ended) this.ups.complete();
    return this.ups.asObservable();
  }

  /** Whether anybody has asked for {@link up$}. */
  get upAsked(): boolean {
    return this.ups !== undefined;
  }

  turned(up: boolean): void {
    this.ups?.next(up);
  }

  /** Whether `txDone$` has a subscriber. */
  get reported(): boolean {
    return this.reports?.observed ?? false;
  }

  /** Whether `events$` has a subscriber. */
  get traced(): boolean {
    return this.events?.observed ?? false;
  }

  receive(message: Rx): void {
    this.received?.next(message);
  }

  report(report: TxReport<Tx, Ack>): void {
    this.reports?.next(report);
  }

  trace(event: ChannelEvent): void {
    this.events?.next(event);
  }

  drained(): void {
    const { idle } = this;
    this.idle = undefined;
    idle?.complete();
  }

  end(failure: ChannelFailure | undefined, closed: MailboxError): void {
    this.ended = { failure, closed };
    if (failure) this.received?.error(failure.reason);
    else this.received?.complete();
    this.reports?.complete();
    this.events?.complete();
    this.ups?.complete();
    this.closing?.error(closed);
  }

  private stream<T>(failure?: ChannelFailure): Subject<T> {
    const subject = new Subject<T>();
    if (failure) subject.error(failure.reason);
    else if (this.ended) subject.complete();
    return subject;
  }
}
