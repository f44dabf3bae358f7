import { Observable } from 'rxjs';
import type { LinkEvent, MailboxController, MailboxLink } from 'rx-mailbox';
import type { Device } from '../measure/Device';
import type { Message } from '../measure/Load';

/** The device as rx-mailbox sees it: as little of a link as there can be. It carries the token, as a tagged transport does. */
export class DeviceController implements MailboxController<Message, never, void> {
  readonly name = 'device';
  readonly channelCount = 1;
  readonly txDone = 'irq';
  readonly correlation = 'tagged';

  constructor(
    private readonly device: Pick<Device<number>, 'start' | 'done'>,
    readonly window: number,
  ) {}

  open(): MailboxLink<Message, never, void> {
    const { device } = this;
    return {
      events$: new Observable<LinkEvent<never, void>>((subscriber) => {
        // One event for all: a channel keeps none.
        const event = { type: 'txDone' as const, token: 0 };
        device.done = (token) => {
          event.token = token;
          subscriber.next(event);
        };
      }),
      sendData: (_message, token) => {
        device.start(token);
        return 'accepted';
      },
    };
  }
}
