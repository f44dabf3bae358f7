import { defer, Observable, Subscriber } from 'rxjs';
import { ChannelClosedError, NotSupportedError, TxTimeoutError } from '../contract/errors';
import { shielded } from '../util/reportUnhandled';
import type { OpenChannel } from './OpenChannel';

/** Drains a channel: first the link flushes, then the channel has to become idle. */
export function flush(channel: OpenChannel<never, unknown, unknown>, limit: number): Observable<never> {
  return new Observable<never>((subscriber) => {
    const { group, link, machine, name, streams } = channel;
    if (channel.closed) throw new ChannelClosedError(name, 'not-sent');
    if (!link.flush) throw new NotSupportedError(`flush() on ${name}, whose controller has no flush`);
    const flushing = link.flush(limit);
    streams.closed$.subscribe(subscriber);
    if (subscriber.closed) return;
    const whenIdle = (): void => {
      // A channel that is closed errors when its streams end.
      if (channel.closed) return;
      if (machine.idle) subscriber.complete();
      else streams.idle$.subscribe(subscriber);
    };
    let subscribing = true;
    let atOnce = false;
    const flushedNow = (): void => {
      if (subscribing) atOnce = true;
      else whenIdle();
    };
    const flushed = new FlushSubscriber(flushedNow, (error) => subscriber.error(error));
    subscriber.add(flushed);
    defer(() => flushing).subscribe(flushed);
    subscribing = false;
    // A flush that has come to an end at once has been let go of by now.
    if (atOnce) whenIdle();
    if (subscriber.closed) return;
    const expired = (): void => {
      shielded(() => flushed.unsubscribe());
      subscriber.error(new TxTimeoutError('total', limit, 'unknown', 'flush: not drained'));
    };
    subscriber.add(group.clocks.scheduler.schedule(expired, limit));
  });
}

/** Waits for a link's flush. It lets go of the link before it says so, and can be stopped while the link is being subscribed. */
class FlushSubscriber extends Subscriber<unknown> {
  constructor(
    private readonly flushed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for users; Subscriber is public to be extended
    super();
  }

  override next(): void {
    // Only the end counts.
  }

  protected override _error(error: unknown): void {
    shielded(() => this.unsubscribe());
    this.failed(error);
  }

  protected override _complete(): void {
    shielded(() => this.unsubscribe());
    this.flushed();
  }
}
