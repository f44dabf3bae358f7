import type { TxDoneResult } from '../contract/LinkEvent';
import type { Sequencer } from './Sequencer';
import type { Settlement } from './Settlement';
import type { Slots } from './Slots';
import type { TxEffects } from './TxEffects';
import type { TxEntry, TxSlot } from './TxEntry';

/** Asks about everything that holds a slot, oldest first. All are asked before the first one settles. */
export function askSlots<Tx, Ack, E extends TxEntry<Tx, Ack>>(
  slots: Slots,
  settlement: Settlement<Tx, Ack, E>,
  sequencer: Sequencer<E>,
  effects: TxEffects<Tx, Ack, E>,
): void {
  /** What is to be done about this slot, if its message has been taken. */
  const ask = (slot: TxSlot): (() => void) | undefined => {
    try {
      const answer = effects.lastTxDone(slot.token);
      if (answer === false) return undefined;
      // `true` has neither.
      const { ack, error } = answer as TxDoneResult<Ack>;
      return () => settlement.finish(slot, ack as Ack, error);
    } catch (error) {
      // No answer can come after this. Failing beats waiting for ever.
      return () => settlement.failSlot(slot, error, 'unknown');
    }
  };
  const taken: (() => void)[] = [];
  sequencer.callLink(() => {
    for (let slot = slots.oldest; slot !== undefined; slot = slot.next) {
      const finish = ask(slot);
      if (finish !== undefined) taken.push(finish);
    }
  });
  for (const finish of taken) finish();
}
