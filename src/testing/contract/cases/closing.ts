/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import { contract, type ContractCase } from '../ContractCase';
import type { ControllerFeature } from '../ControllerFixture';
import type { Owner } from '../Owner';
import type { Session } from '../Session';

const BURST = 8;

/**
 * Sends a burst and closes the channel at the `k`-th moment of some kind, which `arm` arranges. Afterwards the next owner has to be served
 * as if nothing had happened.
 */
function closingAt(
  moment: string,
  needs: ControllerFeature[],
  arm: (owner: Owner<unknown, unknown, unknown>, k: number, session: Session) => void | Promise<void>,
): ContractCase {
  return contract(`gives every sender one outcome if closed ${moment}, and serves the next owner`, needs, async (session) => {
    for (let k = 1; k <= BURST; k++) {
      const owner = session.open();
      if (k % 2 === 0) await session.allOk([owner.send()]);
      await arm(owner, k, session);
      // If that moment never comes, the channel is closed now.
      await session.wait();
      owner.channel.close();
      await session.allEnded(owner.sends);
      await serve(session);
    }
  });
}

async function serve(session: Session): Promise<void> {
  const { peer } = session.far();
  if (peer) peer.receiver = undefined;
  const next = session.open();
  await session.allOk(next.sendMany(3));
  next.channel.close();
}

/** Acts at the `k`-th call. */
function nth(k: number, act: () => void): () => void {
  let calls = 0;
  return () => {
    if (++calls === k) act();
  };
}

export const closing = [
  closingAt('after any number of steps', [], async (owner, k, session) => {
    owner.sendMany(BURST);
    for (let step = 1; step < k; step++) await session.step();
  }),

  closingAt('during a burst', [], (owner, k) => {
    owner.sendMany(k);
    owner.channel.close();
  }),

  closingAt('inside a completion', [], (owner, k) => {
    owner.sendMany(
      BURST,
      nth(k, () => owner.channel.close()),
    );
  }),

  closingAt('inside a report of txDone$', [], (owner, k) => {
    owner.channel.txDone$.subscribe(nth(k, () => owner.channel.close()));
    owner.sendMany(BURST);
  }),

  closingAt('at any event of events$', [], (owner, k) => {
    owner.channel.events$.subscribe(nth(3 * k - 2, () => owner.channel.close()));
    owner.sendMany(BURST);
  }),

  closingAt('inside a receiver', ['deliver'], async (owner, k, session) => {
    owner.channel.subscribe(nth(k, () => owner.channel.close()));
    owner.sendMany(BURST);
    for (let n = 0; n < BURST; n++) session.far().device.deliver!(session.answer(n));
    await session.step();
  }),

  closingAt('inside a receiver of the other end, if there is one', [], async (owner, k, session) => {
    const { peer } = session.far();
    if (peer) peer.receiver = nth(k, () => owner.channel.close());
    owner.sendMany(BURST);
    await session.step();
  }),

  contract('never gives the tx-done of one owner to the next owner', ['finish'], async (session) => {
    const far = session.far();
    for (let round = 0; round < 3; round++) {
      const before = far.arrived.length;
      const owner = session.open();
      far.takesWhileWaiting = false;
      owner.sendMany(session.window + 2);
      await session.until('they are in flight', () => far.arrived.length === before + session.window);
      owner.channel.close();
      const next = session.open();
      const sends = next.sendMany(session.window);
      // The old messages are taken at once, later, or one by one.
      if (round === 1) await session.wait();
      for (let old = before; old < before + session.window; old++) {
        far.finish(old);
        if (round === 2) await session.wait();
      }
      await session.until('what the next owner sent is in flight', () => far.arrived.length === before + 2 * session.window);
      await session.wait();
      session.equal(
        sends.flatMap(({ outcomes }) => outcomes),
        [],
        'what the senders of the next owner were told',
      );
      far.takesWhileWaiting = true;
      await session.allOk(sends);
      next.channel.close();
    }
  }),
];
