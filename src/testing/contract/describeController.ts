import { attribution } from './cases/attribution';
import { closing } from './cases/closing';
import { link } from './cases/link';
import { messages } from './cases/messages';
import { order } from './cases/order';
import { returned } from './cases/returned';
import { shared } from './cases/shared';
import { startup } from './cases/startup';
import type { ContractCase } from './ContractCase';
import type { Need } from './Need';
import type { ControllerExtra, ControllerFeature, ControllerFixture } from './ControllerFixture';
import { Session } from './Session';

/** The part of a test runner that the suite needs; Jest, Vitest, Mocha and `node:test` have it. */
export interface ControllerSuiteRunner {
  /** Groups tests. */
  describe: (name: string, tests: () => void) => unknown;
  /** Makes a test; `skip` makes one that is not run. */
  it: TestMaker;
}

/** Makes tests. */
export interface TestMaker {
  /** Makes a test that runs. */
  (name: string, test: () => Promise<void>): unknown;
  /** Makes a test that is skipped. */
  skip?(name: string, test: () => Promise<void>): unknown;
}

/** Options of {@link describeController}. */
export interface ControllerSuiteOptions extends Partial<ControllerSuiteRunner> {
  /**
   * Features that the transport does not have. The tests that need them are skipped. A feature that is missing and not listed here makes
   * them fail, so that no test is left out by mistake.
   */
  without?: readonly ControllerFeature[];
  /** What few transports have. The tests that need it run only if it is listed. */
  with?: readonly ControllerExtra[];
}

const extras: readonly Need[] = ['repeat', 'progress', 'giveBack', 'sharedWindow'] satisfies ControllerExtra[];

const groups: Readonly<Record<string, readonly ContractCase[]>> = {
  startup,
  order,
  attribution,
  link,
  returned,
  shared,
  messages,
  closing,
};

/**
 * Tests whether a controller does what a mailbox relies on: the contract suite that the controllers of this package pass.
 *
 * Every test drives the controller through a `Mailbox`, and judges by what arrived at the other end, not by what the library reports. At
 * the end of every test: each sender got exactly one outcome, and its own; a message whose outcome is ok arrived once and unchanged; one
 * that was `not-sent` did not arrive; and neither the link nor the channel broke the contract between them.
 *
 * A tx-done that comes twice with its token is harmless, and passes. One without a token does not, nor one from before a reset, nor an `up`
 * of a link that is up.
 *
 * Unlike {@link FaultyController}, which makes a good controller bad, this finds out whether a controller is good.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 * @typeParam Ack - What its tx-done carries.
 * @param name - The name of the group of tests.
 * @param makeFixture - Makes a controller and its other end; called for every test.
 * @param options - See {@link ControllerSuiteOptions}; `describe` and `it` are the global ones by default.
 * @throws TypeError where there is no `describe` and `it`, neither global nor in the options.
 * @example A device
 * {@includeCode ../../../test/proof/contract/hardware.test.ts#example}
 * @example A controller with two ends
 * {@includeCode ../../../test/proof/contract/loopback.test.ts#example}
 */
export function describeController<Tx, Rx = Tx, Ack = void>(
  name: string,
  makeFixture: () => ControllerFixture<Tx, Rx, Ack> | Promise<ControllerFixture<Tx, Rx, Ack>>,
  options: ControllerSuiteOptions = {},
): void {
  const globals = globalThis as Partial<ControllerSuiteRunner>;
  const { describe = globals.describe, it = globals.it } = options;
  if (typeof describe !== 'function' || typeof it !== 'function') {
    throw new TypeError('there is no global describe and it; expected them in the options');
  }
  const { without = [], with: wanted = [] } = options;
  const lacks = (need: Need): boolean =>
    extras.includes(need) ? !wanted.some((extra) => extra === need) : without.some((feature) => feature === need);
  const skip = it.skip?.bind(it) ?? ((): void => undefined);
  describe(name, () => {
    for (const [group, cases] of Object.entries(groups)) {
      describe(group, () => {
        for (const each of cases) {
          const make = each.needs.some(lacks) ? skip : it;
          make(each.title, () => runCase(each, makeFixture));
        }
      });
    }
  });
}

async function runCase<Tx, Rx, Ack>(
  { needs, run }: ContractCase,
  makeFixture: () => ControllerFixture<Tx, Rx, Ack> | Promise<ControllerFixture<Tx, Rx, Ack>>,
): Promise<void> {
  const session = new Session(await makeFixture());
  try {
    session.require(needs);
    await run(session as unknown as Session);
    await session.end();
  } catch (error) {
    throw session.explain(error);
  } finally {
    await session.dispose();
  }
}
