import type { Linked } from './List';

/** A channel, as the channels of its controller see it that share a window. */
export interface SharedMember extends Linked<SharedMember> {
  readonly index: number;
  /** It stands in the ring of those that could go. */
  inRing: boolean;
  /** Somebody may have to be notified. */
  touched: boolean;
  /** It has a message that could be handed over, as far as it is concerned itself. */
  readonly canGo: boolean;
  handOverOne(): void;
  notifyAll(): void;
  /** The controller has broken the contract. */
  noteBroken(error: TypeError): void;
}
