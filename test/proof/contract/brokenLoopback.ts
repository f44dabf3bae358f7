import type { MailboxController, MailboxLink } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { falsyMessages, type ControllerFeature, type ControllerFixture } from 'rx-mailbox/testing';
import { virtualTime } from './virtualTime';
import { environment } from '../../support/environment';

type Controller = MailboxController<unknown, unknown, unknown>;

/** What a loopback does not have. */
export const loopbackWithout: ControllerFeature[] = ['finish', 'fail', 'block', 'tooLarge', 'channels'];

/** A loopback whose links have what `bug` returns. */
export function breakLoopback(
  bug: (link: MailboxLink<unknown, unknown, unknown>, controller: Controller) => Partial<MailboxLink<unknown, unknown, unknown>>,
) {
  return (): ControllerFixture<unknown, unknown, unknown> => {
    const time = virtualTime();
    const [near, far] = createLoopback<unknown, unknown, unknown>({
      scheduler: time.scheduler,
      window: 2,
      correlation: 'ordered',
      latency: 1,
    });
    const controller: Controller = {
      ...near,
      open: (index) => {
        const link = near.open(index, environment);
        const changed: MailboxLink<unknown, unknown, unknown> = {
          events$: link.events$,
          sendData: (message, token) => link.sendData(message, token),
        };
        return Object.assign(changed, bug(link, near));
      },
    };
    return {
      controller,
      peer: far,
      message: (n) => ({ n }),
      samples: { ...falsyMessages, date: new Date(0) },
      answers: falsyMessages,
      takenWhenReceived: true,
      ...time,
    };
  };
}
