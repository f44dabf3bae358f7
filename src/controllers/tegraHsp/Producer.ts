import { ignoreElements, interval, merge, type Observable, of, type SchedulerLike, Subject, takeWhile, tap } from 'rxjs';
import { EMPTY, EMPTY_INT_IE } from './layout';
import { MailboxEnd } from './MailboxEnd';

/**
 * The end that sends: one message at a time, and never over one that has not been read.
 *
 * ```
 *   send       if the mailbox is empty:  write the message and the flag, enable EMPTY
 *              if it is full:            say 'busy', enable EMPTY
 *   EMPTY      disable EMPTY, then tx-done, or `ready` after 'busy'
 * ```
 *
 * EMPTY means that the other processor has read the message. The interrupt shows it, and so does the flag when {@link flush} or
 * {@link reset} polls it. The first of them clears `inFlight`, so the second one finds nothing to report.
 */
export class Producer<Tx, Rx> extends MailboxEnd<Tx, Rx> {
  private inFlight: number | undefined;
  private refused = false;
  private readonly emptied$ = new Subject<void>();

  constructor(
    private readonly pollPeriod: number,
    private readonly ofMailbox: SchedulerLike,
    ...end: ConstructorParameters<typeof MailboxEnd<Tx, Rx>>
  ) {
    super(...end);
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { block, payload, base, mailboxes } = this;
    payload.check(message);
    return block.guard.run(() => {
      // The link has just gone down; the channel sends the message again when it is up.
      if (!mailboxes.isIntact()) return 'busy';
      // It may hold a message of an earlier owner, whose EMPTY is not a tx-done of ours.
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
    // Before notifying: the level stays asserted and would interrupt again.
    this.mailboxes.disable(EMPTY(this.mailbox));
    const { inFlight, refused } = this;
    this.forget();
    if (inFlight !== undefined) this.subscriber.next({ type: 'txDone', token: inFlight });
    else if (refused) this.subscriber.next({ type: 'ready' });
    this.emptied$.next();
  }

  /** Completes when the other processor has read everything, also what is sent meanwhile. */
  flush(): Observable<never> {
    return this.drain(() => this.inFlight !== undefined || this.refused);
  }

  /** A message cannot be withdrawn, so this waits until the other processor has read it. */
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

  /** Polls the flag, because an interrupt may be lost. */
  private drain(isPending: () => boolean): Observable<never> {
    const polls = merge(of(0), interval(this.pollPeriod, this.block.clock(this.ofMailbox))).pipe(tap(() => isPending() && this.poll()));
    return merge(polls, this.emptied$).pipe(takeWhile(isPending), ignoreElements());
  }

  private poll(): void {
    const { block, payload, base } = this;
    block.guard.run(() => {
      if (!payload.isFull(block, base) && this.mailboxes.isIntact()) this.emptied();
    });
  }
}
