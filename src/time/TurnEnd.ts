import type { SchedulerLike } from 'rxjs';
import { reportUnhandled } from '../util/reportUnhandled';
import { monotonicScheduler, timeIsVirtual, timersAreFake } from './monotonic';
import { Timer } from './Timer';

/** Has something to do when a turn ends. */
export interface TurnMember {
  /** It joins a turn once. It sets this when it joins, and clears it when the turn has ended. */
  joined: boolean;
  /** The end has to come, also where no microtask does. */
  needsEnd: boolean;
  turnEnded(): void;
}

/** Has a clock that is read when a turn ends. Linked: a turn that has a limit should allocate nothing but its promise. */
export interface TurnClock extends TurnMember {
  joinedBefore: TurnClock | undefined;
}

const NOW = Promise.resolve();

/**
 * The end of the current turn: one moment for a mailbox.
 *
 * A turn ends with the next microtask, by a promise because fake timers replace `queueMicrotask`. In virtual or fake time many turns may pass
 * without a microtask in between. There a task of 0 ms ends the turn, if it comes first and somebody needs the end.
 */
export class TurnEnd {
  /** The last clock that has joined. */
  private clock: TurnClock | undefined = undefined;
  private members: TurnMember[] = [];
  /** How many need the end. */
  private needing = 0;
  private readonly task: Timer;
  /** A promise is on its way. */
  private promised = false;

  constructor(
    private readonly scheduler: SchedulerLike,
    /** Makes one of many transitions. */
    private readonly together: (transitions: () => void) => void,
    /** It is the mailbox's own. Turns of another scheduler end with its tasks alone. */
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

  /** The end of this turn is when this clock is read. All clocks are read before anything else is done. */
  joinClock(clock: TurnClock): void {
    clock.joined = true;
    clock.joinedBefore = this.clock;
    this.clock = clock;
    if (!this.promised) this.promise();
  }

  /** Something has to be done at the end of this turn. */
  join(member: TurnMember): void {
    if (member.joined) return;
    member.joined = true;
    this.members.push(member);
    if (!this.promised) this.promise();
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

  /** Whether a member needs the end. As long as one does, a task stands where one may have to end the turn. */
  need(member: TurnMember, needs: boolean): void {
    if (member.needsEnd !== needs) {
      member.needsEnd = needs;
      this.needing += needs ? 1 : -1;
    }
    if (this.needing === 0) this.task.disarm();
    else if (this.task.armed) this.task.revive(0);
    else if (this.byTask) this.task.arm(0);
  }

  private end(): void {
    if (this.task.armed) this.task.disarm();
    this.needing = 0;
    // What these begin belongs to the next turn.
    const { members } = this;
    let next = this.clock;
    this.clock = undefined;
    while (next !== undefined) {
      const clock = next;
      next = clock.joinedBefore;
      clock.joinedBefore = undefined;
      clock.joined = clock.needsEnd = false;
      this.endFor(clock);
    }
    if (members.length === 0) return;
    this.members = [];
    for (const member of members) member.joined = member.needsEnd = false;
    this.together(() => {
      // One that has joined again meanwhile, because of another's end, belongs to the next turn.
      for (const member of members) if (!member.joined) this.endFor(member);
    });
  }

  private endFor(member: TurnMember): void {
    try {
      member.turnEnded();
    } catch (error) {
      // A scheduler has thrown. That must not keep others from their turn.
      reportUnhandled(error);
    }
  }
}
