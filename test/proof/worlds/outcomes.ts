import type { MailboxError, TxCanceledError, TxTimeoutError } from 'rx-mailbox';
import type { Message, Outcome, TxDone } from './Message';
import { BROKEN } from './Truth';

/** Whether an error is the one that a message has to get. */
export function fits(message: Message, outcome: Exclude<Outcome, { ack: unknown }>, error: MailboxError): boolean {
  // Refused by a full queue of a channel that was closed meanwhile: both are true.
  const either = message.state === 'refused' && outcome.code === 'ESHUTDOWN' && error.code === 'ENOBUFS';
  if ((error.code !== outcome.code && !either) || error.delivery !== outcome.delivery) return false;
  if (outcome.cause === BROKEN ? !saysWho(error.cause) : outcome.cause !== undefined && error.cause !== outcome.cause) return false;
  if (outcome.superseded !== (error as TxCanceledError).superseded) return false;
  return outcome.clocks === undefined || outcome.clocks.includes((error as TxTimeoutError).clock);
}

export function whose(ack: unknown): string {
  const { meant } = (ack ?? {}) as Partial<TxDone>;
  return meant === undefined ? 'nobody' : name(meant);
}

export function name(message: Message): string {
  return `${message.sender.id}#${message.accepted}`;
}

export function show(outcome: Outcome): string {
  return 'ack' in outcome ? 'its own tx-done' : `${outcome.code} (${outcome.delivery})`;
}

/** Whether an error says which callback did what it must not. */
export function saysWho(error: unknown): boolean {
  return error instanceof TypeError && /^(sendData|txPrepare|lastTxDone|abort|events\$|token of a tx-done) /.test(error.message);
}
