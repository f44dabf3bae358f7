import type { Correlation, LinkEnvironment, MailboxController } from '../../contract/MailboxController';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { FaultSource } from './FaultSource';

/** What decides the faults of one channel. */
export interface FaultSettings {
  readonly source: FaultSource;
  readonly txDone: TxDoneMethod;
  /** What the faulty controller declares. */
  readonly correlation: Correlation;
  readonly window: number;
  readonly honest: boolean;
  /** Tx-dones lose their tokens, which the real controller's have. */
  readonly anonymous: boolean;
}

export interface FaultyLinkSettings<Tx, Rx, Ack> extends FaultSettings {
  readonly controller: MailboxController<Tx, Rx, Ack, unknown>;
  readonly index: number;
  readonly environment: LinkEnvironment;
}

/** Whether losing, duplicating or reordering a single event would break what the controller declares. */
export function isReliable({ honest, correlation }: FaultSettings): boolean {
  return honest && correlation === 'ordered';
}
