import type { Issue } from './Scenario';

/** Counts issues by kind: how many scenarios have one, and how many there are. */
export class Tally {
  readonly scenarios = new Map<string, number>();
  readonly events = new Map<string, number>();
  /** Scenarios with at least one issue of any kind. */
  readonly names: string[] = [];
  /** The first few, for a failing test to show. */
  readonly first: string[] = [];

  get wrong(): number {
    return this.names.length;
  }

  /** Takes in the issues of one scenario. */
  add(scenario: string, issues: readonly Issue[]): void {
    if (issues.length === 0) return;
    this.names.push(scenario);
    if (this.first.length < 10) this.first.push(`${scenario}: ${JSON.stringify(issues)}`);
    for (const kind of new Set(issues.map(([name]) => name))) this.scenarios.set(kind, (this.scenarios.get(kind) ?? 0) + 1);
    for (const [kind] of issues) this.events.set(kind, (this.events.get(kind) ?? 0) + 1);
  }
}
