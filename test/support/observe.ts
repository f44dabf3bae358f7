import type { Observable, Observer } from 'rxjs';
import type { TxReceipt } from 'rx-mailbox';

/** Subscribes and writes down what comes. */
export function observe(source$: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  source$.subscribe({
    next: (value) => log.push(value),
    error: (error: Error) => log.push(['error', error.cause]),
    complete: () => log.push('complete'),
  });
  return log;
}

/** An observer of one send, which writes down its ack, its cause and its completion. */
export function recorder(log: unknown[]): Observer<TxReceipt<string>> {
  return {
    next: ({ ack }) => log.push(ack),
    error: ({ cause }: Error) => log.push(['error', cause]),
    complete: () => log.push('complete'),
  };
}
