import { contract } from '../ContractCase';
import type { Sent } from '../Owner';
import type { Session } from '../Session';

const outcomes = (sent: readonly Sent<unknown>[]): string[] => [...new Set(sent.flatMap(({ told }) => told))].sort();

function onlyOkOr(session: Session, sent: readonly Sent<unknown>[], code: string): void {
  session.equal(
    outcomes(sent).filter((outcome) => outcome !== 'ok' && outcome !== code),
    [],
    `what the senders were told, beside ok and ${code}`,
  );
}

export const link = [
  contract('sends what it refused as soon as there is room, without being asked', ['block'], async (session) => {
    const owner = session.open();
    const { device, arrived } = session.far();
    await session.allOk([owner.send()]);
    for (let turn = 0; turn < 3; turn++) {
      const before = arrived.length;
      device.block!();
      const sent = owner.sendMany(5);
      await session.quiet();
      session.equal(arrived.length, before, 'how many messages arrived while there was no room');
      device.unblock!();
      await session.allOk(sent);
    }
    session.equal(
      arrived,
      owner.sent.map(({ message }) => message),
      'what arrived',
    );
  }),

  contract('never sends a refused message whose sender left', ['block'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    await session.allOk([owner.send()]);
    device.block!();
    const [first, second, third] = owner.sendMany(3);
    await session.quiet();
    owner.leave(first!);
    owner.leave(third!);
    device.unblock!();
    await session.allOk([second!]);
    await session.quiet();
    session.equal(session.far().count(first!.message) + session.far().count(third!.message), 0, 'how many withdrawn messages arrived');
  }),

  contract('fails what is in flight when the link goes down, and sends the rest when it is up', ['cut'], async (session) => {
    const owner = session.open();
    const far = session.far();
    await session.allOk([owner.send()]);
    far.takes = false;
    const sent = owner.sendMany(session.window + 4);
    if (far.canFinish) await session.until('the window is full', () => far.arrived.length > session.window);
    far.device.cut!();
    await session.quiet();
    if (far.canFinish) session.equal(outcomes(sent.slice(0, session.window)), ['ENETDOWN'], 'what the senders in flight were told');
    far.takes = true;
    far.device.restore!();
    await session.told(sent);
    onlyOkOr(session, sent, 'ENETDOWN');
    await session.allOk(sent.slice(session.window));
  }),

  contract('settles everything once while the link comes and goes', ['cut'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    for (let turn = 0; turn < 6; turn++) {
      const sent = owner.sendMany(10);
      for (let step = 0; step < turn; step++) await session.step();
      device.cut!();
      const waiting = owner.sendMany(2);
      await session.step();
      device.restore!();
      await session.told([...sent, ...waiting]);
      onlyOkOr(session, sent, 'ENETDOWN');
    }
    await session.allOk(owner.sendMany(3));
  }),

  contract('gives no tx-done from before the link was down to anybody after', ['cut', 'finish'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takes = false;
    const old = owner.sendMany(session.window);
    await session.until('they are in flight', () => far.arrived.length === session.window);
    far.device.cut!();
    await session.told(old);
    far.device.restore!();
    const sent = owner.sendMany(session.window);
    for (let nth = 0; nth < old.length; nth++) far.finish(nth);
    await session.until('what was sent later arrives', () => far.arrived.length === 2 * session.window);
    await session.quiet();
    session.equal(outcomes(sent), [], 'what the later senders were told');
    far.takes = true;
    await session.allOk(sent);
  }),
];
