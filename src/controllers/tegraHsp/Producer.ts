import { ignoreElements, interval, merge, type Observable, of, Subject, takeWhile, tap } from 'rxjs';
import { EMPTY, EMPTY_INT_IE } from './layout';
import { MailboxEnd } from './MailboxEnd';

/**
 * The end that sends: one message at a time, and never over one that has not been read.
 *
 * Tx-done is EMPTY: the other processor has read the message. It is learned from the interrupt, or from the flag by whoever polls
 * ({@link flush}, {@link reset}); `inFlight` is taken by the one that comes first, so the other finds nothing to tell.
 */
export class Producer<Tx, Rx> extends MailboxEnd<Tx, Rx> {
  private inFlight: number | undefined;
  private refused = false;
  private readonly settled = new Subject<void>();

  constructor(
    private readonly pollPeriod: number,
    ...end: ConstructorParameters<typeof MailboxEnd<Tx, Rx>>
  ) {
    super(...end);
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { block, payload, base, mailboxes } = this;
    payload.check(message);
    return block.guard.run(() => {
      // The link has gone down, and the message is asked for again when it is up.
      if (!mailboxes.isIntact()) return 'busy';
      // Also of an owner before: what it left is read first, and that is not a tx-done of ours.
      const isFull = (this.refused = payload.isFull(block, base));
      if (!isFull) {
        payload.put(block, base, message);
        this.inFlight = token;
      }
      block.attempt(() => {
        this.enableHere(EMPTY_INT_IE, 1);
        mailboxes.enable(EMPTY(this.mailbox));
      });
      return isFull ? 'busy' : 'accepted';
    });
  }

  override emptied(): void {
    // Before anybody is told: it is a level, and would go on.
    this.mailboxes.disable(EMPTY(this.mailbox));
    const { inFlight, refused } = this;
    this.forget();
    if (inFlight !== undefined) this.subscriber.next({ type: 'txDone', token: inFlight });
    else if (refused) this.subscriber.next({ type: 'ready' });
    this.settled.next();
  }

  /** Until the other processor has read everything, also what is sent meanwhile. */
  flush(): Observable<never> {
    return this.drain(() => this.inFlight !== undefined || this.refused);
  }

  /** Nothing can be taken back, so this waits until the other processor has read it. */
  reset(): Observable<never> {
    return this.drain(() => this.inFlight !== undefined);
  }

  protected override start(): void {
    if (this.mailboxes.isIntact()) this.mailboxes.disable(EMPTY(this.mailbox));
    this.enableHere(EMPTY_INT_IE, 0);
  }

  protected override stop(): void {
    this.enableHere(EMPTY_INT_IE, 0);
    if (this.mailboxes.isIntact()) this.mailboxes.disable(EMPTY(this.mailbox));
  }

  protected override forget(): void {
    this.inFlight = undefined;
    this.refused = false;
  }

  /** Asks the flag itself: an interrupt may be lost. */
  private drain(isPending: () => boolean): Observable<never> {
    const questions = merge(of(0), interval(this.pollPeriod, this.block.clock)).pipe(tap(() => isPending() && this.poll()));
    return merge(questions, this.settled).pipe(takeWhile(isPending), ignoreElements());
  }

  private poll(): void {
    const { block, payload, base } = this;
    block.guard.run(() => {
      if (!payload.isFull(block, base) && this.mailboxes.isIntact()) this.emptied();
    });
  }
}
