import type { Command } from 'fast-check';
import type { Action } from './Action';
import type { Match } from './Match';

/** A step as a command of fast-check, which then leaves out and shrinks what a failure does not need. */
export class MatchCommand implements Command<Match, Match> {
  constructor(private readonly action: Action) {}

  check(): boolean {
    return true;
  }

  run(match: Match): void {
    match.step(this.action);
  }

  toString(): string {
    return JSON.stringify(this.action);
  }
}
