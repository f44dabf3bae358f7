/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { lastValueFrom, range } from 'rxjs';
import { Mailbox, sendTo, type MailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

const [near, far] = createLoopback<number>({ latency: 2, window: 4 });
const device = new Mailbox(far).requestChannel(0);
device.subscribe();
const channel = new Mailbox(near).requestChannel(0, { txQueueLength: 2 });

// #region full
for (let i = 0; i < 6; i++) channel.next(i); // 4 in flight, 2 waiting
console.log(`room for ${channel.slotsAvailable}`);
channel.send(6).subscribe({ error: (error: MailboxError) => console.log(`${error.code}: ${error.message}`) });

// Prints:
// room for 0
// ENOBUFS: queue full: 2 messages already wait (txQueueLength)
// #endregion full

await lastValueFrom(channel.flush(1000), { defaultValue: undefined });

// #region sendTo
let failures = 0;
range(1, 1000)
  .pipe(sendTo(channel)) // never more than the window at once, so this source never overruns the queue
  .subscribe({
    next: ({ error }) => (failures += error === undefined ? 0 : 1),
    complete: () => console.log(`1000 reports, ${failures} failures`),
  });

// Prints:
// 1000 reports, 0 failures
// #endregion sendTo
