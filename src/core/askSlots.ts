import { isThenable } from '../contract/checks';
import { threwInstead, wrongAnswer } from '../contract/guards';
import type { TxDoneResult } from '../contract/LinkEvent';
import type { Core } from './Core';
import type { HeldSlot } from './HeldSlot';
import { HELD, type TxEntry, type TxSlot } from './TxEntry';

const ANSWERS = 'true, false, or an object with ack or error';

/** Asks about everything that holds a slot, oldest first. All are asked before the first one settles. */
export function askSlots<Tx, Ack, E extends TxEntry<Tx, Ack>>({ effects, sequencer, settlement, slots }: Core<Tx, Ack, E>): void {
  const lose = (slot: TxSlot, broken: TypeError, error: unknown): (() => void) => {
    sequencer.note('broken', slot.token, broken);
    return () => settlement.lose(slot, error);
  };
  /** What is to be done about this slot, if there is an answer. */
  const ask = (slot: TxSlot): (() => void) | undefined => {
    try {
      const answer: unknown = effects.lastTxDone(slot.token);
      if (answer === false) return undefined;
      if (answer !== true && (typeof answer !== 'object' || answer === null || isThenable(answer))) {
        const broken = wrongAnswer('lastTxDone', answer, ANSWERS);
        return lose(slot, broken, broken);
      }
      // `true` has neither.
      const { ack, error, delivery } = answer as TxDoneResult<Ack>;
      return () => settlement.finish(slot, ack as Ack, error, delivery);
    } catch (error) {
      return lose(slot, threwInstead('lastTxDone', error), error);
    }
  };
  const taken: (() => void)[] = [];
  sequencer.callLink(() => {
    for (let slot = slots.oldest; slot !== undefined; slot = slot.next) {
      if (slot.state === HELD && (slot as HeldSlot).muted) continue;
      const finish = ask(slot);
      if (finish !== undefined) taken.push(finish);
    }
  });
  for (const finish of taken) finish();
}
