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
    let before: Model | undefined;
    for (let { due } = this.model; due.length > 0; { due } = this.model) {
      // From here on there is a choice.
      if (due.length > 1) before ??= clone(this.model);
      due[0]!.fire();
    }
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
    if (!this.agrees || !this.looksTheSame) throw new Error(this.difference(what));
    if (real.referee.fouls.length > 0) throw new Error(`${JSON.stringify(what)}: ${real.referee.fouls.join('; ')}`);
    for (const stage of [model, real]) {
      stage.lines = [];
      stage.traces = [];
    }
  }

  /** What can be read from every channel at any time. */
  private get looksTheSame(): boolean {
    const { channels } = this.real;
    return this.model.channels.every(
      ({ closed, slotsAvailable }, i) => closed === channels[i]!.closed && slotsAvailable === channels[i]!.slotsAvailable,
    );
  }

  private difference(what: unknown): string {
    const show = ({ lines, traces, channels }: Model | Real): string => {
      const states = channels.map(({ closed, slotsAvailable }, i) => `channel ${i}: ${slotsAvailable} free${closed ? ', closed' : ''}`);
      return [...lines, 'events$:', ...sorted(traces), ...states].join('\n  ');
    };
    const { steps, model, real } = this;
    return `step ${steps}, ${JSON.stringify(what)}\nby the contract:\n  ${show(model)}\nby the library:\n  ${show(real)}`;
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
