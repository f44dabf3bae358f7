/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import type { Subscription } from 'rxjs';
import type { Channel } from '../../Channel';
import { isMailboxError } from '../../contract/errors';
import type { FarEnd } from './FarEnd';

/** One message of an owner, and what its sender got. */
export interface TrackedSend<Tx> {
  /** Its number; a sample has none. */
  readonly n: number | undefined;
  readonly message: Tx;
  /** `'ok'`, or the code of an error. More than one is a mistake. */
  readonly outcomes: string[];
  ack?: unknown;
  /** Whether the message had been taken when the outcome was `'ok'`. */
  wasTaken?: boolean;
  /** `not-sent`, `unknown`, `sent`. */
  delivery?: string;
  /** Its sender unsubscribed, so it gets no outcome. */
  left: boolean;
  subscription?: Subscription;
}

/** Makes the messages that the suite sends, each with a number of its own. */
export interface MessageSource<Tx> {
  next(): { readonly n: number; readonly message: Tx };
}

type OnOutcome<Tx> = (send: TrackedSend<Tx>) => void;

/** The owner of a channel: sends, and records what becomes of its messages. */
export class Owner<Tx, Rx, Ack> {
  readonly sends: TrackedSend<Tx>[] = [];
  readonly received: Rx[] = [];

  constructor(
    readonly index: number,
    readonly channel: Channel<Tx, Rx, Ack, unknown>,
    private readonly far: FarEnd<Tx, Rx>,
    private readonly messages: MessageSource<Tx>,
  ) {
    channel.subscribe((message) => this.received.push(message));
  }

  /** The messages sent, in order. */
  get messagesSent(): Tx[] {
    return this.sends.map(({ message }) => message);
  }

  /** @param onOutcome - Called from inside the sender's completion or error. */
  send(onOutcome?: OnOutcome<Tx>): TrackedSend<Tx> {
    const { n, message } = this.messages.next();
    return this.sendMessage(message, n, onOutcome);
  }

  sendMessage(message: Tx, n?: number, onOutcome?: OnOutcome<Tx>): TrackedSend<Tx> {
    const send: TrackedSend<Tx> = { n, message, outcomes: [], left: false };
    this.sends.push(send);
    const end = (outcome: string): void => {
      send.outcomes.push(outcome);
      onOutcome?.(send);
    };
    send.subscription = this.channel.send(message).subscribe({
      next: ({ ack }) => {
        send.ack = ack;
        send.wasTaken = this.far.hasTaken(message);
      },
      error: (error: unknown) => {
        if (isMailboxError(error)) send.delivery = error.delivery;
        end(isMailboxError(error) ? error.code : String(error));
      },
      complete: () => end('ok'),
    });
    return send;
  }

  sendMany(count: number, onOutcome?: OnOutcome<Tx>): TrackedSend<Tx>[] {
    return Array.from({ length: count }, () => this.send(onOutcome));
  }

  leave(send: TrackedSend<Tx>): void {
    send.left = send.outcomes.length === 0;
    send.subscription?.unsubscribe();
  }
}
