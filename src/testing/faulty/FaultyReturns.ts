import type { RefusedEvent, ReadyEvent } from '../../contract/LinkEvent';
import type { EpochTimers } from '../EpochTimers';
import { isReliable, type FaultSettings } from './FaultyLinkSettings';
import { InjectedFault, type Fault } from './FaultyOptions';

/**
 * Messages that were accepted, and that the real link does not get: after a while they are given back.
 *
 * What the real link has can never be one of them, so that they have provably not been taken.
 */
export class FaultyReturns {
  /** In the order in which they were accepted. */
  private readonly tokens = new Set<number>();
  /** On an `'ordered'` link: a tx-done that names no message would count for one that is held back, so those behind it are, too. */
  private readonly reliable: boolean;

  constructor(
    private readonly settings: FaultSettings,
    private readonly timers: EpochTimers,
    private readonly emit: (event: RefusedEvent | ReadyEvent) => void,
  ) {
    this.reliable = isReliable(settings);
  }

  has(token: number): boolean {
    return this.tokens.has(token);
  }

  /** Whether this message is kept from the real link. */
  holdsBack(token: number): boolean {
    const { reliable, tokens } = this;
    const joins = reliable && tokens.size > 0;
    const fault = joins ? undefined : this.settings.source.strike('giveBack', token);
    if (fault === undefined && !joins) return false;
    tokens.add(token);
    // 1 ms means at once, from inside sendData.
    if (fault) this.timers.after(fault.ms - 1, () => this.giveBack(fault, reliable ? tokens : [token]));
    return true;
  }

  /** The real link has been reset: what is held back comes now. */
  reset(): void {
    for (const token of this.tokens) this.say(token);
  }

  endEpoch(): void {
    this.tokens.clear();
  }

  private giveBack(fault: Fault, tokens: Iterable<number>): void {
    const { epoch } = this.timers;
    // Those that are accepted from inside stand behind the others, and are given back with them.
    for (const token of tokens) this.say(token, new InjectedFault(fault));
    if (!epoch.closed) this.emit({ type: 'ready' });
  }

  private say(token: number, error?: InjectedFault): void {
    if (this.tokens.delete(token)) this.emit({ type: 'refused', token, ...(error && { error }) });
  }
}
