import { judgeReport, judgeReports } from './judgeReport';
import { judgeHandover, judgeReturn } from './judgeSender';
import type { Issue, LogEvent, Scenario } from './Scenario';
import { Replay, type ReplayOptions } from './Replay';

/** What was seen of one run: its events, and how long the senders were watched, in virtual ms. */
export interface Observation {
  readonly log: readonly LogEvent[];
  readonly until: number;
}

/**
 * Finds every wrong outcome in a log: the outcome of a sender, and the reports, against what truly happened.
 *
 * @returns The issues in the order of discovery; `[]` for a run without a mistake.
 */
export function judge(scenario: Scenario, { log, until }: Observation, options: ReplayOptions): Issue[] {
  const replay = new Replay(scenario, options);
  const final = new Replay(scenario, options);
  final.through(log);
  const issues: Issue[] = [];
  replay.through(log, (event, rest) => {
    if (event[2] === 'send') issues.push(...judgeHandover(replay, event));
    else if (event[2] === 'ret') issues.push(...judgeReturn(replay, event, final));
    else if (event[2] === 'done') issues.push(...judgeReport(replay, event, final, rest));
    else if (event[2] === 'crash') issues.push(['crash', event[3]]);
  });
  issues.push(...judgeReports(final));
  for (const { tid, name, deadline, returned } of final.messages.values()) {
    if (tid !== undefined && !returned && deadline <= until) issues.push(['hang', tid, name]);
  }
  return issues;
}
