import type { Action, MailboxSetup } from './Action';
import { clone } from './clone';
import { Model, type Timer } from './Model';
import { Real } from './Real';

/** The library and the model, side by side: every step is done to both, and both must have said the same. */
export class Match {
  readonly real: Real;
  model: Model;
  steps = 0;

  /**
   * @param careful - Whether every order of what is due at one moment is tried before it is called a difference, or only that of things
   *   on the same channels: much faster in a large world, and wrong once in a while, where one channel's callback reaches for another.
   */
  constructor(
    setup: readonly MailboxSetup[],
    private readonly careful = true,
  ) {
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
      const next = this.explains(due);
      // From here on there is a choice.
      if (this.careful ? due.length > 1 : meet(next[0]!, due)) before ??= clone(this.model);
      next[0]!.fire();
    }
    if (before !== undefined && !this.agrees) this.model = this.anotherOrder(before) ?? this.model;
    this.compare(what);
  }

  /** The part of what is due that the next line can be from; all of it if that does not decide. */
  private explains(due: readonly Timer[]): readonly Timer[] {
    const line = this.real.lines[this.model.lines.length];
    const candidates = due.filter(({ at }) => at.some(({ place }) => line?.startsWith(`${this.model.now} ${place.name}:`)));
    return candidates.length > 0 ? candidates : due;
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
    // In a large world this is most of the work; what it misses now it finds a few steps later.
    const looking = this.careful || this.steps % 16 === 0;
    if (!this.agrees || (looking && !this.looksTheSame)) throw new Error(this.difference(what));
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
      const states = channels.map(({ closed, slotsAvailable }) => (closed ? 'closed' : slotsAvailable));
      return [...lines, 'events$:', ...sorted(traces), `slotsAvailable: ${states.join(', ')}`].join('\n  ');
    };
    const { steps, model, real } = this;
    return `step ${steps}, ${JSON.stringify(what)}\nby the contract:\n  ${show(model)}\nby the library:\n  ${show(real)}`;
  }
}

function meet(timer: Timer, due: readonly Timer[]): boolean {
  return due.some((other) => other !== timer && other.at.some((channel) => timer.at.includes(channel)));
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
