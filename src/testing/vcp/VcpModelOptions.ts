import type { SchedulerLike } from 'rxjs';
import type { VcpReceived } from '../../controllers/mtkVcp/VcpInbox';
import type { VcpPin } from '../../controllers/mtkVcp/VcpPin';

/** How a {@link VcpModel} behaves; each can be changed while it runs. */
export interface VcpBehaviour {
  /** Milliseconds from the moment a pin is raised until its message is read; >= 0, default 0: at once. */
  latency: number;
  /** Milliseconds from reading a message until its pin is cleared; >= 0, default 0. An answer is raised before that: it arrives early. */
  lateClear: number;
  /** Answers as soon as a pin is raised, before `latency` begins; default false. */
  answersEarly: boolean;
  /** Clears no pin by itself: whoever listens to `received$` calls `take()`; default false. */
  holds: boolean;
  /** The pins whose messages are not even looked at, one bit each; default 0. Pins that are no longer among them are read at once. */
  stuck: number;
}

/** Options of a {@link VcpModel}. */
export interface VcpModelOptions extends Partial<VcpBehaviour> {
  /** The agreed table of what it receives, as in the controller's `transmit`; default: each pin has its 8 bytes. */
  transmit?: readonly VcpPin[];
  /** The agreed table of what it sends, as in the controller's `receive`; default: each pin has its 8 bytes. */
  receive?: readonly VcpPin[];
  /** What to raise in answer to a message, if anything. */
  answer?: (message: VcpReceived) => VcpReceived | undefined;
  /** The clock of `latency` and `lateClear`; default `asyncScheduler`. */
  scheduler?: SchedulerLike;
}

/** A message that reached the VCP. */
export interface VcpArrival extends VcpReceived {
  /** Clears its pin, where the model `holds`; again, or after a reset, does nothing. */
  take(): void;
}
