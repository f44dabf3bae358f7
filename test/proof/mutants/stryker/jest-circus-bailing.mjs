// Jest's own test runner, but a mutant that one test has found out is not shown to any other: Jest cannot bail where Stryker calls it, and a
// mutant that is wrong enough makes some later test wait for ever. Stryker wants 'jest-circus' in the name of this file.
import runner from 'jest-circus/runner';

const runTests = runner.default ?? runner;

/** Long walks, by their titles: under load they take so long that a mutant nobody finds out looks like one that never ends. */
const LONG = /10⁵|140000|above bit 16|any mixture|however many|stack/;

/** Milliseconds for a test that waits for what a mutant never does. */
const PATIENCE = 20_000;

/** The mutant that was found out. */
let killed;

export default async function run(globalConfig, config, environment, runtime, testPath, sendMessage) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const isKilled = () => mutant !== undefined && mutant === killed;
  if (isKilled()) return nothingRun(testPath);
  const inner = environment.handleTestEvent;
  environment.handleTestEvent = async (event, state) => {
    await inner?.call(environment, event, state);
    if (event.name === 'test_start' && (LONG.test(event.test.name) || isKilled())) event.test.mode = 'skip';
    if (event.name === 'test_start' && mutant !== undefined) event.test.timeout = PATIENCE;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') killed = mutant;
  };
  return runTests(globalConfig, config, environment, runtime, testPath, sendMessage);
}

/** The result of a file with one test, which was skipped: a file without any is an error. */
function nothingRun(testFilePath) {
  const title = 'the mutant was found out already';
  return {
    ...{ numFailingTests: 0, numPassingTests: 0, numPendingTests: 1, numTodoTests: 0, openHandles: [], perfStats: {} },
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
    testFilePath,
    testResults: [{ ancestorTitles: [], duration: 0, failureDetails: [], failureMessages: [], fullName: title, status: 'pending', title }],
  };
}
