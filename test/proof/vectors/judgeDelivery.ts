import type { MessageRecord } from './MessageRecord';
import type { Issue } from './Scenario';

/**
 * An error says truly whether its message reached the device: `sent` by its own tx-done only, else `unknown` once the controller has
 * accepted it, else `not-sent`. The recordings have no such thing.
 */
export function judgeDelivery(message: MessageRecord, status: number, delivery: string | undefined): Issue[] {
  if (delivery === undefined) return [];
  const { name, outcome, handovers } = message;
  const truly = outcome?.status === status ? 'sent' : handovers.length > 0 ? 'unknown' : 'not-sent';
  return delivery === truly ? [] : [['wrongDelivery', name, delivery, truly]];
}
