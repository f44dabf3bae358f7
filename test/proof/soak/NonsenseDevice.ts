import type { SchedulerLike } from 'rxjs';
import type { Correlation, MailboxController, MailboxLink, ReadyChannels, TxDoneMethod, TxDoneResult } from 'rx-mailbox';
import type { Ledger, Numbered, Verdict } from './Ledger';
import { NonsenseLink } from './NonsenseLink';
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

/** A device in virtual time that keeps what its class declares, behind an adapter whose callbacks throw, return nonsense and forget to wait. */
export class NonsenseDevice implements MailboxController<Numbered, never, Verdict> {
  readonly name = 'nonsense';
  readonly channelCount: number;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  readonly window: number;
  declare readonly sharedWindow?: number;
  declare readonly nextChannel?: (ready: ReadyChannels) => number | undefined;
  declare readonly quarantine?: number;
  declare readonly txPollPeriod?: number;
  /** Nonsense is made: not while it is being registered, which would fail, and not at the end. */
  active = false;
  /** Where the application hears of its own protocol. */
  acknowledge: (index: number, done: TxDoneResult<Verdict> & { token?: number }) => void = () => undefined;
  /** A call into one of its links is under way. */
  inside = false;
  private readonly links: NonsenseLink[] = [];

  /** @param options - It gives messages back, reports progress, and shares a window. */
  constructor(
    readonly made: DeviceClass,
    readonly options: boolean,
    readonly ledger: Ledger,
    readonly random: Random,
    readonly scheduler: SchedulerLike,
  ) {
    this.channelCount = options ? 2 : 1;
    this.txDone = made.txDone;
    this.correlation = made.correlation;
    this.window = made.window;
    if (made.txDone === 'poll') this.txPollPeriod = 2;
    if (made.frees === 'quarantine' && made.correlation !== 'tagged') this.quarantine = QUARANTINE;
    // So that slots are held there, too.
    if (made.correlation === 'tagged' && random.chance(0.7)) this.quarantine = made.frees === 'quarantine' ? QUARANTINE : 2 ** 30;
    if (!options) return;
    Object.defineProperty(this, 'sharedWindow', { get: () => this.readSharedWindow() });
    if (random.chance(0.5)) this.nextChannel = (ready) => this.choose(ready);
  }

  open(index: number): MailboxLink<Numbered, never, Verdict> {
    return (this.links[index] = new NonsenseLink(this, index));
  }

  /** A link is lost, and comes back. Nothing else ends a message in flight that is lost and whose sender waits for ever. */
  blink(index: number): void {
    this.links[index]?.blink();
  }

  /** Whether something of so small a chance happens now. */
  now(chance: number): boolean {
    return this.active && this.random.chance(chance);
  }

  /** The same, where there are options. */
  nowWithOptions(chance: number): boolean {
    return this.options && this.now(chance);
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

  private readSharedWindow(): number {
    const most = 2 * this.window;
    if (this.now(0.002)) throw new Error('no window');
    if (this.now(0.002)) return this.random.pick([NaN, -1, '3', null]) as never;
    return this.now(0.1) ? this.random.between(0, most) : Math.max(1, most - 1);
  }

  private choose(ready: ReadyChannels): number | undefined {
    if (this.now(0.005)) throw new Error('no choice');
    if (this.now(0.01)) return this.nonsense() as never;
    if (this.now(0.01)) return 7;
    const indexes = [...ready];
    if (indexes.length !== ready.size || !indexes.every((index) => ready.has(index))) this.ledger.mistake('a wrong view of who may go');
    return this.random.pick(indexes);
  }
}
