import type { Channel } from 'rx-mailbox';
import { outcome } from './Journal';

/** Writes down everything that a channel emits, in one order. */
export function watch(channel: Channel<string, string, string>, log: unknown[] = []): unknown[] {
  channel.subscribe({
    next: (message) => log.push(`received ${message}`),
    error: (error: unknown) => log.push(['received$ error', error]),
    complete: () => log.push('received$ complete'),
  });
  channel.txDone$.subscribe({
    next: ({ message, error }) => log.push(`report ${message} ${error ? outcome(error) : 'ok'}`),
    error: () => log.push('txDone$ error'),
    complete: () => log.push('txDone$ complete'),
  });
  return log;
}

/** Sends, and writes down the outcome. */
export function send(channel: Channel<string, string, string>, message: string, log: unknown[]): void {
  channel
    .send(message)
    .subscribe({ error: (error: unknown) => log.push(`${message} ${outcome(error)}`), complete: () => log.push(`${message} ok`) });
}
