import { attribution } from './cases/attribution';
import { closing } from './cases/closing';
import { link } from './cases/link';
import { messages } from './cases/messages';
import { order } from './cases/order';
import { startup } from './cases/startup';
import type { ContractCase } from './ContractCase';
import type { ControllerFeature, ControllerFixture } from './ControllerFixture';
import { Session } from './Session';

/** The part of a test runner that the suite needs; Jest, Vitest, Mocha and `node:test` have it. */
export interface ControllerSuiteRunner {
  /** Groups tests. */
  describe: (name: string, tests: () => void) => unknown;
  /** Makes a test; `skip` makes one that is not run. */
  it: TestMaker;
}

/** What makes a test. */
export interface TestMaker {
  /** Makes one that is run. */
  (name: string, test: () => Promise<void>): unknown;
  /** Makes one that is not. */
  skip?(name: string, test: () => Promise<void>): unknown;
}

/** Options of {@link describeController}. */
export interface ControllerSuiteOptions extends Partial<ControllerSuiteRunner> {
  /**
   * What the fixture cannot have, because the transport has nothing like it. The tests that need it are skipped; without this they fail,
   * so that none is left out by mistake.
   */
  without?: readonly ControllerFeature[];
}

const groups: Readonly<Record<string, readonly ContractCase[]>> = { startup, order, attribution, link, messages, closing };

/**
 * Tests whether a controller does what a mailbox relies on: the contract suite that the controllers of this package pass.
 *
 * Every test drives the controller through a `Mailbox` and judges by what arrived at the other end, not by what the library says of
 * itself. Whatever the test, at its end every sender has been told exactly once, none was told the outcome of another, what was told ok
 * has arrived once, as it was, and what was not sent has not; and no rule between a link and its channel was broken on the way.
 *
 * Unlike {@link FaultyController}, which makes a good controller bad, this tells a bad one from a good one.
 *
 * @typeParam Tx - Messages that the controller sends.
 * @typeParam Rx - Messages that it receives.
 * @typeParam Ack - What its tx-done carries.
 * @param name - Of the group of tests.
 * @param makeFixture - Makes a controller and its other end, for each test anew.
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
  const { without = [] } = options;
  const skip = it.skip?.bind(it) ?? ((): void => undefined);
  describe(name, () => {
    for (const [group, cases] of Object.entries(groups)) {
      describe(group, () => {
        for (const { title, needs, run } of cases) {
          const make = needs.some((feature) => without.includes(feature)) ? skip : it;
          make(title, async () => {
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
          });
        }
      });
    }
  });
}
