import type { Subscription } from 'rxjs';
import { FULL, FULL_INT_IE, INT_IR } from './layout';
import { MailboxEnd } from './MailboxEnd';

/** The end that receives. */
export class Consumer<Tx, Rx> extends MailboxEnd<Tx, Rx> {
  private starting: Subscription | undefined;

  sendData(): never {
    throw new Error(`${this.name} is the consumer of mailbox ${this.mailbox}, and cannot send; expected the producer`);
  }

  override filled(): void {
    const { block, payload, base } = this;
    const message = payload.take(block, base);
    // It was cleared before it is told, so that the other processor finds room if the receiver makes it write again.
    if (message !== undefined) this.subscriber.next({ type: 'received', message });
    else if (block.read(INT_IR) & FULL(this.mailbox)) {
      // It would be asserted for good.
      this.subscriber.error(new Error(`${this.name}: the message in mailbox ${this.mailbox} is not one of ${payload.bits} bits`));
    }
  }

  /** What it finds is delivered, even if the interrupt was lost. */
  peekData(): boolean {
    const { block, payload, base } = this;
    const isFull = block.guard.run(() => payload.isFull(block, base));
    if (isFull) this.mailboxes.look();
    return isFull;
  }

  protected override start(): void {
    // In the next turn: what waits in the mailbox would be told before its owner can listen.
    this.starting = this.block.turns.schedule(() => {
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
