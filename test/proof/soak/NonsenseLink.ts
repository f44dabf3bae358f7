import { Observable, type ObservableInput, Subscription, type Subscriber } from 'rxjs';
import type { Delivery, LinkEvent, MailboxLink, TxDoneResult } from 'rx-mailbox';
import type { Numbered, Verdict } from './Ledger';
import type { NonsenseDevice } from './NonsenseDevice';

interface Held {
  readonly id: number;
  readonly token: number;
  readonly done: { ack: Verdict } | { error: Verdict; delivery?: Delivery };
  readonly at: number;
}

/** One channel of a device: the far end, and the adapter before it. */
export class NonsenseLink implements MailboxLink<Numbered, never, Verdict> {
  readonly events$ = new Observable<LinkEvent<never, Verdict>>((subscriber) => {
    this.subscriber = subscriber;
    return () => this.stop();
  });
  declare readonly lastTxDone?: (token: number) => boolean | TxDoneResult<Verdict>;
  declare readonly reset?: () => ObservableInput<unknown>;

  private subscriber: Subscriber<LinkEvent<never, Verdict>> | undefined;
  private refusing = false;
  private up = true;
  /** What the device has not answered, oldest first. */
  private held: Held[] = [];
  /** What it has, by token, where it is asked. */
  private readonly answers = new Map<number, Held['done']>();
  private timers = new Subscription();

  constructor(
    private readonly device: NonsenseDevice,
    private readonly index: number,
  ) {
    const { made } = device;
    if (made.txDone === 'poll') this.lastTxDone = (token) => this.ask(token);
    if (made.frees === 'reset') this.reset = () => this.beginReset();
  }

  sendData(message: Numbered, token: number): 'accepted' | 'busy' {
    const { device } = this;
    if (device.inside) device.ledger.mistake('sendData is re-entered');
    device.inside = true;
    try {
      return this.write(message, token);
    } finally {
      device.inside = false;
    }
  }

  private write({ id }: Numbered, token: number): 'accepted' | 'busy' {
    const { device } = this;
    const { ledger, made, random } = device;
    if (this.refusing) return 'busy';
    if (device.now(0.04)) return this.refuse();
    if (device.now(0.01)) throw new Error('not written');
    if (device.now(0.004)) this.say();
    // A link without tokens whose message is gone, and that stays up, would give its slot the tx-done of the next one.
    const nonsense = device.now(0.02);
    if (nonsense && made.correlation === 'tagged' && random.chance(0.5)) return device.nonsense() as never;
    ledger.arrives(id);
    this.take({ id, token, done: this.verdict(id), at: this.dueAt() });
    return nonsense ? (device.nonsense() as never) : 'accepted';
  }

  private verdict(id: number): Held['done'] {
    const { device } = this;
    const verdict: Verdict = { id };
    if (!device.random.chance(0.05)) return { ack: verdict };
    if (device.nowWithOptions(0.3)) return { error: verdict, delivery: device.random.pick(['sent', 'unknown', 'not-sent']) };
    // `acknowledge()` would throw.
    const junk = device.made.txDone !== 'ack' && device.nowWithOptions(0.1);
    return junk ? { error: verdict, delivery: 'never' as never } : { error: verdict };
  }

  abort(token: number): void {
    const { device } = this;
    // It can be withdrawn, sometimes.
    if (device.made.correlation === 'tagged' && device.random.chance(0.3)) this.held = this.held.filter((held) => held.token !== token);
    if (device.now(0.1)) throw new Error('cannot abort');
    if (device.now(0.3)) return device.nonsense() as never;
  }

  private ask(token: number): boolean | TxDoneResult<Verdict> {
    const { device } = this;
    if (device.now(0.005)) throw new Error('cannot say');
    if (device.now(0.01)) return device.nonsense() as never;
    const answer = this.answers.get(token);
    this.answers.delete(token);
    return answer ?? false;
  }

  private dueAt(): number {
    const { made, random, scheduler } = this.device;
    const at = scheduler.now() + (random.chance(0.15) ? 0 : random.between(1, 5));
    const last = made.correlation === 'tagged' ? undefined : this.held.at(-1);
    return Math.max(at, last?.at ?? 0);
  }

  private take(held: Held): void {
    const { scheduler } = this.device;
    this.held.push(held);
    const wait = held.at - scheduler.now();
    if (wait === 0 && this.held.length === 1) this.answer(held);
    else this.after(wait, () => this.answer(held));
  }

  private after(ms: number, act: () => void): void {
    this.timers.add(this.device.scheduler.schedule(act, ms));
  }

