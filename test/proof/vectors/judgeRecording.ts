import { judge } from './oracle';
import type { Issue, Scenario } from './Scenario';

/**
 * Judges the kernel's own log, which shows that the oracle finds mistakes where there are some.
 *
 * Only where the log says all: where senders are preempted, it does not say when they began to wait. A memory fault leaves no event, so it
 * is taken from the recording.
 */
export function judgeRecording(scenario: Scenario): Issue[] {
  const { steps, v3 } = scenario;
  const watched = steps.reduce((ms, step) => ms + (step[0] === 'advance' ? step[1] : 0), 0);
  const until = v3.crash === undefined ? watched : -1;
  const issues = judge(scenario, { log: v3.log, until }, { correlation: 'tagged', reading: 'truth', reports: 'sent', retryPeriod: 0 });
  return v3.crash === undefined ? issues : [...issues, ['crash', v3.crash]];
}
