import { contract } from '../ContractCase';
import type { Session } from '../Session';

const arrivals = (session: Session): number => session.far(0).arrived.length + session.far(1).arrived.length;

/** Two channels under one window, whose messages the test takes, and how many may be in flight. */
function both(session: Session) {
  const ends = [session.far(0), session.far(1)];
  for (const end of ends) end.takesWhileWaiting = false;
  const { sharedWindow, window = 1 } = session.fixture.controller;
  return { owners: [session.open(0), session.open(1)] as const, ends, most: Math.min(sharedWindow!, 2 * window) };
}

export const shared = [
  contract('never has more messages in flight on two channels than its shared window', ['finish', 'sharedWindow'], async (session) => {
    const { owners, ends, most } = both(session);
    const sends = owners.flatMap((owner) => owner.sendMany(2 * most + 2));
    for (let taken = 0; taken < 3 * most; taken++) {
      await session.until('the shared window is full', () => arrivals(session) >= most + taken);
      await session.wait();
      session.equal(arrivals(session), most + taken, 'how many messages have arrived');
      // In turns, so that both go on sending.
      const [end] = ends
        .filter(({ arrived, finished }) => arrived.length > finished.size)
        .sort((a, b) => a.finished.size - b.finished.size);
      end!.finish(end!.finished.size);
    }
    for (const end of ends) end.takesWhileWaiting = true;
    await session.allOk(sends);
  }),

  contract('gives each of two channels its own outcomes, and its turn', ['sharedWindow'], async (session) => {
    const owners = [session.open(0), session.open(1)] as const;
    const greedy = owners[0].sendMany(50);
    const modest = owners[1].sendMany(3);
    await session.allOk(modest);
    await session.allOk(greedy);
    await session.arrivedAll();
    for (const { index, messagesSent } of owners)
      session.equal(session.far(index).arrived, messagesSent, `what arrived on channel ${index}`);
  }),

  contract('serves the other channel when one is closed with messages in flight', ['finish', 'sharedWindow'], async (session) => {
    const { owners, ends, most } = both(session);
    owners[0].sendMany(most);
    await session.until('messages are in flight', () => arrivals(session) > 0);
    const before = ends[0]!.arrived.length;
    owners[0].channel.close();
    const sends = owners[1].sendMany(3);
    await session.wait();
    for (let nth = 0; nth < before; nth++) ends[0]!.finish(nth);
    ends[1]!.takesWhileWaiting = true;
    await session.allOk(sends);
  }),
];
