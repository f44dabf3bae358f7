import type { Model, Timer } from './Model';
import type { ModelBatch } from './ModelBatch';
import type { ModelMessages } from './ModelMessages';
import type { Expiring } from './ModelClock';

/** Those of one length that began in one turn: they have one due time, and run out together. */
export class Together {
  due = Infinity;
  order = 0;
  readonly members: Expiring[] = [];

  constructor(
    readonly length: number,
    private readonly turn: ModelTurn,
  ) {}

  add(member: Expiring): void {
    member.together = this;
    this.members.push(member);
  }

  stop(member: Expiring): void {
    this.members.splice(this.members.indexOf(member), 1);
    member.together = undefined;
    if (this.members.length === 0) this.turn.forget(this);
  }
}

/** When a turn of a mailbox ends, and what is done then: with the next microtask, or with a task of 0 ms where somebody needs it. */
export class ModelTurn {
  /** Limits and quarantines that began in this turn. */
  private begun: Together[] = [];
  private running: Together[] = [];
  /** Channels that are in a pause, or are to be reset. */
  private members: ModelMessages[] = [];
  private readonly needing = new Set<Together | ModelMessages>();
  private task: { readonly due: number; readonly order: number } | undefined;
  /** A microtask is to come. */
  private microtask: { readonly order: number } | undefined;

  constructor(
    private readonly world: Model,
    private readonly batch: ModelBatch,
    /** Which scheduler: 0 is the mailbox's. Turns of others end with their tasks alone. */
    private readonly scheduler = 0,
  ) {}

  begin(length: number, expiring: Expiring): void {
    let together = this.begun.find((other) => other.length === length);
    if (together === undefined) {
      this.begun.push((together = new Together(length, this)));
      this.microtask ??= { order: this.world.nextOrder() };
      this.need(together);
    }
    together.add(expiring);
  }

  /** Nobody is left in it. */
  forget(together: Together): void {
    this.begun = this.begun.filter((other) => other !== together);
    this.running = this.running.filter((other) => other !== together);
    this.spare(together);
  }

  /** The channel has something to do when the turn ends. */
  join(channel: ModelMessages, needed: boolean): void {
    if (!this.members.includes(channel)) this.members.push(channel);
    this.microtask ??= { order: this.world.nextOrder() };
    if (needed) this.need(channel);
    else this.spare(channel);
  }

  leave(channel: ModelMessages): void {
    this.members = this.members.filter((other) => other !== channel);
    this.spare(channel);
  }

  private need(who: Together | ModelMessages): void {
    this.needing.add(who);
    this.task ??= { due: this.world.now, order: this.world.nextOrder() };
  }

  private spare(who: Together | ModelMessages): void {
    this.needing.delete(who);
    if (this.needing.size === 0) this.task = undefined;
  }

  /** Clocks are read; then resets begin, pauses end and hand-overs are made; then all is told. What these begin belongs to the next turn. */
  private end(): void {
    this.needing.clear();
    this.task = undefined;
    for (const together of this.begun) Object.assign(together, { due: this.world.now + together.length, order: this.world.nextOrder() });
    this.running.push(...this.begun.splice(0));
    const members = this.members.splice(0);
    this.batch.run(() => {
      for (const member of members) member.turnEnded();
    });
  }

  private runOut({ members }: Together): void {
    this.batch.run(() => {
      for (let [first] = members; first !== undefined; [first] = members) {
        first.stop();
        first.runOut();
      }
    });
  }

  /** What is to be done when microtasks run. */
  get microtasks(): Timer[] {
    const { microtask, members } = this;
    const fire = (): void => {
      this.microtask = undefined;
      this.end();
    };
    return microtask === undefined ? [] : [{ due: 0, scheduler: 0, order: microtask.order, at: [...members], fire }];
  }

  get timers(): Timer[] {
    const { task, members, running } = this;
    const timers: Timer[] = running.map((together) => ({
      due: together.due,
      scheduler: this.scheduler,
      order: together.order,
      at: together.members.map(({ channel }) => channel),
      fire: () => this.runOut(together),
    }));
    if (task !== undefined) timers.push({ ...task, scheduler: this.scheduler, at: [...members], fire: () => this.end() });
    return timers;
  }
}
