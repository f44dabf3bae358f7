import type { SchedulerLike } from 'rxjs';
import type { PinTable } from './PinTable';
import type { RaisedPins } from './RaisedPins';
import type { VcpRegisters } from './VcpRegisters';

/** The link that uses the device now. */
export interface VcpOwner {
  /** What is in flight is lost. */
  lose(reason: unknown): void;
  /** Looks for a device that was lost. */
  search(): void;
}

/** One VCP mailbox; all links of a controller share it, one after the other. */
export interface VcpDevice {
  readonly name: string;
  readonly registers: VcpRegisters;
  readonly pins: RaisedPins;
  /** What may be sent, by pin; `undefined`: anything that fits into the window. */
  readonly transmit: PinTable | undefined;
  readonly receive: PinTable;
  readonly failsWhenBusy: boolean;
  /** How often to look for a lost device, in milliseconds. */
  readonly searchPeriod: number;
  /** For what has to wait until the current code ends. */
  readonly asap: SchedulerLike;
  /** For time; undefined: that of the mailbox. */
  readonly clock: SchedulerLike | undefined;
  /** At most one. */
  owner: VcpOwner | undefined;
  /** Between `peerGone()` and `peerBack()`: the VCP does not run, whatever the registers read. */
  absent: boolean;
}
