import { contract } from '../ContractCase';

/** What a link says of a message that it has accepted, and that is no tx-done. */
export const returned = [
  contract('sends what it has given back again, once and in order', ['giveBack'], async (session) => {
    const owner = session.open();
    const { device, arrived } = session.far();
    await session.allOk([owner.send()]);
    await session.arrivedAll();
    for (let round = 0; round < 3; round++) {
      const before = arrived.length;
      const link = session.link()!;
      const returns = link.givenBack.length;
      device.giveBack!();
      const sends = owner.sendMany(session.window + 2);
      await session.until('the controller gives a message back', () => link.givenBack.length > returns);
      await session.wait();
      session.equal(
        [arrived.length, sends.flatMap(({ outcomes }) => outcomes)],
        [before, []],
        'how many have arrived and what their senders were told, while the device took nothing',
      );
      device.unblock!();
      await session.allOk(sends);
      await session.arrivedAll();
    }
    session.equal(arrived, owner.messagesSent, 'what arrived');
  }),

  contract('never sends what it has given back and whose sender has left', ['giveBack'], async (session) => {
    const owner = session.open();
    const far = session.far();
    await session.allOk([owner.send()]);
    far.device.giveBack!();
    const [first, second] = owner.sendMany(2);
    await session.until('the controller gives it back', () => session.link()!.givenBack.length > 0);
    await session.wait();
    owner.leave(first!);
    far.device.unblock!();
    await session.allOk([second!]);
    await session.wait();
    session.equal(far.counter().count(first!.message), 0, 'how often the withdrawn message arrived');
  }),

  contract('says progress of the right message, and takes it for no more', ['finish', 'progress'], async (session) => {
    const owner = session.open();
    const far = session.far();
    far.takesWhileWaiting = false;
    const sends = owner.sendMany(session.window);
    await session.until('the window is full', () => far.arrived.length === session.window);
    // On a link without tokens it is the oldest.
    const nths = session.tagged ? far.arrived.map((_, nth) => nth).reverse() : [0];
    const { progressed } = session.link()!;
    for (const nth of nths) {
      const before = progressed.length;
      far.device.progress!(nth);
      await session.until('the controller says progress', () => progressed.length > before);
      await session.wait();
      session.equal(progressed.slice(before), [far.arrived[nth]], 'of what it said progress');
    }
    session.equal(
      sends.flatMap(({ outcomes }) => outcomes),
      [],
      'what the senders were told by a sign of progress',
    );
    far.takesWhileWaiting = true;
    await session.allOk(sends);
  }),
];
