import { Backlog } from './Backlog';
import type { Batch } from './Batch';
import type { Core } from './Core';
import { Gate } from './Gate';
import { HandOver } from './HandOver';
import { Sequencer } from './Sequencer';
import { Settlement, type SettlementSettings } from './Settlement';
import { SharedGate } from './SharedGate';
import { SharedHandOver } from './SharedHandOver';
import { SharedSlots } from './SharedSlots';
import type { SharedWindow } from './SharedWindow';
import { Slots } from './Slots';
import type { TokenSource } from './TokenSource';
import type { TxEffects } from './TxEffects';
import type { TxEntry } from './TxEntry';

/** What the core of a channel has in common with those of others. */
export interface SharedParts<E extends TxEntry<unknown, unknown>> {
  readonly tokens: TokenSource;
  /** Shared by the channels whose messages may leave together. */
  readonly batch: Batch;
  /** Another order is another backlog. */
  readonly backlog?: Backlog<E> | undefined;
  /** Shared by the channels that take turns. */
  readonly shared?: SharedWindow | undefined;
}

type Parts<Tx, Ack, E extends TxEntry<Tx, Ack>> = Omit<Core<Tx, Ack, E>, 'effects' | 'settings'>;

/** Makes the parts of a channel's core. Those that come later know those before them, never the other way round. */
export function makeParts<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  settings: SettlementSettings,
  { tokens, batch, backlog = new Backlog<E>(), shared }: SharedParts<E>,
  effects: TxEffects<Tx, Ack, E>,
): Parts<Tx, Ack, E> {
  const { window } = effects;
  const sequencer = new Sequencer<E>(effects);
  if (shared === undefined) {
    const gate = new Gate();
    const slots = new Slots(settings, tokens, window);
    const settlement = new Settlement<Tx, Ack, E>(settings, slots, gate, sequencer, effects);
    const handOver = new HandOver<Tx, Ack, E>(backlog, slots, gate, settlement, sequencer, effects, batch);
    return { backlog, gate, slots, sequencer, settlement, handOver };
  }
  const gate = new SharedGate(shared.pauses, batch, effects);
  const slots = new SharedSlots(settings, tokens, window, shared);
  const settlement = new Settlement<Tx, Ack, E>(settings, slots, gate, sequencer, effects);
  const handOver = new SharedHandOver<Tx, Ack, E>(backlog, slots, gate, settlement, sequencer, effects, batch, shared);
  return { backlog, gate, slots, sequencer, settlement, handOver };
}
