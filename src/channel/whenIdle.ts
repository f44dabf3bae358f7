import { Observable } from 'rxjs';
import { ChannelClosedError, TxTimeoutError } from '../contract/errors';
import type { OpenChannel } from './OpenChannel';

/** Waits until nothing waits, is in flight or holds a slot. It asks nothing of the link. */
export function whenIdle(channel: OpenChannel<never, unknown, unknown>, limit: number | undefined): Observable<never> {
  return new Observable<never>((subscriber) => {
    const { group, machine, name, streams } = channel;
    if (channel.closed) throw new ChannelClosedError(name, 'not-sent');
    if (machine.idle) return subscriber.complete();
    streams.closed$.subscribe(subscriber);
    streams.idle$.subscribe(subscriber);
    if (limit === undefined) return;
    const expired = (): void => subscriber.error(new TxTimeoutError('total', limit, 'unknown', 'whenIdle: not idle'));
    subscriber.add(group.clocks.scheduler.schedule(expired, limit));
  });
}
