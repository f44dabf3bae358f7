/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import { contract, type ContractCase } from '../ContractCase';
import type { ControllerFeature } from '../ControllerFixture';
import type { Owner } from '../Owner';
import type { Session } from '../Session';

const BURST = 8;

/** A burst, closed at the `k`-th moment of a kind; `arm` says when that is. Then the next owner has to be served as if nothing was. */
function closingAt(
  moment: string,
  needs: ControllerFeature[],
  arm: (owner: Owner<unknown, unknown, unknown>, k: number) => void | Promise<void>,
): ContractCase {
  return contract(
    `settles everybody once when it is closed ${moment}, whichever it is; the next owner is served`,
    needs,
    async (session) => {
      for (let k = 1; k <= BURST; k++) {
        const owner = session.open();
        if (k % 2 === 0) await session.allOk([owner.send()]);
        await arm(owner, k);
        // Not all of these moments come; then it is closed now.
        await session.quiet();
        owner.channel.close();
        await session.told(owner.sent);
        await serve(session);
      }
    },
  );
}

async function serve(session: Session): Promise<void> {
  const { peer } = session.far();
  if (peer) peer.receiver = undefined;
  const next = session.open();
  await session.allOk(next.sendMany(3));
  next.channel.close();
}

/** Calls back the `k`-th time. */
function nth(k: number, act: () => void): () => void {
  let calls = 0;
  return () => {
    if (++calls === k) act();
  };
}

export const closing = [
  closingAt('between two turns', [], async (owner, k) => {
    owner.sendMany(BURST);
    for (let step = 1; step < k; step++) await owner.session.step();
  }),

  closingAt('during a burst', [], (owner, k) => {
    owner.sendMany(k);
    owner.channel.close();
  }),

  closingAt('from inside a completion', [], (owner, k) => {
    owner.sendMany(
      BURST,
      nth(k, () => owner.channel.close()),
    );
  }),

  closingAt('from inside a report', [], (owner, k) => {
    owner.channel.txDone$.subscribe(nth(k, () => owner.channel.close()));
    owner.sendMany(BURST);
  }),

  closingAt('at any transition', [], (owner, k) => {
    owner.channel.events$.subscribe(nth(3 * k - 2, () => owner.channel.close()));
    owner.sendMany(BURST);
  }),

  closingAt('from inside a receiver', ['deliver'], async (owner, k) => {
    const { session } = owner;
    owner.channel.subscribe(nth(k, () => owner.channel.close()));
    owner.sendMany(BURST);
    for (let n = 0; n < BURST; n++) session.far().device.deliver!(session.answer(n));
    await session.step();
  }),

  closingAt('from inside a receiver at the other end, where there is one', [], async (owner, k) => {
    const { peer } = owner.session.far();
    if (peer) peer.receiver = nth(k, () => owner.channel.close());
    owner.sendMany(BURST);
    await owner.session.step();
  }),

  contract('gives no tx-done of an owner to the next', ['finish'], async (session) => {
    const far = session.far();
    for (let turn = 0; turn < 3; turn++) {
      const before = far.arrived.length;
      const owner = session.open();
      far.takes = false;
      owner.sendMany(session.window + 2);
      await session.until('they are in flight', () => far.arrived.length === before + session.window);
      owner.channel.close();
      const next = session.open();
      const sent = next.sendMany(session.window);
      // Now, late, and in between.
      if (turn === 1) await session.quiet();
      for (let old = before; old < before + session.window; old++) {
        far.finish(old);
        if (turn === 2) await session.quiet();
      }
      await session.until('what the next owner sent is in flight', () => far.arrived.length === before + 2 * session.window);
      await session.quiet();
      session.equal(
        sent.flatMap(({ told }) => told),
        [],
        'what the senders of the next owner were told',
      );
      far.takes = true;
      await session.allOk(sent);
      next.channel.close();
    }
  }),
];
