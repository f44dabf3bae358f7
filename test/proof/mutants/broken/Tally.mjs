import { writeFileSync } from 'node:fs';

/** A Jest reporter that writes what the caller needs to the file `TALLY_OUTPUT`; Jest's own `--json` fails where a failed test compared circular objects. */
export default class Tally {
  onRunComplete(_contexts, { numPassedTests, numRuntimeErrorTestSuites, testResults }) {
    const failed = testResults.flatMap((file) => file.testResults.filter(({ status }) => status === 'failed'));
    const broken = testResults.filter(({ testExecError }) => testExecError).map(({ testExecError }) => testExecError.message);
    const tally = { passed: numPassedTests, unrunnable: numRuntimeErrorTestSuites, failed: failed.map(({ fullName }) => fullName), broken };
    writeFileSync(process.env.TALLY_OUTPUT, JSON.stringify(tally));
  }
}
