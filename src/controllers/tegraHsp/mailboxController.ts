import { assertInteger } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import { Consumer } from './Consumer';
import type { HspBlock } from './HspBlock';
import type { HspMailboxes } from './HspMailboxes';
import type { HspPayload } from './HspPayload';
import { Producer } from './Producer';
import { parseCells, parseSpecifier } from './parseSpecifier';

/** The shared mailboxes in one width. A channel is one end: 2 * mailbox receives, 2 * mailbox + 1 sends. */
export function mailboxController<Tx, Rx>(
  block: HspBlock,
  mailboxes: HspMailboxes | undefined,
  payload: HspPayload<Tx, Rx>,
  pollPeriod: number,
): Omit<MailboxController<Tx, Rx, void>, 'correlation'> {
  const { name, variant } = block;
  const { bits } = payload;
  const count = block.dimensions.mailboxes;
  const suffix = bits === 128 ? ':128' : '';
  return {
    name: `${name}-mailboxes${bits === 128 ? '128' : ''}`,
    channelCount: Math.max(1, 2 * count),
    txDone: 'irq',
    translate(which) {
      if (typeof which === 'number') assertInteger('which', which, 0, 2 ** 32 - 1);
      const end = typeof which === 'number' ? parseCells(bits === 128 ? 0x101 : 1, which) : parseSpecifier(which);
      if (end.type === 'doorbell') throw new RangeError(`which is '${which}', a doorbell; expected a mailbox`);
      if (end.bits !== bits) {
        throw new RangeError(
          `which is '${which}', a mailbox of ${end.bits} bits; expected one of ${bits} bits, or mailboxes${end.bits === 128 ? '128' : ''}`,
        );
      }
      assertInteger(`the mailbox of '${which}'`, end.mailbox, 0, count - 1);
      return 2 * end.mailbox + (end.producer ? 1 : 0);
    },
    open(index, { scheduler }) {
      assertInteger('index', index, 0, 2 * count - 1);
      if (!mailboxes) throw new Error(`${name} has no shared interrupt; mailboxes need one`);
      if (bits === 128 && !variant.wide) throw new RangeError(`${name} is of a variant without mailboxes of 128 bits`);
      const mailbox = index >> 1;
      return index & 1
        ? new Producer(pollPeriod, scheduler, mailboxes, payload, mailbox, `${name} sm:${mailbox}:tx${suffix}`)
        : new Consumer(mailboxes, payload, mailbox, `${name} sm:${mailbox}:rx${suffix}`);
    },
  };
}
