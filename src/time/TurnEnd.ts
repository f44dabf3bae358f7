import type { SchedulerLike } from 'rxjs';
import { reportUnhandled } from '../util/reportUnhandled';
import { monotonicScheduler, timeIsVirtual, timersAreFake } from './monotonic';
import { Timer } from './Timer';

/** Has something to do when a turn ends. */
export interface TurnMember {
  turnEnded(): void;
}

/** Has a clock to read. Linked: a turn that has a limit should allocate nothing but its promise. */
export interface TurnClock extends TurnMember {
  joinedBefore: TurnClock | undefined;
}

const NOW = Promise.resolve();

function endTurnOf(member: TurnMember): void {
  try {
    member.turnEnded();
  } catch (error) {
    // A scheduler has thrown. That must not keep others from their turn.
    reportUnhandled(error);
  }
}

/**
 * The end of the current turn: one moment for a mailbox.
 *
 * A turn ends with the next microtask, by a promise because fake timers replace `queueMicrotask`. In virtual or fake time many turns may pass
 * without a microtask in between. There a task of 0 ms ends the turn, if it comes first and somebody needs the end.
 */
export class TurnEnd {
  /** The last of those whose clocks are to be read, linked by `joinedBefore`. */
  private clock: TurnClock | undefined = undefined;
  private members = new Set<TurnMember>();
  private readonly needing = new Set<TurnMember>();
  private readonly task: Timer;
  /** A promise is on its way. */
  private promised = false;

  constructor(
    private readonly scheduler: SchedulerLike,
    /** Makes one of many transitions. */
    private readonly together: (transitions: () => void) => void,
    /** The clock of the mailbox. Turns of other schedulers end with their tasks alone. */
    private readonly own = true,
  ) {
    this.task = new Timer(scheduler, () => this.end());
  }

  /** Whether a task may have to end a turn. Where that is so, turns share nothing: what they begin stays apart. */
  get byTask(): boolean {
    return this.timersChanged || timeIsVirtual();
  }

  /** The cheap part of {@link byTask}. It does not see that virtual time begins. */
  get timersChanged(): boolean {
    return this.scheduler !== monotonicScheduler || timersAreFake();
  }

  /** The end of this turn is when this clock is read. Before everything else. */
  joinClock(clock: TurnClock): void {
    clock.joinedBefore = this.clock;
    this.clock = clock;
    if (!this.promised) this.promise();
  }

  /** Something has to be done at the end of this turn. Again does nothing. */
  join(member: TurnMember): void {
    this.members.add(member);
    if (!this.promised) this.promise();
  }

  leave(member: TurnMember): void {
    this.members.delete(member);
    this.spare(member);
  }

  /** The end has to come, also where no microtask does. */
  need(member: TurnMember): void {
    if (!this.task.armed && !this.byTask) return;
    this.needing.add(member);
    if (this.task.armed) this.task.revive(0);
    else this.task.arm(0);
  }

  /** The end is not needed any more. */
  spare(member: TurnMember): void {
    if (this.needing.delete(member) && this.needing.size === 0) this.task.disarm();
  }

  private promise(): void {
    if (!this.own) return;
    this.promised = true;
    void NOW.then(this.microtask);
  }

  private readonly microtask = (): void => {
    this.promised = false;
    this.end();
  };

  private end(): void {
    if (this.needing.size > 0) {
      this.needing.clear();
      this.task.disarm();
    }
    // What these begin belongs to the next turn.
    let { clock } = this;
    this.clock = undefined;
    while (clock !== undefined) {
      const before: TurnClock | undefined = clock.joinedBefore;
      clock.joinedBefore = undefined;
      endTurnOf(clock);
      clock = before;
    }
    const { members } = this;
    if (members.size === 0) return;
    this.members = new Set();
    this.together(() => {
      for (const member of members) endTurnOf(member);
    });
  }
}
