import type { SchedulerLike } from 'rxjs';
import type { VcpReceived } from '../../controllers/mtkVcp/VcpInbox';
import type { VcpPin } from '../../controllers/mtkVcp/VcpPin';

/** How a {@link VcpModel} behaves; all of it can be changed while the model runs. */
export interface VcpBehaviour {
  /** Milliseconds from when a pin is raised until its message is read; >= 0, default 0: at once. */
  latency: number;
  /** Milliseconds from reading a message until its pin is cleared; >= 0, default 0. The answer is raised before it is cleared. */
  lateClear: number;
  /** Answers as soon as a pin is raised, before `latency` begins; default false. */
  answersEarly: boolean;
  /** Clears no pin by itself: a subscriber of `received$` has to call `take()`; default false. */
  holds: boolean;
  /** Pins whose messages are not read, one bit each; default 0. A pin that is removed from the set is read at once. */
  stuck: number;
}

/** Options of a {@link VcpModel}. */
export interface VcpModelOptions extends Partial<VcpBehaviour> {
  /** The agreed table of what it receives, as in the controller's `transmit`; default: each pin has its 8 bytes. */
  transmit?: readonly VcpPin[];
  /** The agreed table of what it sends, as in the controller's `receive`; default: each pin has its 8 bytes. */
  receive?: readonly VcpPin[];
  /** Returns what to raise in answer to a message, if anything. */
  answer?: (message: VcpReceived) => VcpReceived | undefined;
  /** The clock of `latency` and `lateClear`; default `asyncScheduler`. */
  scheduler?: SchedulerLike;
}

/** A message that reached the VCP. */
export interface VcpArrival extends VcpReceived {
  /** Clears its pin, where the model `holds`. Does nothing when called again or after a reset. */
  take(): void;
}
