import { isThenable } from '../contract/checks';
import { QueueFullError, TxFailedError, supersededError, type MailboxError } from '../contract/errors';
import { wrongAnswer } from '../contract/guards';
import { linkDown } from '../core/epochs';
import { DOWN } from '../core/Gate';
import type { KeyedBacklog } from '../core/KeyedBacklog';
import { NEW, OFFERED } from '../core/TxEntry';
import type { TxMachine } from '../core/TxMachine';
import type { ChannelSettings } from './settings';
import type { TxRecord } from './TxRecord';

/** A channel whose owner has said what becomes of messages for which there is no room. */
export interface AdmittingChannel<Tx, Ack> {
  readonly settings: ChannelSettings<Tx>;
  readonly machine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>>;
  /** Why no message is accepted at all. */
  readonly ended: MailboxError | undefined;
  /** A message of `next()`. */
  posted(message: Tx): TxRecord<Tx, Ack>;
  reportRefused(message: Tx, error: MailboxError): void;
}

/** As a channel transmits. */
export function admitTransmission<Tx, Ack>(channel: AdmittingChannel<Tx, Ack>, record: TxRecord<Tx, Ack>): void {
  const wanted = (): boolean => record.fresh;
  const error = wanted() ? admit(channel, record, wanted) : undefined;
  // Whoever sent it may have left meanwhile.
  if (wanted() && error !== undefined) record.refuse(error);
  else if (record.state === NEW) record.stopWatches();
}

/** As a channel posts. */
export function admitPosted<Tx, Ack>(channel: AdmittingChannel<Tx, Ack>, message: Tx): void {
  const error = admit(channel, channel.posted(message), () => true);
  if (error !== undefined && channel.ended === undefined) channel.reportRefused(message, error);
}

/** Takes a message in. Returns why it is refused, if it is. */
function admit<Tx, Ack>(channel: AdmittingChannel<Tx, Ack>, record: TxRecord<Tx, Ack>, wanted: () => boolean): MailboxError | undefined {
  const { machine } = channel;
  const { latest } = channel.settings.admission!;
  let refusal = refusalNow(channel);
  if (refusal !== undefined) return refusal;
  let key: unknown;
  if (latest !== undefined) {
    try {
      key = keyOf(latest, record, machine);
    } catch (cause) {
      return new TxFailedError('not-sent', cause);
    }
  }
  // All of this runs user code: the key, and another attempt at the head of a full queue.
  refusal = refusalNow(channel);
  if (refusal !== undefined || !wanted()) return refusal;
  if (replace(machine, record, key)) return undefined;
  machine.retryRefusedHead();
  refusal = refusalNow(channel);
  if (refusal !== undefined || !wanted()) return refusal;
  return replace(machine, record, key) ? undefined : append(channel, record, key);
}

function refusalNow<Tx, Ack>({ ended, machine, settings }: AdmittingChannel<Tx, Ack>): MailboxError | undefined {
  if (ended !== undefined) return ended;
  return settings.failsWhileDown && machine.gate.has(DOWN) ? linkDown(machine, 'not-sent') : undefined;
}

function keyOf<Tx, Ack>(
  latest: (message: Tx) => unknown,
  { message }: TxRecord<Tx, Ack>,
  machine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>>,
): unknown {
  const key = latest(message);
  if (!isThenable(key)) return key;
  const error = wrongAnswer('latest', key, 'a key, or undefined');
  machine.broken(error);
  throw error;
}

/** Puts the message in the place of one that waits with its key. */
function replace<Tx, Ack>(machine: TxMachine<Tx, Ack, TxRecord<Tx, Ack>>, record: TxRecord<Tx, Ack>, key: unknown): boolean {
  if (key === undefined) return false;
  const keyed = machine.backlog as KeyedBacklog<TxRecord<Tx, Ack>>;
  const old = keyed.replaceable(key);
  if (old === undefined) return false;
  machine.submitDisplacing(record, () => keyed.replace(old, record), old, supersededError());
  return true;
}

function append<Tx, Ack>(
  { machine, settings }: AdmittingChannel<Tx, Ack>,
  record: TxRecord<Tx, Ack>,
  key: unknown,
): MailboxError | undefined {
  const { backlog, handOver } = machine;
  const { txQueueLength, admission } = settings;
  if (key !== undefined) (backlog as KeyedBacklog<TxRecord<Tx, Ack>>).setKey(record, key);
  if (machine.submit(record, record.watch !== undefined)) return undefined;
  const { head } = backlog;
  // What is being handed over does not wait, so it cannot be dropped.
  const oldest = head?.state === OFFERED ? (head.next as TxRecord<Tx, Ack> | undefined) : head;
  if (!admission!.dropsOldest || txQueueLength === 0 || oldest === undefined) return new QueueFullError(txQueueLength);
  const dropped = (): void => {
    // A refused head that is dropped passes its turn on.
    if (oldest === head) handOver.refused = false;
    backlog.remove(oldest);
    backlog.add(record);
  };
  machine.submitDisplacing(record, dropped, oldest, new QueueFullError(txQueueLength, true));
  return undefined;
}
