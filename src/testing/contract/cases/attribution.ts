import { Chance } from '../../faulty/Chance';
import { contract } from '../ContractCase';
import type { TrackedSend } from '../Owner';
import type { Session } from '../Session';

/** The index of a message to take next: any that has not been taken on a tagged link, the oldest on others. */
function nextToTake(session: Session, chance: Chance): number {
  const far = session.far();
  const waiting = far.arrived.map((_, nth) => nth).filter((nth) => !far.finished.has(nth));
  return waiting[session.tagged ? Math.floor(chance.next() * waiting.length) : 0] ?? -1;
}

const pending = (sent: readonly TrackedSend<unknown>[]): number => sent.filter(({ outcomes }) => outcomes.length === 0).length;

export const attribution = [
  contract('gives each of 40 busy senders the outcomes of its own messages', [], async (session) => {
    const owner = session.open();
    const sender = (more: number) => (): void => {
      if (more > 0) owner.send(sender(more - 1));
    };
    for (let i = 0; i < 40; i++) sender(5)();
    await session.until('all have an outcome', () => owner.sends.length === 200 && pending(owner.sends) === 0);
    await session.allOk(owner.sends);
  }),

  contract(
    'completes a send when its own message has been taken and not before, in whatever order they are taken',
    ['finish'],
    async (session) => {
      const owner = session.open();
      const far = session.far();
      const chance = new Chance(1);
      far.takesWhileWaiting = false;
      owner.sendMany(30);
      for (let taken = 0; taken < 30; taken++) {
        const inFlight = Math.min(session.window, 30 - taken);
        await session.until('the window is full', () => far.arrived.length - far.finished.size === inFlight);
        await session.step();
        session.equal(pending(owner.sends), 30 - taken, 'how many senders wait');
        const nth = nextToTake(session, chance);
        far.finish(nth);
        await session.until('the send of the message that was taken completes', () => owner.sends[nth]!.outcomes.length > 0);
      }
      await session.allOk(owner.sends);
    },
  ),

  contract('reports a failure to the sender of the failed message', ['fail'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takesWhileWaiting = false;
    owner.sendMany(6);
    for (let nth = 0; nth < 6; nth++) {
      await session.until('it arrives', () => far.arrived.length > nth);
      if (nth % 2 === 0) far.finish(nth);
      else far.fail(nth, new Error(`failure of message ${nth}`));
      await session.until('its sender has an outcome', () => owner.sends[nth]!.outcomes.length > 0);
    }
    session.equal(
      owner.sends.map(({ outcomes }) => outcomes),
      [['ok'], ['EIO'], ['ok'], ['EIO'], ['ok'], ['EIO']],
      'what the senders were told',
    );
  }),

  contract('gives each sender an ack that stays as it is while the next messages are handed over', [], async (session) => {
    const owner = session.open();
    await session.allOk(owner.sendMany(2 * session.window + 3));
    const { ack, message } = session.fixture;
    if (ack === undefined) return;
    session.equal(
      owner.sends.map((send) => send.ack),
      owner.sends.map(({ n }) => ack(message(n!))),
      'the acks, after the next hand-overs',
    );
  }),

  contract('gives a tx-done that is said again to nobody', ['finish', 'repeat'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takesWhileWaiting = false;
    const [first, ...others] = owner.sendMany(session.window + 1);
    await session.until('the window is full', () => far.arrived.length === session.window);
    far.finish(0);
    await session.allOk([first!]);
    await session.until('the next one arrives', () => far.arrived.length === session.window + 1);
    for (let time = 0; time < 2; time++) {
      far.device.repeat!(0);
      await session.wait();
    }
    session.equal(pending(others), others.length, 'how many of the others wait, after the first tx-done was said again');
    far.takesWhileWaiting = true;
    await session.allOk(others);
  }),

  contract('never has more messages in flight than its window, even if the receiver is slow', ['finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    const { window } = session;
    far.takesWhileWaiting = false;
    owner.sendMany(3 * window + 5);
    for (let taken = 0; taken < 2 * window + 5; taken++) {
      await session.until('the window is full', () => far.arrived.length >= window + taken);
      await session.wait();
      session.equal(far.arrived.length, window + taken, 'how many messages have arrived');
      far.finish(taken);
    }
    far.takesWhileWaiting = true;
    await session.allOk(owner.sends);
  }),

  contract('ignores the tx-done of a message whose sender left', ['finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takesWhileWaiting = false;
    for (let round = 0; round < 3; round++) {
      const before = far.arrived.length;
      const [leaving, staying] = [owner.send(), owner.send()];
      await session.until('it is in flight', () => far.arrived.length > before);
      await session.wait();
      owner.leave(leaving);
      await session.wait();
      far.finish(before);
      await session.until('the next one arrives', () => far.arrived.length > before + 1);
      await session.wait();
      // A reset ends what is in flight with the message that was left.
      const told = session.link()!.resets > 0 && staying.outcomes.length > 0 ? ['ECONNRESET'] : [];
      session.equal(staying.outcomes, told, 'what the sender behind it was told');
      far.finish(before + 1);
      if (told.length === 0) await session.allOk([staying]);
    }
  }),
];
