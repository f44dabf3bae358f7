import type { ObservableInput, Subscriber } from 'rxjs';
import { USUAL } from './Choices';
import { JunkPromise } from './JunkPromise';
import { TxDone, type Message, type Outcome } from './Message';
import { BROKEN } from './Truth';
import type { LinkCalls } from './WorldLink';
import type { World } from './World';
import type { Answer } from './WorldSpec';

/** What the link does when it is called, and what it says. */
export class LinkSide implements LinkCalls {
  constructor(private readonly world: World) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    this.world.judge.sendData(message, token);
    return this.attempt(message, 'sendData', 'accepted') as 'accepted' | 'busy';
  }

  prepare(message: Message): void {
    const { judge, truth } = this.world;
    judge.prepare(message);
    truth.preparing = message;
    const answer = this.attempt(message, 'txPrepare', 'prepared');
    // It has left meanwhile, or nothing may be handed over now.
    if (message !== truth.waiting[0] || !truth.room) truth.preparing = undefined;
    return answer as never;
  }

  /** What happens inside, and then the answer. */
  private attempt(message: Message, kind: 'sendData' | 'txPrepare', usual: 'accepted' | 'prepared'): unknown {
    const { world } = this;
    const choice = world.choices.choose(kind, usual, () => this.attempts(kind, usual));
    const plus = choice.indexOf('+');
    if (plus >= 0) world.perform(choice.slice(0, plus));
    const answer = choice.slice(plus + 1) as Answer | 'prepared';
    const { truth } = world;
    switch (answer) {
      case 'prepared':
        return undefined;
      case 'throw': {
        const thrown = new TxDone(undefined);
        truth.answered(message, { thrown });
        throw thrown;
      }
      case 'nonsense':
        truth.answered(message, 'nonsense');
        return 'ok';
      case 'promise':
        truth.answered(message, kind === 'txPrepare' ? { promised: true } : 'nonsense');
        return this.promise();
      default:
        truth.answered(message, answer);
        return answer;
    }
  }

  private attempts(kind: 'sendData' | 'txPrepare', usual: string): string[] {
    const { spec, truth, wire } = this.world;
    const answers = [usual, ...(kind === 'sendData' ? spec.answers : (['throw', 'promise'] as const))];
    const inner = this.world.innerActions(kind);
    const own = truth.handing && wire.label(truth.handing);
    // Without tokens a tx-done of a message that is refused could not be distinguished from that of the next one.
    const claims = (action: string): boolean => spec.correlation !== 'tagged' && (action === `done ${own}` || action === `fail ${own}`);
    return answers.flatMap((answer) => [
      ...(answer === usual ? [] : [answer]),
      ...inner.filter((action) => answer === 'accepted' || !claims(action)).map((action) => `${action}+${answer}`),
    ]);
  }

  /** One that is rejected, where none may be returned. */
  private promise(): JunkPromise {
    const promise = new JunkPromise();
    this.world.promises.push(promise);
    return promise;
  }

  lastTxDone(token: number): boolean | { ack?: TxDone; error?: unknown } {
    const { judge, wire, truth, spec, choices } = this.world;
    const message = judge.asked(token);
    switch (choices.choose('lastTxDone', USUAL, () => (spec.inside.lastTxDone ? ['throw', 'promise', 'zero'] : []))) {
      case 'throw': {
        const thrown = new TxDone(undefined);
        truth.lost(message, thrown);
        throw thrown;
      }
      case 'promise':
        truth.lost(message, BROKEN);
        return this.promise() as never;
      case 'zero':
        truth.lost(message, BROKEN);
        return 0 as never;
    }
    const answer = wire.taken.get(message);
    if (answer === undefined) return false;
    truth.txDone(message, token, 'ack' in answer ? answer : { code: 'EIO', delivery: 'sent', cause: answer.error });
    return answer;
  }

  abort(token: number): void {
    const message = this.world.judge.abort(token);
    const { wire, spec, truth } = this.world;
    const outstanding = spec.method === 'irq' && wire.next(spec.correlation === 'tagged').includes(message);
    const options = ['throw', 'promise', ...(outstanding ? ['done'] : [])];
    const choice = this.world.choices.choose('abort', USUAL, () => (spec.inside.abort ? options : []));
    if (choice === 'done') this.txDone(message, spec.correlation === 'tagged', false);
    // Advice that the link cannot take.
    if (choice === 'throw' || choice === 'promise') truth.broken(message);
    if (choice === 'throw') throw new TxDone(undefined);
    if (choice === 'promise') return this.promise() as never;
  }

  reset(): ObservableInput<never> | undefined {
    const { judge, choices, spec, truth } = this.world;
    judge.reset();
    const choice = choices.choose('resetLink', USUAL, () => {
      return spec.inside.resetLink ? ['done', 'fail', 'throw', 'nonsense', ...this.world.innerActions('resetLink')] : [];
    });
    const reason = new TxDone(undefined);
    if (choice === 'throw') {
      truth.down(reason);
      throw reason;
    }
    if (choice === 'nonsense') {
      truth.down(undefined);
      return 5 as never;
    }
    this.inReset = choice;
    return undefined;
  }

  /** What happens when the reset is subscribed. */
  private inReset = USUAL;

  resetting(reset: Subscriber<never>): void {
    const choice = this.inReset;
    this.inReset = USUAL;
    if (choice === 'done' || choice === 'fail') this.endReset(reset, choice === 'fail');
    else if (choice !== USUAL) this.world.perform(choice);
  }

  endReset(reset: Subscriber<never>, fails: boolean): void {
    const { truth, link, wire, spec } = this.world;
    const reason = new TxDone(undefined);
    link.resetEnded(reset);
    for (const message of !fails && spec.reset === 'telling' ? [...wire.outstanding] : []) {
      if (wire.outstanding.includes(message)) this.txDone(message, spec.correlation === 'tagged', true);
    }
    truth.act(() => {
      // What it said before may have ended the epoch, and the reset with it.
      if (!truth.resetting) return;
      if (fails) truth.down(reason);
      else truth.resetDone();
    });
    if (fails) reset.error(reason);
    else reset.complete();
  }

  txDone(message: Message, tagged: boolean, fails: boolean): void {
    const { truth, wire, spec } = this.world;
    const done = new TxDone(message);
    if (spec.method === 'poll') return void wire.taken.set(message, fails ? { error: done } : { ack: done });
    const outcome: Outcome = fails ? { code: 'EIO', delivery: 'sent', cause: done } : { ack: done };
    const token = tagged ? message.token! : undefined;
    truth.act(() => truth.txDone(message, token, outcome));
    this.emit(token, fails ? { error: done } : { ack: done });
  }

  giveBack(message: Message): void {
    const { truth, link } = this.world;
    truth.act(() => truth.giveBack(message));
    link.emit({ type: 'refused', token: message.token! });
  }

  progress(message: Message | undefined): void {
    const { truth, link } = this.world;
    truth.act(() => truth.progress(message));
    link.emit({ type: 'progress', ...(message && { token: message.token! }) });
  }

  stray(which: string): void {
    const { truth, wire, link } = this.world;
    const done = { ack: new TxDone(undefined) };
    if (which === 'method') {
      const token = truth.slots[0]?.token;
      truth.act(() => truth.strayTxDone('unknownTxDone', token));
      return link.emit({ type: 'txDone', ...(token !== undefined && { token }), ...done });
    }
    const message = which === 'past' ? wire.past : which === 'head' ? truth.waiting[0] : undefined;
    const token = message ? message.token! : which === 'never' ? 1e9 : undefined;
    truth.act(() => truth.strayTxDone(message ? 'lateTxDone' : 'unknownTxDone', token));
    this.emit(token, done);
  }

  /** What no link may say. */
  junk(which: string): void {
    const { truth, link } = this.world;
    if (which === 'token') truth.act(() => truth.strayTxDone('broken', undefined));
    else truth.act(() => truth.broken());
    link.emit((which === 'token' ? { type: 'txDone', token: null } : which === 'type' ? { type: 'txdone' } : null) as never);
  }

  /** By the channel's own method. */
  private emit(token: number | undefined, result: { ack: TxDone } | { error: TxDone }): void {
    const event = { ...(token !== undefined && { token }), ...result };
    const { spec, channel, link } = this.world;
    if (spec.method === 'ack') channel.acknowledge(event);
    else link.emit({ type: 'txDone', ...event });
  }
}
