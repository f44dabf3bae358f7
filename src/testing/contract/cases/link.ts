import { contract } from '../ContractCase';
import type { TrackedSend } from '../Owner';
import type { Session } from '../Session';

const differentOutcomes = (sends: readonly TrackedSend<unknown>[]): string[] =>
  [...new Set(sends.flatMap(({ outcomes }) => outcomes))].sort();

function onlyOkOr(session: Session, sends: readonly TrackedSend<unknown>[], code: string): void {
  session.equal(
    differentOutcomes(sends).filter((outcome) => outcome !== 'ok' && outcome !== code),
    [],
    `what the senders were told, beside ok and ${code}`,
  );
}

export const link = [
  contract('sends a refused message by itself as soon as there is room', ['block'], async (session) => {
    const owner = session.open();
    const { device, arrived } = session.far();
    await session.allOk([owner.send()]);
    await session.arrivedAll();
    for (let round = 0; round < 3; round++) {
      const before = arrived.length;
      device.block!();
      const sends = owner.sendMany(5);
      await session.wait();
      session.equal(arrived.length, before, 'how many messages arrived while there was no room');
      device.unblock!();
      await session.allOk(sends);
      await session.arrivedAll();
    }
    session.equal(arrived, owner.messagesSent, 'what arrived');
  }),

  contract('never sends a refused message whose sender left', ['block'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    await session.allOk([owner.send()]);
    device.block!();
    const [first, second, third] = owner.sendMany(3);
    await session.wait();
    owner.leave(first!);
    owner.leave(third!);
    device.unblock!();
    await session.allOk([second!]);
    await session.wait();
    const counter = session.far().counter();
    session.equal(counter.count(first!.message) + counter.count(third!.message), 0, 'how many withdrawn messages arrived');
  }),

  contract('fails messages in flight when the link goes down, and sends the others when it is up again', ['cut'], async (session) => {
    const owner = session.open();
    const far = session.far();
    await session.allOk([owner.send()]);
    far.takesWhileWaiting = false;
    const sends = owner.sendMany(session.window + 4);
    if (far.canFinish) await session.until('the window is full', () => far.arrived.length > session.window);
    far.device.cut!();
    await session.wait();
    if (far.canFinish)
      session.equal(differentOutcomes(sends.slice(0, session.window)), ['ENETDOWN'], 'what the senders in flight were told');
    far.takesWhileWaiting = true;
    far.device.restore!();
    await session.allEnded(sends);
    onlyOkOr(session, sends, 'ENETDOWN');
    await session.allOk(sends.slice(session.window));
  }),

  contract('gives every sender one outcome while the link goes down and up again and again', ['cut'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    for (let round = 0; round < 6; round++) {
      const sends = owner.sendMany(10);
      for (let step = 0; step < round; step++) await session.step();
      device.cut!();
      const waiting = owner.sendMany(2);
      await session.step();
      device.restore!();
      await session.allEnded([...sends, ...waiting]);
      onlyOkOr(session, sends, 'ENETDOWN');
    }
    await session.allOk(owner.sendMany(3));
  }),

  contract('ignores a tx-done from before the link was down', ['cut', 'finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takesWhileWaiting = false;
    const old = owner.sendMany(session.window);
    await session.until('they are in flight', () => far.arrived.length === session.window);
    far.device.cut!();
    await session.allEnded(old);
    far.device.restore!();
    const sends = owner.sendMany(session.window);
    for (let nth = 0; nth < old.length; nth++) far.finish(nth);
    await session.until('what was sent later arrives', () => far.arrived.length === 2 * session.window);
    await session.wait();
    session.equal(differentOutcomes(sends), [], 'what the later senders were told');
    far.takesWhileWaiting = true;
    await session.allOk(sends);
  }),

  contract('ends everything with a reset, if it has one', ['finish'], async (session) => {
    // Where slots are not held there is nothing to reset.
    const owner = session.open(0, { txQueueLength: 1000, quarantine: Infinity });
    const link = session.link()!;
    if (link.reset === undefined) return;
    const far = session.far();
    for (let round = 0; round < 3; round++) {
      const before = far.arrived.length;
      far.takesWhileWaiting = false;
      const old = owner.sendMany(session.window);
      await session.until('they are in flight', () => far.arrived.length === before + session.window);
      owner.leave(old[round % old.length]!);
      await session.wait();
      // One that cannot withdraw messages waits until they have been taken.
      for (let nth = before; link.resets === round && nth < far.arrived.length; nth++) {
        far.finish(nth);
        await session.wait();
      }
      await session.until('the reset completes', () => link.resets > round);
      // Those who are still there are told by the link, or by the channel.
      await session.allEnded(old);
      const sends = owner.sendMany(session.window);
      await session.until('what was sent later arrives', () => far.arrived.length === before + 2 * session.window);
      for (let nth = before; nth < before + old.length; nth++) far.finish(nth);
      await session.wait();
      session.equal(differentOutcomes(sends), [], 'what those who sent after the reset were told');
      far.takesWhileWaiting = true;
      await session.allOk(sends);
    }
  }),
];
