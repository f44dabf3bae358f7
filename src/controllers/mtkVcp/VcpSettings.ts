import type { SchedulerLike } from 'rxjs';
import type { RaisedPins } from './RaisedPins';
import type { VcpLink } from './VcpLink';
import type { Slots } from './VcpPin';
import type { VcpRegisters } from './VcpRegisters';

/** What the links of one controller have in common. */
export interface VcpSettings {
  readonly name: string;
  readonly registers: VcpRegisters;
  readonly pins: RaisedPins;
  /** What may be sent, by pin; `undefined`: anything that fits into the window. */
  readonly transmit: readonly (Slots | undefined)[] | undefined;
  readonly receive: readonly (Slots | undefined)[];
  readonly failsWhenBusy: boolean;
  /** How often a device that is gone is looked for, in milliseconds. */
  readonly period: number;
  /** Runs something when the current turn is over. */
  readonly turn: SchedulerLike;
  readonly clock: SchedulerLike;
  /** The link that has the registers now, if any; there can be one. */
  owner: VcpLink | undefined;
  /** Somebody told that there is nobody at the other side, whatever the registers read. */
  absent: boolean;
}
