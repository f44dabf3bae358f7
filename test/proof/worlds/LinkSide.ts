import type { Subscriber } from 'rxjs';
import { USUAL } from './Choices';
import { TxDone, type Message, type Outcome } from './Message';
import type { LinkCalls } from './WorldLink';
import type { World } from './World';

/** What the link does when it is called, and what it says. */
export class LinkSide implements LinkCalls {
  constructor(private readonly world: World) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    this.world.judge.sendData(message, token);
    return this.attempt(message, 'sendData', 'accepted');
  }

  prepare(message: Message): void {
    this.world.judge.attempt(message);
    this.world.truth.preparing = message;
    this.attempt(message, 'txPrepare', 'prepared');
  }

  /** What happens inside, and then the answer. */
  private attempt<A extends 'accepted' | 'prepared'>(message: Message, kind: 'sendData' | 'txPrepare', usual: A): A | 'busy' {
    const choice = this.world.choices.choose(kind, usual, () => this.attempts(kind, usual));
    const plus = choice.indexOf('+');
    if (plus >= 0) this.world.perform(choice.slice(0, plus));
    const answer = choice.slice(plus + 1);
    if (answer === 'throw') {
      const thrown = new TxDone(undefined);
      this.world.truth.answered(message, { thrown });
      throw thrown;
    }
    if (answer !== 'prepared') this.world.truth.answered(message, answer as 'accepted' | 'busy');
    return answer as A | 'busy';
  }

  private attempts(kind: 'sendData' | 'txPrepare', usual: string): string[] {
    const { spec, truth, wire } = this.world;
    const answers = [usual, ...(kind === 'sendData' ? spec.answers : (['throw'] as const))];
    const inner = this.world.innerActions(kind);
    const own = truth.handing && wire.label(truth.handing);
    // Without tokens a tx-done of a message that is refused could not be distinguished from that of the next one.
    const claims = (action: string): boolean => spec.correlation !== 'tagged' && (action === `done ${own}` || action === `fail ${own}`);
    return answers.flatMap((answer) => [
      ...(answer === usual ? [] : [answer]),
      ...inner.filter((action) => answer === 'accepted' || !claims(action)).map((action) => `${action}+${answer}`),
    ]);
  }

  lastTxDone(token: number): boolean | { ack?: TxDone; error?: unknown } {
    const { judge, wire, truth } = this.world;
    const message = judge.asked(token);
    const answer = wire.taken.get(message);
    if (answer === undefined) return false;
    truth.txDone(message, token, 'ack' in answer ? answer : { code: 'EIO', delivery: 'sent', cause: answer.error });
    return answer;
  }

  abort(token: number): void {
    const message = this.world.judge.abort(token);
    const { wire, spec } = this.world;
    const outstanding = spec.method === 'irq' && wire.next(spec.correlation === 'tagged').includes(message);
    const choice = this.world.choices.choose('abort', USUAL, () => (spec.inside.abort ? ['throw', ...(outstanding ? ['done'] : [])] : []));
    if (choice === 'done') this.txDone(message, spec.correlation === 'tagged', false);
    // Advice that the link cannot take.
    if (choice === 'throw') throw new TxDone(undefined);
  }

  reset(reset: Subscriber<never>): void {
    const choice = this.world.choices.choose('resetLink', USUAL, () => (this.world.spec.inside.resetLink ? ['done', 'fail'] : []));
    if (choice !== USUAL) this.endReset(reset, choice === 'fail');
  }

  endReset(reset: Subscriber<never>, fails: boolean): void {
    const { truth, link, wire, spec } = this.world;
    const reason = new TxDone(undefined);
    link.resetEnded(reset);
    // A reset that silences those who are still there says so before it completes.
    for (const message of !fails && spec.reset === 'all' ? [...wire.outstanding] : []) {
      if (wire.outstanding.includes(message)) this.txDone(message, spec.correlation === 'tagged', true);
    }
    truth.act(() => (fails ? truth.down(reason) : truth.releaseHeld()));
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

  /** By the channel's own method. */
  private emit(token: number | undefined, result: { ack: TxDone } | { error: TxDone }): void {
    const event = { ...(token !== undefined && { token }), ...result };
    const { spec, channel, link } = this.world;
    if (spec.method === 'ack') channel.acknowledge(event);
    else link.emit({ type: 'txDone', ...event });
  }
}
