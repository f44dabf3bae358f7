import { NEVER } from 'rxjs';
import { describeBrokenDevices, ordered, tagged, type Link } from './BrokenDevice';

describeBrokenDevices('the link', [
  [
    'does not emit down when the link is lost',
    ordered,
    {
      cut() {
        this.epoch++;
      },
    },
    /what the senders in flight were told|waited in vain/,
  ],
  [
    'does not emit up when the link is back',
    ordered,
    {
      restore() {
        // No `up`.
      },
    },
    /waited in vain/,
  ],
  [
    'does not emit ready when there is room',
    tagged,
    {
      unblock() {
        this.controller.link().refuse(0);
      },
    },
    /waited in vain/,
  ],
  [
    'accepts a message that it has no room for',
    tagged,
    {
      block() {
        Object.assign(this.controller.link(), { sendData: () => 'accepted' });
      },
      unblock() {
        delete (this.controller.link() as { sendData?: unknown }).sendData;
        this.controller.link().ready();
      },
    },
    /waited in vain/,
  ],
  [
    'answers neither accepted nor busy',
    tagged,
    {
      block() {
        Object.assign(this.controller.link(), { sendData: () => undefined });
      },
    },
    /sendData returned undefined/,
  ],
  [
    'answers sendData with a promise',
    tagged,
    {
      block() {
        Object.assign(this.controller.link(), { sendData: () => Promise.reject(new Error('later')) });
      },
    },
    /sendData returned \[object Promise\]/,
  ],
  [
    'answers abort with a promise',
    tagged,
    {
      start(link: Link) {
        Object.assign(link, { abort: () => Promise.reject(new Error('later')) });
      },
    },
    /abort returned a promise/,
  ],
  [
    'never ends its reset',
    { ...ordered, reset: true },
    {
      start(link: Link) {
        Object.assign(link, { reset: () => NEVER });
      },
    },
    /waited in vain for: (the reset completes|the next one arrives)/,
  ],
  [
    'says something that is no event',
    tagged,
    {
      block() {
        const link = this.controller.link();
        link.emit(undefined as never);
        link.refuseUntilReady();
      },
    },
    /says undefined, which is no event/,
  ],
  [
    'throws where it should answer busy',
    tagged,
    {
      block() {
        this.controller.link().throwOnSend(new Error('no room'), 5);
      },
    },
    /what the senders were told/,
  ],
  [
    'emits received to an owner that has closed the channel',
    tagged,
    {
      deliver(message: unknown) {
        this.controller.links[0]!.received(message);
      },
      talks: true,
    },
    /says received after shutdown/,
  ],
  [
    'cannot be opened twice',
    tagged,
    {
      start(link: Link) {
        if (this.controller.opened > 1) link.fail(new Error('in use'));
      },
    },
    /in use/,
  ],
]);
