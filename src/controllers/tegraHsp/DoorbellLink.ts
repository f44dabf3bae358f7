import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { Doorbells, RingListener } from './Doorbells';
import type { HspDoorbell } from './HspDoorbell';
import { DB_ENABLE, DB_TRIGGER, hex } from './layout';

/** Rings another processor, and is rung by it. A doorbell has no tx-done; the application's own protocol has to provide one. */
export class DoorbellLink implements MailboxLink<unknown, void, void>, RingListener {
  readonly events$ = new Observable<LinkEvent<void, void>>((subscriber) => this.open(subscriber));
  readonly txDone = 'ack';
  private subscriber!: Subscriber<LinkEvent<void, void>>;
  private starting: Subscription | undefined;
  /** ENABLE has been written for the other processor; it has to be cleared on close. */
  private admitted = false;

  constructor(
    private readonly doorbells: Doorbells,
    private readonly other: HspDoorbell,
    private readonly name: string,
  ) {}

  sendData(): 'accepted' {
    const { doorbells, other } = this;
    const { block } = doorbells;
    block.guard.run(() => {
      this.assertAllowed();
      block.write(doorbells.at(other) + DB_TRIGGER, 1);
    });
    return 'accepted';
  }

  rung(): void {
    this.subscriber.next({ type: 'received', message: undefined });
  }

  down(reason: Error): void {
    this.starting?.unsubscribe();
    this.subscriber.next({ type: 'down', reason });
  }

  restart(): void {
    this.start();
    this.subscriber.next({ type: 'up' });
  }

  private open(subscriber: Subscriber<LinkEvent<void, void>>): void {
    const { doorbells, other } = this;
    const { block } = doorbells;
    if (doorbells.isTaken(other)) return subscriber.error(new ChannelBusyError(this.name));
    this.subscriber = subscriber;
    subscriber.add(() => {
      this.starting?.unsubscribe();
      if (this.admitted) block.attempt(() => doorbells.admit(other, false));
      doorbells.detach(other, this);
    });
    doorbells.attach(other, this);
    block.guard.run(() => {
      this.assertAllowed();
      this.start();
    });
  }

  private start(): void {
    const { doorbells, other } = this;
    // Later: a pending ring would be delivered before the new owner can subscribe.
    this.starting = doorbells.block.asap.schedule(() =>
      doorbells.block.attempt(() => {
        doorbells.admit(other, true);
        this.admitted = true;
      }),
    );
  }

  private assertAllowed(): void {
    const { block, self, checks } = this.doorbells;
    if (!checks) return;
    const masters = block.word(this.doorbells.at(this.other) + DB_ENABLE);
    if ((masters >>> self.master) & 1) return;
    throw new Error(`${this.name}: doorbell ${this.other.index} does not let master ${self.master} ring; its ENABLE is ${hex(masters)}`);
  }
}
