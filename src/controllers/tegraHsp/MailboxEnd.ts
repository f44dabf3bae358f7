import { Observable, type Subscriber } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { HspBlock } from './HspBlock';
import type { HspEnd, HspMailboxes } from './HspMailboxes';
import { mailboxAt } from './layout';
import type { HspPayload } from './HspPayload';

/** What both ends of a mailbox have in common. */
export abstract class MailboxEnd<Tx, Rx> implements MailboxLink<Tx, Rx, void>, HspEnd {
  readonly events$ = new Observable<LinkEvent<Rx, void>>((subscriber) => this.open(subscriber));
  protected readonly block: HspBlock;
  protected readonly base: number;
  protected subscriber!: Subscriber<LinkEvent<Rx, void>>;

  constructor(
    protected readonly mailboxes: HspMailboxes,
    protected readonly payload: HspPayload<Tx, Rx>,
    protected readonly mailbox: number,
    protected readonly name: string,
  ) {
    this.block = mailboxes.block;
    this.base = mailboxAt(mailbox);
  }

  abstract sendData(message: Tx, token: number): 'accepted' | 'busy';

  emptied(): void {
    // Only a producer enables EMPTY.
  }

  filled(): void {
    // Only a consumer enables FULL.
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
  /** Clears the enables. */
  protected abstract stop(): void;
  /** Drops what is in progress. */
  protected abstract forget(): void;

  /** Writes the enable in the mailbox itself; only some variants have one in addition to the line's. */
  protected enableHere(offset: number, enabled: 0 | 1): void {
    if (this.block.variant.mailboxEnables) this.block.write(this.base + offset, enabled);
  }

  private open(subscriber: Subscriber<LinkEvent<Rx, void>>): void {
    const { mailboxes, mailbox, block } = this;
    // Whatever direction and width the other owner uses: it is the same register.
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
