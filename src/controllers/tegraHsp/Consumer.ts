import type { Subscription } from 'rxjs';
import { FULL, FULL_INT_IE, INT_IR } from './layout';
import { MailboxEnd } from './MailboxEnd';

/**
 * The end that receives:
 *
 * ```
 *   FULL       read the message, clear the mailbox, then deliver
 * ```
 */
export class Consumer<Tx, Rx> extends MailboxEnd<Tx, Rx> {
  private starting: Subscription | undefined;

  sendData(): never {
    throw new Error(`${this.name} is the consumer of mailbox ${this.mailbox}, and cannot send; expected the producer`);
  }

  override filled(): void {
    const { block, payload, base } = this;
    const message = payload.take(block, base);
    // The mailbox is clear already, so the other processor finds room if the receiver causes it to send again.
    if (message !== undefined) this.subscriber.next({ type: 'received', message });
    else if (block.read(INT_IR) & FULL(this.mailbox)) {
      // FULL would stay asserted for ever, so the channel has to end.
      this.subscriber.error(new Error(`${this.name}: the message in mailbox ${this.mailbox} is not one of ${payload.bits} bits`));
    }
  }

  /** Whether a message waits. It is then delivered soon, which also makes up for a lost interrupt. */
  peekData(): boolean {
    const { block, payload, base } = this;
    const isFull = block.guard.run(() => payload.isFull(block, base));
    if (isFull) this.mailboxes.serviceLater();
    return isFull;
  }

  protected override start(): void {
    // Later: a waiting message would be delivered before the new owner can subscribe.
    this.starting = this.block.asap.schedule(() => {
      this.starting = undefined;
      this.block.attempt(() => {
        if (!this.mailboxes.isIntact()) return;
        this.mailboxes.enable(FULL(this.mailbox));
        this.enableHere(FULL_INT_IE, 1);
      });
    });
  }

  protected override stop(): void {
    this.enableHere(FULL_INT_IE, 0);
    if (this.mailboxes.isIntact()) this.mailboxes.disable(FULL(this.mailbox));
  }

  protected override forget(): void {
    this.starting?.unsubscribe();
    this.starting = undefined;
  }
}
