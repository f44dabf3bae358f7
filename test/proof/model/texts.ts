import type { ModelMessage } from './ModelMessage';
import type { Result } from './Stage';

// Errors, as they are written down.

/** Makes the text of a message that leaves, once it is known how far the message came. */
export type Reason = (delivery: 'not-sent' | 'unknown') => string;

export function canceled(delivery: string, cause?: string): string {
  return ['ECANCELED', delivery, ...(cause === undefined ? [] : [cause])].join(' ');
}

/** A newer message with its key has come. */
export const SUPERSEDED = canceled('not-sent', 'superseded');

export function linkDown(delivery: string, cause?: string): string {
  return ['ENETDOWN', delivery, ...(cause === undefined ? [] : [cause])].join(' ');
}

export function withSignal({ signal }: ModelMessage): Reason {
  return (delivery) => canceled(delivery, signal?.aborted);
}

export function closedError(delivery: string, cause?: string): string {
  return ['ESHUTDOWN', delivery, ...(cause === undefined ? [] : [cause])].join(' ');
}

export function errorOf(result: Result): string | undefined {
  return 'error' in result ? result.error : undefined;
}
