import type { SchedulerLike } from 'rxjs';
import { StepScheduler } from '../../support/StepScheduler';
import type { LogEvent } from './Scenario';

type EventBody = LogEvent extends infer Event ? (Event extends readonly [number, number, ...infer Body] ? Body : never) : never;

/** Keeps virtual time and writes down what happens in it, in the format of the recordings. */
export class Recorder {
  readonly log: LogEvent[] = [];
  /** The step that is being played; nothing is logged before the first. */
  step = -1;

  private readonly clock = new StepScheduler();

  get scheduler(): SchedulerLike {
    return this.clock;
  }

  get now(): number {
    return this.clock.frame;
  }

  /** How many timers run. */
  get pending(): number {
    return this.clock.timers;
  }

  write(...body: EventBody): void {
    if (this.step >= 0) this.log.push([this.step, this.now, ...body] as LogEvent);
  }

  /** Moves time and fires what is due, in order. */
  advance(ms: number): void {
    this.clock.advanceTo(this.now + ms, () => this.write('timer'));
  }
}
