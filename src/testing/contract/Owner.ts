/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import type { Subscription } from 'rxjs';
import type { Channel } from '../../Channel';
import { isMailboxError } from '../../contract/errors';
import type { Session } from './Session';

/** One message of an owner, and what its sender was told. */
export interface Sent<Tx> {
  /** Its number, if it is not one of the samples. */
  readonly n: number | undefined;
  readonly message: Tx;
  /** `'ok'`, or the code of an error; more than one is a mistake. */
  readonly told: string[];
  ack?: unknown;
  /** When it was told ok, the other end had taken it. */
  wasTaken?: boolean;
  /** `not-sent`, `unknown`, `sent`. */
  delivery?: string;
  /** Its sender left, and is told nothing. */
  left: boolean;
  subscription?: Subscription;
}

/** Somebody who has a channel: sends, and remembers. */
export class Owner<Tx, Rx, Ack> {
  readonly sent: Sent<Tx>[] = [];
  readonly received: Rx[] = [];

  constructor(
    readonly session: Session<Tx, Rx, Ack>,
    readonly index: number,
    readonly channel: Channel<Tx, Rx, Ack>,
  ) {
    channel.subscribe((message) => this.received.push(message));
  }

  /** @param told - Called from inside the sender's completion or error. */
  send(told?: (sent: Sent<Tx>) => void): Sent<Tx> {
    const n = this.session.number();
    return this.sendMessage(this.session.fixture.message(n), n, told);
  }

  sendMessage(message: Tx, n?: number, told?: (sent: Sent<Tx>) => void): Sent<Tx> {
    const sent: Sent<Tx> = { n, message, told: [], left: false };
    this.sent.push(sent);
    const tell = (what: string): void => {
      sent.told.push(what);
      told?.(sent);
    };
    sent.subscription = this.channel.send(message).subscribe({
      next: ({ ack }) => {
        sent.ack = ack;
        sent.wasTaken = this.session.far(this.index).hasTaken(message);
      },
      error: (error: unknown) => {
        if (isMailboxError(error)) sent.delivery = error.delivery;
        tell(isMailboxError(error) ? error.code : String(error));
      },
      complete: () => tell('ok'),
    });
    return sent;
  }

  sendMany(count: number, told?: (sent: Sent<Tx>) => void): Sent<Tx>[] {
    return Array.from({ length: count }, () => this.send(told));
  }

  leave(sent: Sent<Tx>): void {
    sent.left = sent.told.length === 0;
    sent.subscription?.unsubscribe();
  }
}
