import { Observable } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import type { ControllerFixture } from 'rx-mailbox/testing';
import { breakLoopback, loopbackWithout } from './brokenLoopback';
import { runSuite } from './runSuite';

// Each test runs the whole suite.
jest.setTimeout(60_000);

/** A bug, a loopback that has it, and the text by which the suite has to report it. */
const loopbacks: [bug: string, fixture: () => ControllerFixture<unknown, unknown, unknown>, reported: RegExp][] = [
  [
    'emits tx-done before the receivers have returned',
    breakLoopback((link) => {
      let emit: (event: LinkEvent<unknown, unknown>) => void = () => undefined;
      return {
        events$: new Observable((subscriber) => {
          emit = (event) => subscriber.next(event);
          return link.events$.subscribe((event) => event.type !== 'txDone' && emit(event));
        }),
        sendData: (message, token) => {
          const answer = link.sendData(message, token);
          emit({ type: 'txDone' });
          return answer;
        },
      };
    }),
    /told ok before it had been taken/,
  ],
  [
    'copies messages badly',
    breakLoopback((link) => ({ sendData: (message, token) => link.sendData(JSON.parse(JSON.stringify(message) ?? 'null'), token) })),
    /date: |undefined: /,
  ],
  [
    'does not send falsy messages',
    breakLoopback((link) => ({ sendData: (message, token) => (message ? link.sendData(message, token) : 'busy') })),
    /waited in vain/,
  ],
  [
    'changes the message that it was given',
    breakLoopback((link) => ({
      sendData: (message, token) => {
        if (typeof message === 'object' && message !== null) Object.assign(message, { header: token });
        return link.sendData(message, token);
      },
    })),
    /was changed by sending it/,
  ],
  [
    'does not receive falsy messages',
    breakLoopback((link) => ({
      events$: new Observable((subscriber) =>
        link.events$.subscribe((event) => (event.type !== 'received' || event.message) && subscriber.next(event)),
      ),
    })),
    /waited in vain/,
  ],
  [
    'does not release the channel',
    breakLoopback((link) => ({
      events$: new Observable(
        (subscriber) =>
          void link.events$.subscribe({ next: (event) => subscriber.next(event), error: (reason) => subscriber.error(reason) }),
      ),
    })),
    /has an owner/,
  ],
];

describe('the contract suite, controllers with two ends', () => {
  it.each(loopbacks)('fails a controller that %s', async (_bug, fixture, reported) => {
    const { failed } = await runSuite(fixture, loopbackWithout);
    expect([...failed.values()].join('\n')).toMatch(reported);
  });
});
