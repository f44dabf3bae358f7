import type { LinkEvent } from '../../contract/LinkEvent';
import { DelayLine } from './DelayLine';
import { isReliable, type FaultSettings } from './FaultyLinkSettings';
import type { FaultSource } from './FaultSource';
import type { Fault } from './FaultyOptions';

type Received<Rx> = LinkEvent<Rx, never> & { type: 'received' };

/** Received messages on their way from the real link to the channel: loses, delays, duplicates and reorders them. */
export class FaultyMessages<Rx> {
  private readonly line: DelayLine<Received<Rx>>;
  private readonly source: FaultSource;
  private readonly reliable: boolean;

  constructor(
    settings: FaultSettings,
    emit: (event: Received<Rx>) => void,
    private readonly sever: (fault: Fault) => void,
  ) {
    this.source = settings.source;
    this.reliable = isReliable(settings);
    this.line = new DelayLine(settings.source.scheduler, this.reliable, emit);
  }

  get empty(): boolean {
    return this.line.empty;
  }

  /** The real link emitted this event. */
  pass(event: Received<Rx>): void {
    const { source } = this;
    const dropped = source.strike('dropReceived');
    if (dropped) return this.reliable ? this.sever(dropped) : undefined;
    const delayed = source.strike('delayReceived');
    const swapped = !this.reliable && source.decide('reorderReceived');
    const doubled = !this.reliable && source.decide('duplicateReceived');
    if (swapped && !delayed) this.line.letPass(event, source.made(swapped).ms);
    else this.line.pass(event, delayed?.ms);
    if (doubled) this.line.pass(event, source.made(doubled).ms);
  }

  /** Delivers everything that is delayed. */
  flush(): void {
    this.line.flush();
  }

  /** Discards everything that is delayed. */
  clear(): void {
    this.line.clear();
  }
}
