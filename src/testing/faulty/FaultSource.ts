import type { SchedulerLike } from 'rxjs';
import { Chance } from './Chance';
import type { Fault, FaultType, FaultyOptions } from './FaultyOptions';

/** Decides which faults happen on one channel, by chance or from a log, and logs those that are made. */
export class FaultSource {
  /** False: no more faults. */
  active = true;
  private readonly chance: Chance;
  private step = 0;
  private readonly replayed: Map<number, Fault> | undefined;

  constructor(
    private readonly options: FaultyOptions,
    private readonly channel: number,
    private readonly log: Fault[],
    /** Changes when another mailbox opens the channel. */
    public scheduler: SchedulerLike,
  ) {
    this.chance = new Chance(options.seed, channel);
    const { replay } = options;
    if (replay) this.replayed = new Map(replay.filter((fault) => fault.channel === channel).map((fault) => [fault.step, fault]));
  }

  /** Whether this fault happens now. It is logged only when the caller also calls {@link made}. */
  decide(type: FaultType, token?: number): Fault | undefined {
    const step = this.step++;
    // Every decision draws two numbers, so the result of one does not shift the numbers of the next.
    const hit = this.chance.next();
    let ms = 1 + Math.floor(this.chance.next() * (this.options.maxDelay ?? 10));
    if (!this.active) return undefined;
    if (this.replayed) {
      const again = this.replayed.get(step);
      if (again?.type !== type) return undefined;
      ({ ms } = again);
    } else if (hit >= (this.options[type] ?? 0)) return undefined;
    const fault: Fault = { type, channel: this.channel, step, ms, at: this.scheduler.now() };
    return token === undefined ? fault : { ...fault, token };
  }

  made(fault: Fault): Fault {
    this.log.push(fault);
    return fault;
  }

  /** {@link decide}, and {@link made} if it happens. */
  strike(type: FaultType, token?: number): Fault | undefined {
    const fault = this.decide(type, token);
    return fault && this.made(fault);
  }
}
