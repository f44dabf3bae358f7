import type { Action, MailboxSetup } from './Action';
import { clone } from './clone';
import { Model } from './Model';
import { Real } from './Real';

/** The library and the model, side by side: every step is done to both, and both must have said the same. */
export class Match {
  readonly real: Real;
  model: Model;
  steps = 0;

  constructor(setup: readonly MailboxSetup[]) {
    freeze(setup);
    this.real = new Real(setup);
    this.model = new Model(setup);
    this.real.start();
    this.model.start();
    this.compare('start');
  }

  /** @throws Error - with what the two said, and when. */
  step(action: Action): void {
    this.steps++;
    freeze(action);
    if (action.do === 'advance') this.advance(action);
    else {
      this.real.perform(action);
      this.model.perform(action);
      this.compare(action);
    }
  }

  /** Closes everything: nobody is left without an outcome, and no timer stands. */
  finish(): void {
    for (let mailbox = 0; mailbox < this.real.mailboxes.length; mailbox++) this.step({ do: 'closeMailbox', mailbox });
    const { referee, clock } = this.real;
    if (referee.pending > 0) throw new Error(`${referee.pending} messages without an outcome`);
    if (clock.timers > 0) throw new Error(`${clock.timers} timers left`);
  }

  /** From one thing that is due to the next. */
  private advance(action: { readonly by: number }): void {
    const until = this.real.now + action.by;
    for (;;) {
      const time = Math.min(this.model.nextDue, until);
      this.real.clock.advanceTo(time);
      this.model.now = time;
      this.fireDue(action);
      if (time === until) return;
    }
  }

  private fireDue(what: unknown): void {
    const { due } = this.model;
    const before = due.length > 1 ? clone(this.model) : undefined;
    for (let [timer] = due; timer !== undefined; [timer] = this.model.due) timer.fire();
    if (before !== undefined && !this.agrees) this.model = this.anotherOrder(before) ?? this.model;
    this.compare(what);
  }

  /** Of what is due at one moment the contract does not say what comes first: any order may explain what the library did. */
  private anotherOrder(before: Model): Model | undefined {
    const { length } = before.due;
    if (length === 0) return same(before, this.real) ? before : undefined;
    for (let i = 0; i < length; i++) {
      const model = clone(before);
      model.due[i]!.fire();
      if (!model.lines.every((line, at) => line === this.real.lines[at])) continue;
      const found = this.anotherOrder(model);
      if (found) return found;
    }
    return undefined;
  }

  private get agrees(): boolean {
    return same(this.model, this.real);
  }

  private compare(what: unknown): void {
    const { model, real } = this;
    const states = [model, real].map(({ channels }) => channels.map(({ closed, slotsAvailable }) => `${closed} ${slotsAvailable}`).join());
    if (!this.agrees || states[0] !== states[1]) throw new Error(this.difference(what, states));
    if (real.referee.fouls.length > 0) throw new Error(`${JSON.stringify(what)}: ${real.referee.fouls.join('; ')}`);
    for (const stage of [model, real]) {
      stage.lines = [];
      stage.traces = [];
    }
  }

  private difference(what: unknown, states: string[]): string {
    const { model, real } = this;
    const show = ({ lines, traces }: Model | Real, i: number): string =>
      [...lines, 'events$:', ...sorted(traces), 'closed, slotsAvailable:', states[i]].join('\n  ');
    return `step ${this.steps}, ${JSON.stringify(what)}\nby the contract:\n  ${show(model, 0)}\nby the library:\n  ${show(real, 1)}`;
  }
}

function same(model: Model, real: Real): boolean {
  return model.lines.join() === real.lines.join() && sorted(model.traces).join() === sorted(real.traces).join();
}

function sorted(lines: readonly string[]): string[] {
  return [...lines].sort();
}

/** So that both stages and all copies may share it. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}
