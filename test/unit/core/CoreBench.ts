import type { ChannelEvent } from '../../../src/contract/ChannelEvent';
import { FAILED, NEW, type HeldSlot, type TxEntry } from '../../../src/core/TxEntry';
import type { TokenSource } from '../../../src/core/Slots';
import { TxScheduler, type TxDoneAnswer, type TxSchedulerSettings } from '../../../src/core/TxMachine';
import { isMailboxError, type MailboxError } from '../../../src/contract/errors';
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

/** The core without its shell: every effect is written down, and what a link or an application would do is a function to replace. */
export class CoreBench extends TxScheduler<string, string, Entry> {
  readonly lines: string[] = [];
  readonly entries = new Map<string, Entry>();
  override tracing = true;
  override readonly name = 'bench';

  onPrepare: (message: string) => void = () => undefined;
  onSend: (message: string) => unknown = () => 'accepted';
  onAsk: (token: number) => TxDoneAnswer<string> = () => false;
  onDeliver: (message: string) => void = () => undefined;
  onTrace: (event: ChannelEvent) => void = () => undefined;
  onHeld: (stone: HeldSlot) => void = () => undefined;

  constructor(settings: Partial<TxSchedulerSettings> = {}, tokens: TokenSource = { next: 1 }) {
    super({ txQueueLength: 20, window: 1, correlation: 'tagged', quarantine: 0, ...settings }, tokens);
  }

  /** Sends each letter. */
  send(messages: string): void {
    for (const message of messages) {
      const entry = entryOf(message);
      this.entries.set(message, entry);
      if (!this.submit(entry)) this.lines.push(`${message} refused`);
    }
  }

  leaves(message: string, makeError: (delivery: 'sent' | 'not-sent' | 'unknown') => MailboxError): void {
    this.leave(this.entries.get(message)!, makeError);
  }

  /** What was written down since. */
  take(): string {
    return this.lines.splice(0).join(', ');
  }

  protected prepare({ message }: Entry): boolean {
    this.onPrepare(message);
    return true;
  }

  protected handOver({ message }: Entry): 'accepted' | 'busy' {
    this.lines.push(`sendData ${message}`);
    return this.onSend(message) as 'accepted';
  }

  protected sent(): void {
    // Told as an event.
  }

  protected lastTxDone(token: number): TxDoneAnswer<string> {
    this.lines.push(`lastTxDone ${token}`);
    return this.onAsk(token);
  }

  protected abort(token: number): void {
    this.lines.push(`abort ${token}`);
  }

  protected held(stone: HeldSlot): void {
    this.lines.push(`held ${stone.token}`);
    this.onHeld(stone);
  }

  protected wireLost(): void {
    this.lines.push('wireLost');
  }

  protected shutdown(): void {
    this.lines.push('shutdown');
  }

  protected drained(): void {
    this.lines.push('drained');
  }

  protected deliver(entry: Entry): void {
    this.lines.push(`${entry.message} ${entry.state === FAILED ? outcome(entry.outcome) : `ok ${String(entry.outcome)}`}`);
    this.onDeliver(entry.message);
  }

  protected trace(event: ChannelEvent): void {
    const { type, token, error } = event;
    this.lines.push(
      [type, token, error === undefined ? undefined : isMailboxError(error) ? error.code : String(error)]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    this.onTrace(event);
  }

  protected ended(): void {
    this.lines.push('ended');
  }
}
