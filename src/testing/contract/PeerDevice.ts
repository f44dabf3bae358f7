/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import type { Mailbox } from '../../Mailbox';
import type { Channel } from '../../Channel';
import type { ControllerDevice } from './ControllerFixture';

/** The other end of a controller that has two, as a device: its messages are taken when they arrive. */
export class PeerDevice<Tx, Rx> implements ControllerDevice<Tx, Rx> {
  readonly arrived: Tx[] = [];
  /** How many messages have been through all receivers. */
  returned = 0;
  /** A further receiver; may throw. */
  receiver: ((message: Tx) => void) | undefined;
  private channel: Channel<Rx, Tx, unknown> | undefined;
  /** Of messages in flight to the controller. */
  private tokens: number[] = [];

  constructor(
    private readonly mailbox: Mailbox<Rx, Tx, unknown>,
    private readonly index: number,
    /** Its tx-dones come from the application (`'ack'`). */
    private readonly acknowledges: boolean,
  ) {
    this.restore();
  }

  deliver(message: Rx): void {
    this.channel?.next(message);
  }

  /** Acknowledges what has been sent, where the application has to. */
  proceed(): void {
    if (this.acknowledges && !this.channel?.closed) for (const token of this.tokens.splice(0)) this.channel?.acknowledge({ token });
  }

  cut(): void {
    this.channel?.close();
  }

  restore(): void {
    this.channel = this.mailbox.requestChannel(this.index, { txQueueLength: 1000 });
    this.channel.subscribe((message) => this.arrived.push(message));
    this.channel.subscribe((message) => this.receiver?.(message));
    this.channel.subscribe(() => this.returned++);
    this.tokens = [];
    this.channel.events$.subscribe(({ type, token }) => type === 'sent' && this.tokens.push(token!));
  }
}
