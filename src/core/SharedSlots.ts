import type { SharedWindow } from './SharedWindow';
import { Slots, type SlotSettings } from './Slots';
import type { TokenSource } from './TokenSource';
import type { TxEntry, TxSlot } from './TxEntry';

/** The slots of a channel whose messages in flight count for all channels of its controller. */
export class SharedSlots extends Slots {
  constructor(
    settings: SlotSettings,
    tokens: TokenSource,
    readWindow: (() => number) | undefined,
    private readonly shared: SharedWindow,
  ) {
    super(settings, tokens, readWindow);
  }

  override get unused(): number {
    return Math.min(super.unused, this.shared.unused);
  }

  override take(entry: TxEntry<unknown, unknown>): void {
    super.take(entry);
    this.shared.used++;
  }

  override release(slot: TxSlot): void {
    super.release(slot);
    this.shared.used--;
  }
}
