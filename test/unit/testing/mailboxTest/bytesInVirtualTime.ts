import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox, type MailboxController } from 'rx-mailbox';

/** A mailbox whose time stands still, so that no timeout ends a test. */
export function inVirtualTime<Tx, Rx>(controller: MailboxController<Tx, Rx, void>): Mailbox<Tx, Rx> {
  return new Mailbox(controller, { scheduler: new VirtualTimeScheduler() });
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
