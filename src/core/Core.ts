import type { Backlog } from './Backlog';
import type { Gate } from './Gate';
import type { HandOver } from './HandOver';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import type { TxEntry } from './TxEntry';

/** The parts of a channel's core, for those transitions that need many of them. */
export interface Core<Tx, Ack, E extends TxEntry<Tx, Ack>> {
  readonly backlog: Backlog<E>;
  readonly slots: Slots;
  readonly gate: Gate;
  readonly sequencer: Sequencer<E>;
  readonly settlement: Settlement<Tx, Ack, E>;
  readonly handOver: HandOver<Tx, Ack, E>;
  readonly effects: TxEffects<Tx, Ack, E>;
  /** Whether what waits fails when the link goes down. */
  readonly settings: { readonly failsWhileDown: boolean };
}
