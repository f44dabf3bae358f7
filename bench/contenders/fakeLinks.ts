import { NEVER, Observable } from 'rxjs';
import type { LinkEvent, MailboxController, MailboxLink } from 'rx-mailbox';
import type { Message } from '../measure/Load';

/** A link that takes everything and never says anything; one for all channels, so that a channel's own bytes are all that count. */
const silent: MailboxLink<Message, never, void> = { events$: NEVER, sendData: () => 'accepted' };

/** A controller whose messages stay in flight. */
export function silentController(channelCount: number): MailboxController<Message, never, void> {
  return { name: 'silent', channelCount, txDone: 'irq', correlation: 'tagged', open: () => silent };
}

/** A controller of many channels whose links give themselves to `start` with each message, for somebody to finish it. */
export function manyLinks(channelCount: number, start: (link: OneLink) => void): MailboxController<Message, never, void> {
  return { name: 'many', channelCount, txDone: 'irq', correlation: 'tagged', open: () => new OneLink(start) };
}

/** The same, whose channels share a window of 1, as devices on one wire. */
export function sharedLinks(channelCount: number, start: (link: OneLink) => void): MailboxController<Message, never, void> {
  return { ...manyLinks(channelCount, start), sharedWindow: 1 };
}

/** One of many links, with one message in flight. */
export class OneLink implements MailboxLink<Message, never, void> {
  readonly events$ = new Observable<LinkEvent<never, void>>((subscriber) => {
    this.emit = (event) => subscriber.next(event);
  });
  private emit: (event: LinkEvent<never, void>) => void = () => undefined;
  private token = 0;

  constructor(private readonly start: (link: OneLink) => void) {}

  sendData(_message: Message, token: number): 'accepted' {
    this.token = token;
    this.start(this);
    return 'accepted';
  }

  finish(): void {
    this.emit({ type: 'txDone', token: this.token });
  }
}
