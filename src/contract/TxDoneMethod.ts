/**
 * How a channel learns that a message has been taken.
 *
 * - `'irq'`: the link emits `txDone` events;
 * - `'poll'`: the channel asks `lastTxDone()`;
 * - `'ack'`: the application says so with `channel.acknowledge()`, because its own protocol tells.
 *
 * @see Linux: MBOX_TXDONE_BY_IRQ, MBOX_TXDONE_BY_POLL, MBOX_TXDONE_BY_ACK
 */
export type TxDoneMethod = 'irq' | 'poll' | 'ack';