  private answer(held: Held): void {
    const { device } = this;
    const { made, random, ledger } = device;
    const at = this.held.indexOf(held);
    if (at < 0) return;
    // In their order, where tx-dones say no more than that.
    if (at > 0 && made.correlation !== 'tagged') return this.after(1, () => this.answer(held));
    this.held.splice(at, 1);
    const { id, token, done } = held;
    if (this.givesBack && device.nowWithOptions(0.04)) return this.giveBack(held);
    if ('delivery' in done && done.delivery === 'not-sent') ledger.returns(id);
    ledger.decides('ack' in done ? done.ack : done.error);
    const event = { ...(made.tokens && { token }), ...done };
    if (made.txDone === 'poll') this.answers.set(token, done);
    else if (made.txDone === 'ack') device.acknowledge(this.index, event);
    else this.emit({ type: 'txDone', ...event });
    // A write callback that fails after the reply has come: harmless, since it has the token.
    if (made.txDone === 'irq' && made.tokens && device.now(0.05)) this.again(token, 'ack' in done ? done.ack : done.error);
    if (random.chance(0.002)) this.blink();
  }

  /**
   * Not where the faulty wire may lose that, and the application's own protocol, which does not go by that wire, then says the tx-done of the next
   * one: without a token it would count for the message that was given back.
   */
  private get givesBack(): boolean {
    const { correlation, tokens, txDone } = this.device.made;
    return txDone !== 'ack' || correlation !== 'ordered' || tokens;
  }

  /** It is provably not taken. */
  private giveBack({ id, token }: Held): void {
    const { device } = this;
    device.ledger.returns(id);
    this.emit({ type: 'refused', token, error: new Error('given back') });
    this.after(device.random.between(0, 3), () => this.emit({ type: 'ready' }));
  }

  private again(token: number, { id }: Verdict): void {
    const error: Verdict = { id };
    this.device.ledger.decides(error);
    this.emit({ type: 'txDone', token, error });
  }

  private refuse(): 'busy' {
    const { random } = this.device;
    this.refusing = true;
    const ready = (): void => {
      this.refusing = false;
      this.emit({ type: 'ready' });
    };
    if (random.chance(0.2)) ready();
    else this.after(random.between(1, 4), ready);
    return 'busy';
  }

  /** Something that no link may say. */
  private say(): void {
    const { made, random } = this.device;
    const token = { type: 'txDone', token: null };
    const news = [{ type: 'refused' }, { type: 'refused', token: 'a' }, { type: 'progress', token: {} }, { type: 'progress' }];
    const events = [
      ...[{ type: 'txdone' }, { type: undefined }, 'done'],
      ...(made.txDone === 'irq' ? [token] : []),
      ...(this.device.options ? news : []),
    ];
    this.emit(random.pick(events) as never);
  }

  /** Down, and up again soon. */
  blink(): void {
    if (!this.up || this.subscriber === undefined) return;
    this.wipe();
    this.up = false;
    this.emit({ type: 'down', reason: new Error('unplugged') });
    this.comesBack();
  }

  private comesBack(): void {
    this.after(this.device.random.between(1, 5), () => {
      this.up = true;
      this.emit({ type: 'up' });
    });
  }

  private beginReset(): ObservableInput<unknown> {
    const { device } = this;
    const { random } = device;
    if (device.now(0.02)) {
      this.failReset();
      throw new Error('cannot reset');
    }
    if (device.now(0.02)) {
      this.failReset();
      return 5 as never;
    }
    if (device.now(0.1)) return this.endReset(Promise.resolve());
    return new Observable((subscriber) => {
      const end = (): void => {
        if (device.now(0.05)) {
          this.failReset();
          subscriber.error(new Error('not reset'));
        } else this.endReset(subscriber).complete();
      };
      if (random.chance(0.3)) return end();
      const timer = device.scheduler.schedule(end, random.between(0, 8));
      return () => timer.unsubscribe();
    });
  }

  private endReset<T>(result: T): T {
    this.wipe();
    return result;
  }

  /** It counts as a `down`. */
  private failReset(): void {
    this.wipe();
    this.up = false;
    this.comesBack();
  }

  /** Everything that it was given is gone. */
  private wipe(): void {
    this.held = [];
    this.answers.clear();
    this.timers.unsubscribe();
    this.timers = new Subscription();
    if (this.refusing) this.after(1, () => this.readyAgain());
  }

  private readyAgain(): void {
    this.refusing = false;
    this.emit({ type: 'ready' });
  }

  private emit(event: LinkEvent<never, Verdict>): void {
    this.subscriber?.next(event);
  }

  private stop(): void {
    this.subscriber = undefined;
    this.held = [];
    this.timers.unsubscribe();
  }
}
