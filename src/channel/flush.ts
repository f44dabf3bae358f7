import { concat, defer, from, ignoreElements, takeUntil, throwError, timeout, type Observable, type ObservableInput } from 'rxjs';
import { ChannelClosedError, NotSupportedError, TxTimeoutError } from '../contract/errors';
import type { OpenChannel } from './OpenChannel';

/** Drains a channel: first the link flushes, then the channel has to become idle. */
export function flush(channel: OpenChannel<never, unknown, unknown>, limit: number): Observable<never> {
  return defer(() =>
    concat(from(flushLink(channel, limit)), channel.whenIdle()).pipe(
      ignoreElements(),
      // Nothing is ever emitted, so the time to the first value is the whole time.
      timeout({
        first: limit,
        scheduler: channel.scheduler,
        with: () => throwError(() => new TxTimeoutError('total', limit, 'unknown', 'flush: not drained')),
      }),
      takeUntil(channel.streams.closed$),
    ),
  );
}

function flushLink({ closed, link, name }: OpenChannel<never, unknown, unknown>, limit: number): ObservableInput<unknown> {
  if (closed) throw new ChannelClosedError(name, 'not-sent');
  if (!link.flush) throw new NotSupportedError(`flush() on ${name}, whose controller has no flush`);
  return link.flush(limit);
}
