import { contract } from '../ContractCase';

export const startup = [
  contract('carries a message once both ends are open', [], async (session) => {
    await session.allOk([session.open().send()]);
  }),

  contract('opens and closes again and again', [], async (session) => {
    for (let turn = 0; turn < 5; turn++) {
      const owner = session.open();
      await session.allOk(owner.sendMany(3));
      owner.channel.close();
    }
  }),

  contract('can be closed before anything has happened, and opened again', [], async (session) => {
    session.open().channel.close();
    const owner = session.open();
    owner.send();
    owner.channel.close();
    await session.allOk(session.open().sendMany(2));
  }),

  contract('says nothing after shutdown, whatever the other end does', ['deliver'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    await session.allOk([owner.send()]);
    session.far().takes = false;
    owner.sendMany(3);
    await session.quiet();
    const received = owner.received.length;
    owner.channel.close();
    device.deliver!(session.answer(1));
    session.far().takes = true;
    await session.quiet();
    device.cut?.();
    await session.quiet();
    session.equal(owner.received.length, received, 'how many messages an owner has received');
  }),

  contract('keeps channels apart', ['channels'], async (session) => {
    const [first, second] = [session.open(0), session.open(1)];
    const both = [...first.sendMany(5), ...second.sendMany(5)];
    await session.allOk(both);
    first.send();
    first.channel.close();
    await session.allOk(second.sendMany(5));
    session.equal(
      session.far(1).arrived,
      second.sent.map(({ message }) => message),
      'what arrived on channel 1',
    );
  }),

  contract('drains on flush, or says that it cannot', [], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    owner.sendMany(3);
    const told: string[] = [];
    owner.channel.flush(2 ** 31 - 1).subscribe({
      error: (error: unknown) => told.push((error as { code?: string }).code ?? String(error)),
      complete: () => told.push(owner.sent.every(({ told: outcome }) => outcome.length > 0) ? 'drained' : 'too early'),
    });
    await session.told(owner.sent);
    await session.until('flush ends', () => told.length > 0);
    session.equal(['drained', 'ENOTSUP'].includes(told[0]!), true, `flush: ${told.join()}`);
  }),
];
