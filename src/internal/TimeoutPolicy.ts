import type { SchedulerLike } from 'rxjs';
import { TxTimeoutError, type TxClock } from '../errors';
import { assertObject, assertTimeLimit } from './assert';
import type { Deadline, Deadlines } from './Deadlines';
import type { TxEnvironment } from './TxEnvironment';
import type { TxPolicy } from './TxPolicy';
import type { TxRecord, TxWatch } from './TxRecord';

/** The limits that were given, checked. */
export type Limits = Readonly<Partial<Record<TxClock, number>>>;

const CLOCKS: readonly TxClock[] = ['queued', 'inFlight', 'total'];

export function assertLimits(name: string, limit: unknown): Limits {
  if (typeof limit === 'number') {
    assertTimeLimit(name, limit);
    return { total: limit };
  }
  assertObject(name, limit);
  const limits = limit as Limits;
  const given = CLOCKS.filter((clock) => limits[clock] !== undefined);
  if (given.length === 0) throw new TypeError(`${name} has no clock; expected milliseconds, or at least one of queued, inFlight, total`);
  for (const clock of given) assertTimeLimit(`${name}.${clock}`, limits[clock]);
  return { ...limits };
}

/** Bounds the time of each message it is applied to. */
export class TimeoutPolicy implements TxPolicy {
  constructor(
    private readonly limits: Limits,
    private readonly scheduler: SchedulerLike | undefined,
  ) {}

  begin(record: TxRecord<unknown, unknown>, environment: TxEnvironment): void {
    record.watch(new TxClocks(record, this.limits, environment.deadlines(this.scheduler)));
  }
}

/** The clocks of one message. At most two run at once: the total one, and that of the part it is in. */
class TxClocks implements TxWatch {
  private readonly total: Deadline | undefined;
  private part: Deadline | undefined;

  constructor(
    private readonly record: TxRecord<unknown, unknown>,
    private readonly limits: Limits,
    private readonly deadlines: Deadlines,
  ) {
    this.total = this.start('total');
    this.part = this.start('queued');
  }

  sent(): void {
    this.part?.stop();
    this.part = this.start('inFlight');
  }

  stop(): void {
    this.total?.stop();
    this.part?.stop();
  }

  private start(clock: TxClock): Deadline | undefined {
    const limit = this.limits[clock];
    if (limit === undefined) return undefined;
    return this.deadlines.start(limit, () => this.record.leave((delivery) => new TxTimeoutError(clock, limit, delivery)));
  }
}
