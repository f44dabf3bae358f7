import { Chance } from '../../faulty/Chance';
import { contract } from '../ContractCase';
import type { Sent } from '../Owner';
import type { Session } from '../Session';

/** Not taken yet, by index: any on a tagged link, the oldest on others. */
function nextToTake(session: Session, chance: Chance): number {
  const far = session.far();
  const waiting = far.arrived.map((_, nth) => nth).filter((nth) => !far.finished.has(nth));
  return waiting[session.tagged ? Math.floor(chance.next() * waiting.length) : 0] ?? -1;
}

const pending = (sent: readonly Sent<unknown>[]): number => sent.filter(({ told }) => told.length === 0).length;

export const attribution = [
  contract('tells each of 40 senders about its own messages, under load', [], async (session) => {
    const owner = session.open();
    const sender = (more: number) => (): void => {
      if (more > 0) owner.send(sender(more - 1));
    };
    for (let i = 0; i < 40; i++) sender(5)();
    await session.until('all are told', () => owner.sent.length === 200 && pending(owner.sent) === 0);
    await session.allOk(owner.sent);
  }),

  contract('tells a sender when its own message has been taken, not before, in whatever order', ['finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    const chance = new Chance(1);
    far.takes = false;
    owner.sendMany(30);
    for (let taken = 0; taken < 30; taken++) {
      const inFlight = Math.min(session.window, 30 - taken);
      await session.until('as many are in flight as may be', () => far.arrived.length - far.finished.size === inFlight);
      await session.step();
      session.equal(pending(owner.sent), 30 - taken, 'how many senders wait');
      const nth = nextToTake(session, chance);
      far.finish(nth);
      await session.until('the sender of the message that was taken is told', () => owner.sent[nth]!.told.length > 0);
    }
    await session.allOk(owner.sent);
  }),

  contract('tells a failure to its own sender', ['fail'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takes = false;
    owner.sendMany(6);
    for (let nth = 0; nth < 6; nth++) {
      await session.until('it arrives', () => far.arrived.length > nth);
      if (nth % 2 === 0) far.finish(nth);
      else far.fail(nth, new Error(`failure of message ${nth}`));
      await session.until('its sender is told', () => owner.sent[nth]!.told.length > 0);
    }
    session.equal(
      owner.sent.map(({ told }) => told),
      [['ok'], ['EIO'], ['ok'], ['EIO'], ['ok'], ['EIO']],
      'what the senders were told',
    );
  }),

  contract('keeps no more in flight than its window: a slow receiver is not flooded', ['finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    const { window } = session;
    far.takes = false;
    owner.sendMany(3 * window + 5);
    for (let taken = 0; taken < 2 * window + 5; taken++) {
      await session.until('the window is full', () => far.arrived.length >= window + taken);
      await session.quiet();
      session.equal(far.arrived.length, window + taken, 'how many messages have arrived');
      far.finish(taken);
    }
    far.takes = true;
    await session.allOk(owner.sent);
  }),

  contract('gives the tx-done of a message whose sender left to nobody', ['finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takes = false;
    for (let turn = 0; turn < 3; turn++) {
      const before = far.arrived.length;
      const [leaving, staying] = [owner.send(), owner.send()];
      await session.until('it is in flight', () => far.arrived.length > before);
      await session.quiet();
      owner.leave(leaving);
      await session.quiet();
      far.finish(before);
      await session.until('the next one arrives', () => far.arrived.length > before + 1);
      await session.quiet();
      session.equal(staying.told, [], 'what the sender behind it was told');
      far.finish(before + 1);
      await session.allOk([staying]);
    }
  }),
];
