import { Observable, type Subscriber } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { HspBlock } from './HspBlock';
import type { HspEnd, HspMailboxes } from './HspMailboxes';
import { mailboxAt } from './layout';
import type { Payload } from './payload';

/** One end of one mailbox, whichever. */
export abstract class MailboxEnd<Tx, Rx> implements MailboxLink<Tx, Rx, void>, HspEnd {
  readonly events$ = new Observable<LinkEvent<Rx, void>>((subscriber) => this.open(subscriber));
  protected readonly block: HspBlock;
  protected readonly base: number;
  protected subscriber!: Subscriber<LinkEvent<Rx, void>>;

  constructor(
    protected readonly mailboxes: HspMailboxes,
    protected readonly payload: Payload<Tx, Rx>,
    protected readonly mailbox: number,
    protected readonly name: string,
  ) {
    this.block = mailboxes.block;
    this.base = mailboxAt(mailbox);
  }

  abstract sendData(message: Tx, token: number): 'accepted' | 'busy';

  emptied(): void {
    // Only a producer enables that.
  }

  filled(): void {
    // Only a consumer.
  }

  down(reason: Error): void {
    this.forget();
    this.subscriber.next({ type: 'down', reason });
  }

  restart(): void {
    this.start();
    this.subscriber.next({ type: 'up' });
  }

  /** Writes the enables. */
  protected abstract start(): void;
  /** Takes them back. */
  protected abstract stop(): void;
  /** What was going on is over. */
  protected abstract forget(): void;

  /** An enable of this mailbox alone, in addition to the line's; only some variants have them. */
  protected enableHere(offset: number, enabled: 0 | 1): void {
    if (this.block.variant.mailboxEnables) this.block.write(this.base + offset, enabled);
  }

  private open(subscriber: Subscriber<LinkEvent<Rx, void>>): void {
    const { mailboxes, mailbox, block } = this;
    // In whatever direction and width: it is one register.
    if (mailboxes.isTaken(mailbox)) return subscriber.error(new ChannelBusyError(this.name));
    this.subscriber = subscriber;
    subscriber.add(() => {
      this.forget();
      block.attempt(() => this.stop());
      mailboxes.detach(mailbox, this);
    });
    mailboxes.attach(mailbox, this);
    block.guard.run(() => this.start());
  }
}
