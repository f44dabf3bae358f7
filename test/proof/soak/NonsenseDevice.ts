import { Observable, type ObservableInput, type SchedulerLike, Subscription, type Subscriber } from 'rxjs';
import type { Correlation, LinkEvent, MailboxController, MailboxLink, TxDoneMethod } from 'rx-mailbox';
import type { Ledger, Numbered, Verdict } from './Ledger';
import type { Random } from './Random';

/** A class of controllers. */
export interface DeviceClass {
  readonly correlation: Correlation;
  readonly txDone: TxDoneMethod;
  readonly window: number;
  /** How a slot becomes free after its sender left and its tx-done was lost: by a reset, or when its quarantine is over. */
  readonly frees: 'reset' | 'quarantine';
  /** Tx-dones carry tokens: always on a tagged link, elsewhere also. */
  readonly tokens: boolean;
}

/** Longer than any tx-done can be late. */
export const QUARANTINE = 60;

/** No answer to anything. */
const NOTHING: readonly unknown[] = [undefined, null, 0, '', NaN, 'ok'];
/** What an async function returns. */
const PROMISES: readonly (() => Promise<unknown>)[] = [
  () => Promise.resolve(true),
  () => Promise.reject(new Error('rejected, and nobody asked')),
];

type Link = MailboxLink<Numbered, never, Verdict>;

/** A device in virtual time that keeps what its class declares, behind an adapter whose callbacks throw, return nonsense and forget to wait. */
export class NonsenseDevice implements MailboxController<Numbered, never, Verdict> {
  readonly name = 'nonsense';
  readonly channelCount = 1;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  readonly window: number;
  declare readonly quarantine?: number;
  declare readonly txPollPeriod?: number;
  /** Nonsense is made. At the end it is not. */
  active = true;
  /** Where the application hears of its own protocol. */
  acknowledge: (done: { token?: number; ack?: Verdict; error?: unknown }) => void = () => undefined;

  constructor(
    readonly made: DeviceClass,
    readonly ledger: Ledger,
    readonly random: Random,
    readonly scheduler: SchedulerLike,
  ) {
    this.txDone = made.txDone;
    this.correlation = made.correlation;
    this.window = made.window;
    if (made.txDone === 'poll') this.txPollPeriod = 2;
    if (made.frees === 'quarantine' && made.correlation !== 'tagged') this.quarantine = QUARANTINE;
    // So that slots are held there, too.
    if (made.correlation === 'tagged' && random.chance(0.7)) this.quarantine = made.frees === 'quarantine' ? QUARANTINE : 2 ** 30;
  }

  private link: NonsenseLink | undefined;

  open(): Link {
    return (this.link = new NonsenseLink(this));
  }

  /** The link is lost, and comes back. Nothing else ends a message in flight that is lost and whose sender waits for ever. */
  blink(): void {
    this.link?.blink();
  }

  /** Whether something of so small a chance happens now. */
  now(chance: number): boolean {
    return this.active && this.random.chance(chance);
  }

  prepare(): void {
    if (this.now(0.005)) throw new Error('not prepared');
    if (this.now(0.01)) return this.random.pick(PROMISES)() as never;
    if (this.now(0.05)) return this.random.pick(NOTHING) as never;
  }

  /** What no callback may return. */
  nonsense(): unknown {
    return this.random.chance(0.5) ? this.random.pick(NOTHING) : this.random.pick(PROMISES)();
  }
}

interface Held {
  readonly token: number;
  readonly done: { ack: Verdict } | { error: Verdict };
  readonly at: number;
}

class NonsenseLink implements Link {
  readonly events$ = new Observable<LinkEvent<never, Verdict>>((subscriber) => {
    this.subscriber = subscriber;
    return () => this.stop();
  });
  declare readonly lastTxDone?: (token: number) => boolean | { ack?: Verdict; error?: unknown };
  declare readonly reset?: () => ObservableInput<unknown>;

  private subscriber: Subscriber<LinkEvent<never, Verdict>> | undefined;
  private refusing = false;
  private up = true;
  /** What the device has not answered, oldest first. */
  private held: Held[] = [];
  /** What it has, by token, where it is asked. */
  private readonly answers = new Map<number, Held['done']>();
  private timers = new Subscription();

  constructor(private readonly device: NonsenseDevice) {
    const { made } = device;
    if (made.txDone === 'poll') this.lastTxDone = (token) => this.ask(token);
    if (made.frees === 'reset') this.reset = () => this.beginReset();
  }

  sendData({ id }: Numbered, token: number): 'accepted' | 'busy' {
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
    const verdict: Verdict = { id };
    this.take({ token, done: random.chance(0.05) ? { error: verdict } : { ack: verdict }, at: this.dueAt() });
    return nonsense ? (device.nonsense() as never) : 'accepted';
  }

  abort(token: number): void {
    const { device } = this;
    // It can be withdrawn, sometimes.
    if (device.made.correlation === 'tagged' && device.random.chance(0.3)) this.held = this.held.filter((held) => held.token !== token);
    if (device.now(0.1)) throw new Error('cannot abort');
    if (device.now(0.3)) return device.nonsense() as never;
  }

  private ask(token: number): boolean | { ack?: Verdict; error?: unknown } {
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
    const { token, done } = held;
    ledger.decides('ack' in done ? done.ack : done.error);
    const event = { ...(made.tokens && { token }), ...done };
    if (made.txDone === 'poll') this.answers.set(token, done);
    else if (made.txDone === 'ack') device.acknowledge(event);
    else this.emit({ type: 'txDone', ...event });
    // A write callback that fails after the reply has come: harmless, since it has the token.
    if (made.txDone === 'irq' && made.tokens && device.now(0.05)) this.again(token, 'ack' in done ? done.ack : done.error);
    if (random.chance(0.002)) this.blink();
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
    const events = [{ type: 'txdone' }, { type: undefined }, 'done', ...(made.txDone === 'irq' ? [token] : [])];
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
