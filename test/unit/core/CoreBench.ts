import type { ChannelEvent } from '../../../src/contract/ChannelEvent';
import { isMailboxError, TxCanceledError } from '../../../src/contract/errors';
import { Batch } from '../../../src/core/Batch';
import type { HeldSlot } from '../../../src/core/HeldSlot';
import type { SharedParts } from '../../../src/core/parts';
import type { TokenSource } from '../../../src/core/TokenSource';
import type { TxDoneAnswer, TxEffects } from '../../../src/core/TxEffects';
import { FAILED, NEW, type TxEntry } from '../../../src/core/TxEntry';
import type { LeaveReason } from '../../../src/core/LeaveReason';
import { TxMachine, type TxMachineSettings } from '../../../src/core/TxMachine';
import { outcome } from '../../support/Journal';

export type Entry = TxEntry<string, string>;

export const entryOf = (message: string): Entry => ({
  message,
  token: 0,
  state: NEW,
  prev: undefined,
  next: undefined,
  outcome: undefined,
});

/** What makes a core differ from that of a lone channel. */
interface BenchParts extends Pick<SharedParts<Entry>, 'backlog' | 'shared'> {
  readonly index?: number;
}

/** The core without a channel: every effect is written down, and a test replaces what a link or an application would do. */
export class CoreBench implements TxEffects<string, string, Entry> {
  readonly machine: TxMachine<string, string, Entry>;
  readonly lines: string[] = [];
  readonly entries = new Map<string, Entry>();
  tracing = true;
  readonly name = 'bench';
  readonly index: number;
  readonly window = undefined;

  onPrepare: (message: string) => void = () => undefined;
  onSend: (message: string) => unknown = () => 'accepted';
  onAsk: (token: number) => TxDoneAnswer<string> = () => false;
  onDeliver: (message: string) => void = () => undefined;
  onTrace: (event: ChannelEvent) => void = () => undefined;
  onHeld: (slot: HeldSlot) => void = () => undefined;
  onAbort: (token: number) => void = () => undefined;
  onReset: () => void = () => undefined;
  resets = false;

  constructor(
    settings: Partial<TxMachineSettings> = {},
    tokens: TokenSource = { next: 1 },
    readonly batch = new Batch(),
    { index = 0, ...parts }: BenchParts = {},
  ) {
    this.index = index;
    const all = { txQueueLength: 20, window: 1, correlation: 'tagged' as const, quarantine: 0, failsWhileDown: false, ...settings };
    this.machine = new TxMachine(all, { tokens, batch, ...parts }, this);
  }

  /** Sends each letter. */
  send(messages: string): void {
    for (const message of messages) {
      const entry = entryOf(message);
      this.entries.set(message, entry);
      if (!this.machine.submit(entry, false)) this.lines.push(`${message} refused`);
    }
  }

  /** A newer message takes the place of one that waits. */
  displace(old: string, message: string): void {
    const { backlog } = this.machine;
    const [gone, entry] = [this.entries.get(old)!, entryOf(message)];
    this.entries.set(message, entry);
    const replace = (): void => {
      backlog.remove(gone);
      backlog.add(entry);
    };
    this.machine.submitDisplacing(entry, replace, gone, new TxCanceledError('not-sent'));
  }

  /** As a limit that runs out: what may go is handed over at once. */
  leaves(message: string, makeError: LeaveReason = this.leaving): void {
    this.machine.leave(this.entries.get(message)!, makeError, false);
  }

  /** As a sender that unsubscribes: nothing is handed over until the turn ends. */
  unsubscribes(message: string): void {
    this.machine.leave(this.entries.get(message)!, this.leaving, true);
  }

  private readonly leaving: LeaveReason = (delivery) => new TxCanceledError(delivery);

  /** What was written down since. */
  take(): string {
    return this.lines.splice(0).join(', ');
  }

  prepares(): boolean {
    return true;
  }

  prepare({ message }: Entry, first: boolean): void {
    if (first) this.onPrepare(message);
  }

  handOver({ message }: Entry): 'accepted' | 'busy' {
    this.lines.push(`sendData ${message}`);
    return this.onSend(message) as 'accepted';
  }

  sent(): void {
    // Its event says so.
  }

  refused(): void {
    // Its event says so.
  }

  queued(): void {
    // Its event says so.
  }

  returned({ message }: Entry): void {
    this.lines.push(`${message} returned`);
  }

  progress({ message }: Entry): void {
    this.lines.push(`${message} progress`);
  }

  turned(): void {
    // Its event says so.
  }

  mayTellDisplaced(): boolean {
    return true;
  }

  now(): number {
    return 0;
  }

  retryLater(): void {
    this.lines.push('retryLater');
  }

  lastTxDone(token: number): TxDoneAnswer<string> {
    this.lines.push(`lastTxDone ${token}`);
    return this.onAsk(token);
  }

  abort(token: number): void {
    this.lines.push(`abort ${token}`);
    this.onAbort(token);
  }

  held(slot: HeldSlot): void {
    this.lines.push(`held ${slot.token}`);
    this.onHeld(slot);
  }

  reset(): void {
    this.lines.push('reset');
    this.onReset();
  }

  atTurnEnd(needed: boolean): void {
    this.lines.push(needed ? 'turn end needed' : 'turn end');
  }

  epochEnded(): void {
    this.lines.push('epochEnded');
  }

  shutdown(): void {
    this.lines.push('shutdown');
  }

  deliver(entry: Entry): void {
    this.lines.push(`${entry.message} ${entry.state === FAILED ? outcome(entry.outcome) : `ok ${String(entry.outcome)}`}`);
    this.onDeliver(entry.message);
  }

  trace(event: ChannelEvent): void {
    const { type, token, error } = event;
    this.lines.push(
      [type, token, error === undefined ? undefined : isMailboxError(error) ? error.code : String(error)]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    this.onTrace(event);
  }

  ended(): void {
    this.lines.push('ended');
  }

  afterNotifying(): void {
    // A channel closes here once it has drained.
  }
}
