import type { Action, MailboxSetup } from './Action';
import { clone } from './clone';
import { Model, type Timer } from './Model';
import { Real } from './Real';

/** What is due at one moment. */
type Todo = (model: Model) => readonly Timer[];

/** The library and the model, side by side: every step is done to both, and both must have said the same. */
export class Match {
  readonly real: Real;
  model: Model;
  steps = 0;
  /** The last step is done when microtasks have run: {@link endTurn}. */
  turnIsOver = false;

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
    else if (action.do === 'turn') this.turnIsOver = true;
    else {
      this.real.perform(action);
      this.model.perform(action);
      this.compare(action);
    }
  }

  /** Lets microtasks run. */
  async endTurn(): Promise<void> {
    this.turnIsOver = false;
    await new Promise((resolve) => setImmediate(resolve));
    this.fire((model) => model.microtasks);
    this.compare({ do: 'turn' });
  }

  /** Closes everything: nobody is left without an outcome, and no timer stands. */
  finish(): void {
    for (let mailbox = 0; mailbox < this.real.mailboxes.length; mailbox++) this.step({ do: 'closeMailbox', mailbox });
    const { referee, timers } = this.real;
    if (referee.pending > 0) throw new Error(`${referee.pending} messages without an outcome`);
    if (timers > 0) throw new Error(`${timers} timers left`);
  }

  /** From one thing that is due to the next. */
  private advance(action: { readonly by: number }): void {
    const until = this.real.now + action.by;
    for (;;) {
      const time = Math.min(this.model.nextDue, until);
      this.real.advanceTo(time);
      this.model.now = time;
      this.fireDue(action);
      if (time === until) return;
    }
  }

  private fireDue(what: unknown): void {
    this.fire((model) => model.due);
    this.compare(what);
  }

  private fire(todo: Todo): void {
    let before: Model | undefined;
    for (let due = todo(this.model); due.length > 0; due = todo(this.model)) {
      const [next] = due;
      // From here on there is a choice.
      if (this.careful ? due.length > 1 : meet(next!, due)) before ??= clone(this.model);
      next!.fire();
    }
    if (before !== undefined && !this.agrees) this.model = this.anotherOrder(before, todo) ?? this.model;
  }

  /** Of what is due at one moment the contract does not say what comes first: any order may explain what the library did. */
  private anotherOrder(before: Model, todo: Todo): Model | undefined {
    const { length } = todo(before);
    if (length === 0) return same(before, this.real) ? before : undefined;
    for (let i = 0; i < length; i++) {
      const model = clone(before);
      todo(model)[i]!.fire();
      if (!model.lines.every((line, at) => line === this.real.lines[at])) continue;
      const found = this.anotherOrder(model, todo);
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
    if (real.referee.rejections > 0) real.referee.fouls.push('rule 8: nobody has seen to a rejection');
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
      ({ closed, up, slotsAvailable }, i) =>
        closed === channels[i]!.closed && (up && !closed) === channels[i]!.up && slotsAvailable === channels[i]!.slotsAvailable,
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
