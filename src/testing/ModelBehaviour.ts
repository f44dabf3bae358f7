import { assertInteger, assertNumber, MAX_DELAY } from '../contract/checks';

/** How a model of another processor behaves; what `HspBehaviour` and `VcpBehaviour` have in common. */
export class ModelBehaviour {
  latency = 0;
  lateClear = 0;
  answersEarly = false;
  holds = false;
  stuck = 0;

  /** @param mostStuck - `stuck` with every bit set that has a meaning. */
  constructor(private readonly mostStuck: number) {}

  /** Changes what is given; the rest stays as it is. */
  set({ latency, lateClear, answersEarly, holds, stuck }: Partial<Behaviour>): void {
    if (latency !== undefined) this.latency = assertDelay('latency', latency);
    if (lateClear !== undefined) this.lateClear = assertDelay('lateClear', lateClear);
    if (answersEarly !== undefined) this.answersEarly = answersEarly;
    if (holds !== undefined) this.holds = holds;
    if (stuck === undefined) return;
    assertInteger('stuck', stuck, 0, this.mostStuck);
    this.stuck = stuck;
  }
}

type Behaviour = Pick<ModelBehaviour, 'latency' | 'lateClear' | 'answersEarly' | 'holds' | 'stuck'>;

function assertDelay(name: string, delay: number): number {
  assertNumber(name, delay, `milliseconds, 0 to ${MAX_DELAY}`, (n) => n >= 0 && n <= MAX_DELAY);
  return delay;
}
