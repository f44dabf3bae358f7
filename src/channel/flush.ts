import { defer, Observable } from 'rxjs';
import { ChannelClosedError, NotSupportedError, TxTimeoutError } from '../contract/errors';
import type { OpenChannel } from './OpenChannel';

/** Drains a channel: first the link flushes, then the channel has to become idle. */
export function flush(channel: OpenChannel<never, unknown, unknown>, limit: number): Observable<never> {
  return new Observable<never>((subscriber) => {
    const { group, link, machine, name, streams } = channel;
    // Errors at once where the channel has closed.
    streams.closed$.subscribe(subscriber);
    if (subscriber.closed) return;
    // It may be about to close: its streams end last.
    if (channel.closed) throw new ChannelClosedError(name, 'not-sent');
    if (!link.flush) throw new NotSupportedError(`flush() on ${name}, whose controller has no flush`);
    const whenIdle = (): void => {
      // A channel that is closed errors when its streams end.
      if (channel.closed) return;
      if (machine.idle) subscriber.complete();
      else streams.idle$.subscribe(subscriber);
    };
    const flushed = defer(() => link.flush!(limit)).subscribe({
      error: (error: unknown) => subscriber.error(error),
      complete: () => whenIdle(),
    });
    subscriber.add(flushed);
    if (subscriber.closed) return;
    const expired = (): void => {
      flushed.unsubscribe();
      subscriber.error(new TxTimeoutError('total', limit, 'unknown', 'flush: not drained'));
    };
    subscriber.add(group.clocks.scheduler.schedule(expired, limit));
  });
}
