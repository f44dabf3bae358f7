import type { Observable } from 'rxjs';
import type { Channel } from 'rx-mailbox';

/** Subscribes, and collects what the sender is notified of and what the reports of the channel say. */
export function outcomes(channel: Channel<string, string, string>, sending$: Observable<unknown>) {
  const seen: { notified: unknown[]; reported: unknown[] } = { notified: [], reported: [] };
  channel.txDone$.subscribe(({ error }) => seen.reported.push(error));
  sending$.subscribe({ error: (error: unknown) => seen.notified.push(error), complete: () => seen.notified.push('complete') });
  return seen;
}
