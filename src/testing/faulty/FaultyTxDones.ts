import type { LinkEvent } from '../../contract/LinkEvent';
import { DelayLine } from './DelayLine';
import { isReliable, type FaultSettings } from './FaultyLinkSettings';
import type { Fault } from './FaultyOptions';

type TxDone<Ack> = LinkEvent<never, Ack> & { type: 'txDone' };

/** Tx-dones on their way from the real link to the channel: loses, delays, duplicates and reorders them. */
export class FaultyTxDones<Ack> {
  /** Messages accepted whose tx-done the channel has not had, oldest first. */
  private readonly inFlight = new Set<number>();
  /** The largest window so far. */
  private window = 0;
  private readonly line: DelayLine<TxDone<Ack>>;
  private readonly reliable: boolean;

  constructor(
    private readonly settings: FaultSettings,
    private readonly emit: (event: TxDone<Ack>) => void,
    private readonly sever: (fault: Fault) => void,
    /** The channel has had a tx-done. */
    private readonly told: (token: number | undefined) => void,
  ) {
    this.reliable = isReliable(settings);
    this.line = new DelayLine(settings.source.scheduler, this.reliable, (event) => this.taken(event));
  }

  /** The link accepts this message. */
  sent(token: number): void {
    const { inFlight } = this;
    this.window = Math.max(this.window, this.settings.window);
    inFlight.add(token);
    // More cannot be in flight: the slot of the oldest has been given to another one.
    const [oldest] = inFlight;
    if (inFlight.size > this.window) inFlight.delete(oldest!);
  }

  /** It has not taken this message. */
  notSent(token: number): void {
    this.inFlight.delete(token);
  }

  /** The real link emitted this event. */
  pass(observed: TxDone<Ack>): void {
    const { source, anonymous, txDone } = this.settings;
    const { token, ...untagged } = observed;
    const event = anonymous ? untagged : observed;
    // A controller that polls or is acknowledged should not emit this, and none with such a token: no fault of ours.
    if (txDone !== 'irq' || (token !== undefined && typeof token !== 'number')) return this.emit(event);
    const dropped = source.strike('dropTxDone', token);
    if (dropped) return this.reliable ? this.sever(dropped) : undefined;
    const delayed = source.strike('delayTxDone', token);
    const swapped = !this.reliable && source.decide('reorderTxDone', token);
    const doubled = source.decide('duplicateTxDone', token);
    if (swapped && !delayed) this.line.letPass(event, source.made(swapped).ms);
    else this.line.pass(event, delayed?.ms);
    if (doubled) this.duplicate(event, doubled);
  }

  /** The real link has been reset: what is delayed comes now, and nothing else will. */
  reset(): void {
    this.line.flush();
    this.inFlight.clear();
  }

  endEpoch(): void {
    this.line.clear();
    this.inFlight.clear();
  }

  /**
   * A second tx-done without a token would complete whatever is in flight. So it is made only while nothing is in flight. A message that
   * is sent from inside the first tx-done counts as in flight already.
   */
  private duplicate(event: TxDone<Ack>, fault: Fault): void {
    const { source, honest } = this.settings;
    if (!honest || event.token !== undefined) {
      source.made(fault);
      this.line.pass(event, fault.ms);
    } else if (this.inFlight.size === 0 && this.line.empty) {
      source.made(fault);
      this.emit(event);
    }
  }

  private taken(event: TxDone<Ack>): void {
    const [oldest] = this.inFlight;
    this.inFlight.delete(event.token ?? oldest!);
    this.emit(event);
    this.told(event.token);
  }
}
