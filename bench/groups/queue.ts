import { bareDevice } from '../contenders/bareDevice';
import { asyncCallback, fastqCallback, fastqPromise } from '../contenders/callbackQueues';
import { asyncMutex, pQueue, promiseChain } from '../contenders/promiseQueues';
import type { QueueSetting } from '../contenders/QueueSetting';
import { rxjsRecipe } from '../contenders/rxjsRecipe';
import { rxMailbox, rxMailboxAsync } from '../contenders/rxMailbox';
import type { Measure } from '../Measured';
import { timed } from './timed';

/** Many senders, one device: everybody's core business. */
export function queue(setting: QueueSetting): Measure {
  return (context) =>
    timed(
      [
        bareDevice(setting),
        rxMailbox('rx-mailbox', setting),
        rxMailboxAsync('rx-mailbox sendAsync', setting),
        fastqCallback(setting),
        fastqPromise(setting),
        asyncCallback(setting),
        ...(setting.window === 1 ? [promiseChain(setting)] : []),
        pQueue(setting),
        asyncMutex(setting),
        rxjsRecipe(setting),
      ],
      context,
    );
}
