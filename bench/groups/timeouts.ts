import { timeout } from 'rxjs';
import { txCancel, txTimeout } from 'rx-mailbox';
import { fastqCallback } from '../contenders/callbackQueues';
import { microtask } from '../contenders/QueueSetting';
import { rxMailbox, rxMailboxAsync } from '../contenders/rxMailbox';
import type { Measure } from '../Measured';
import { timed } from './timed';

const setting = { hop: microtask, window: 1, senders: 20 };

/** What a limit for each send costs; none of them runs out. */
export const timeouts: Measure = (context) => {
  const { signal } = new AbortController();
  return timed(
    [
      rxMailbox('rx-mailbox', setting),
      fastqCallback(setting),
      rxMailbox(
        'rx-mailbox txTimeout',
        setting,
        (channel) => (sender) => channel.send(sender.message).pipe(txTimeout(1000)).subscribe(sender),
      ),
      rxMailbox(
        'rx-mailbox txTimeout, three clocks',
        setting,
        (channel) => (sender) =>
          channel
            .send(sender.message)
            .pipe(txTimeout({ queued: 500, inFlight: 500, total: 1000 }))
            .subscribe(sender),
      ),
      rxMailbox(
        'rx-mailbox txCancel',
        setting,
        (channel) => (sender) => channel.send(sender.message).pipe(txCancel(signal)).subscribe(sender),
      ),
      rxMailboxAsync('rx-mailbox sendAsync', setting),
      rxMailboxAsync('rx-mailbox sendAsync, timeout', setting, { timeout: 1000 }),
      rxMailbox('RxJS timeout', setting, (channel) => (sender) => channel.send(sender.message).pipe(timeout(1000)).subscribe(sender)),
    ],
    context,
  );
};
