/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import { config } from 'rxjs';
import { contract } from '../ContractCase';

export const messages = [
  contract('delivers every sample unchanged', ['samples'], async (session) => {
    const owner = session.open();
    const { arrived } = session.far();
    for (const [name, message] of Object.entries(session.fixture.samples!)) {
      const before = arrived.length;
      await session.allOk([owner.sendMessage(message)]);
      await session.until(`${name} arrives`, () => arrived.length > before);
      session.equal(arrived.slice(before), [message], name);
    }
    const together = Object.values(session.fixture.samples!).map((message) => owner.sendMessage(message));
    await session.allOk(together);
  }),

  contract('receives every sample unchanged', ['answers', 'deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    for (const [name, message] of Object.entries(session.fixture.answers!)) {
      const before = owner.received.length;
      session.far().device.deliver!(message);
      await session.until(`${name} is received`, () => owner.received.length > before);
      session.equal(owner.received.slice(before), [message], name);
    }
  }),

  contract('fails a message that is too large, and no other', ['tooLarge'], async (session) => {
    const owner = session.open();
    const [first, large, last] = [owner.send(), owner.sendMessage(session.fixture.tooLarge), owner.send()];
    await session.allOk([first, last]);
    session.equal([large.outcomes, large.delivery], [['EIO'], 'not-sent'], 'what became of it');
  }),

  contract('still works if receivers throw, at either end', ['deliver'], async (session) => {
    const { onUnhandledError } = config;
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    try {
      const owner = session.open();
      const { device, peer } = session.far();
      await session.allOk([owner.send()]);
      const broken = (): never => {
        throw new Error('thrown by a receiver, on purpose');
      };
      owner.channel.subscribe(broken);
      if (peer) peer.receiver = broken;
      for (let n = 0; n < 3; n++) device.deliver!(session.answer(n));
      await session.until('the other receiver has them', () => owner.received.length === 3);
      await session.allOk(owner.sendMany(3));
      await reported();
      session.equal(unhandled.length, peer ? 6 : 3, 'how many errors RxJS reported');
    } finally {
      await reported();
      config.onUnhandledError = onUnhandledError;
    }
  }),

  contract('lets a receiver send', ['deliver'], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    owner.channel.subscribe(() => void owner.sendMany(2));
    for (let n = 0; n < 5; n++) session.far().device.deliver!(session.answer(n));
    await session.until('everything has been sent', () => owner.sends.length === 11);
    await session.allOk(owner.sends);
    await session.arrivedAll();
    session.equal(session.far().arrived, owner.messagesSent, 'what arrived');
  }),
];

/** RxJS reports unhandled errors from a timer, in real time. */
function reported(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
