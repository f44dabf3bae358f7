import { describeController, type ControllerExtra, type ControllerFeature, type ControllerFixture } from 'rx-mailbox/testing';

export interface SuiteResult {
  readonly passed: string[];
  readonly skipped: string[];
  /** Title and error message of each test that failed. */
  readonly failed: Map<string, string>;
}

/** Runs the contract suite and returns the results. */
export async function runSuite<Tx, Rx, Ack>(
  makeFixture: () => ControllerFixture<Tx, Rx, Ack>,
  without: readonly ControllerFeature[] = [],
  wanted: readonly ControllerExtra[] = [],
): Promise<SuiteResult> {
  const result: SuiteResult = { passed: [], skipped: [], failed: new Map() };
  const tests: [title: string, test: () => Promise<void>][] = [];
  const it = Object.assign((title: string, test: () => Promise<void>) => tests.push([title, test]), {
    skip: (title: string) => result.skipped.push(title),
  });
  describeController('suite', makeFixture, { describe: (_name, make) => make(), it, without, with: wanted });
  for (const [title, test] of tests) {
    try {
      await test();
      result.passed.push(title);
    } catch (error) {
      result.failed.set(title, error instanceof Error ? error.message : String(error));
    }
  }
  return result;
}
