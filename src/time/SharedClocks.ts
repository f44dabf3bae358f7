import type { SchedulerLike } from 'rxjs';
import { Deadlines } from './Deadlines';
import { PollTimer } from './PollTimer';
import { TurnEnd } from './TurnEnd';

/** The clocks that the channels of one mailbox share. */
export class SharedClocks {
  readonly poll: PollTimer;
  readonly turnEnd: TurnEnd;
  private readonly own: Deadlines;
  private others: WeakMap<SchedulerLike, Deadlines> | undefined = undefined;

  constructor(
    readonly scheduler: SchedulerLike,
    pollPeriod: number,
    /** Makes one of many transitions. */
    private readonly together: (transitions: () => void) => void,
  ) {
    this.turnEnd = new TurnEnd(scheduler, together);
    this.own = new Deadlines(scheduler, this.turnEnd, together);
    this.poll = new PollTimer(scheduler, pollPeriod);
  }

  /** The deadlines of a scheduler; by default the mailbox's own. */
  deadlines(scheduler: SchedulerLike = this.scheduler): Deadlines {
    if (scheduler === this.scheduler) return this.own;
    this.others ??= new WeakMap();
    let found = this.others.get(scheduler);
    if (found === undefined) {
      const { together } = this;
      this.others.set(scheduler, (found = new Deadlines(scheduler, new TurnEnd(scheduler, together, false), together)));
    }
    return found;
  }
}
