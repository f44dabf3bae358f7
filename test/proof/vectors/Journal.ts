import { VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import type { LogEvent } from './Scenario';

type EventBody = LogEvent extends infer Event ? (Event extends readonly [number, number, ...infer Body] ? Body : never) : never;

/** Virtual time that tells when it fires a timer. */
class Clock extends VirtualTimeScheduler {
  constructor(private readonly onTimer: () => void) {
    super();
  }

  runUntil(time: number): void {
    for (let action = this.actions[0]; action && action.delay <= time; action = this.actions[0]) {
      this.actions.shift();
      this.frame = action.delay;
      this.onTimer();
      const error: unknown = action.execute(action.state, action.delay);
      if (error) throw error;
    }
    this.frame = time;
  }
}

/** Keeps virtual time and writes down what happens in it, in the format of the recordings. */
export class Journal {
  readonly log: LogEvent[] = [];
  /** The step that is being played; nothing is logged before the first. */
  step = -1;

  private readonly clock = new Clock(() => this.write('timer'));

  get scheduler(): SchedulerLike {
    return this.clock;
  }

  get now(): number {
    return this.clock.frame;
  }

  /** How many timers run. */
  get pending(): number {
    return this.clock.actions.length;
  }

  write(...body: EventBody): void {
    if (this.step >= 0) this.log.push([this.step, this.now, ...body] as LogEvent);
  }

  /** Moves time and fires what is due, in order. */
  advance(ms: number): void {
    this.clock.runUntil(this.now + ms);
  }
}
