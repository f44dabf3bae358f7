import { contract } from '../ContractCase';

export const startup = [
  contract('delivers a message when both ends are open', [], async (session) => {
    await session.allOk([session.open().send()]);
  }),

  contract('opens and closes repeatedly', [], async (session) => {
    for (let round = 0; round < 5; round++) {
      const owner = session.open();
      await session.allOk(owner.sendMany(3));
      owner.channel.close();
    }
  }),

  contract('can be closed right after opening, and opened again', [], async (session) => {
    session.open().channel.close();
    const owner = session.open();
    owner.send();
    owner.channel.close();
    await session.allOk(session.open().sendMany(2));
  }),

  contract('emits nothing after shutdown, whatever the other end does', ['deliver'], async (session) => {
    const owner = session.open();
    const { device } = session.far();
    await session.allOk([owner.send()]);
    session.far().takesWhileWaiting = false;
    owner.sendMany(3);
    await session.wait();
    const received = owner.received.length;
    owner.channel.close();
    device.deliver!(session.answer(1));
    session.far().takesWhileWaiting = true;
    await session.wait();
    device.cut?.();
    await session.wait();
    session.equal(owner.received.length, received, 'how many messages an owner has received');
  }),

  contract('keeps its channels separate', ['channels'], async (session) => {
    const [first, second] = [session.open(0), session.open(1)];
    const both = [...first.sendMany(5), ...second.sendMany(5)];
    await session.allOk(both);
    first.send();
    first.channel.close();
    await session.allOk(second.sendMany(5));
    await session.arrivedAll();
    session.equal(session.far(1).arrived, second.messagesSent, 'what arrived on channel 1');
  }),

  contract('drains on flush, or fails with ENOTSUP', [], async (session) => {
    const owner = session.open();
    await session.allOk([owner.send()]);
    owner.sendMany(3);
    const ends: string[] = [];
    owner.channel.flush(2 ** 31 - 1).subscribe({
      error: (error: unknown) => ends.push((error as { code?: string }).code ?? String(error)),
      complete: () => ends.push(owner.sends.every(({ outcomes }) => outcomes.length > 0) ? 'drained' : 'too early'),
    });
    await session.allEnded(owner.sends);
    await session.until('flush ends', () => ends.length > 0);
    session.equal(['drained', 'ENOTSUP'].includes(ends[0]!), true, `flush: ${ends.join()}`);
  }),
];
