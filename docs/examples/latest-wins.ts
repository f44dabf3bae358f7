/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { lastValueFrom } from 'rxjs';
import { Mailbox, type TxCanceledError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

interface Turn {
  readonly knob: string;
  readonly value: number;
}

// A message takes 5 ms to the device, and there is one in flight at a time.
const [near, far] = createLoopback<Turn>({ latency: 5 });
const device = new Mailbox(far).requestChannel(0);
device.subscribe(({ knob, value }) => console.log(`device: ${knob} ${value}`));
const mailbox = new Mailbox(near);

// #region example
// Of each knob, only its newest value counts.
const channel = mailbox.requestChannel(0, { latest: ({ knob }) => knob });

channel.next({ knob: 'bass', value: 1 }); // in flight at once, so nobody can replace it
channel.send({ knob: 'bass', value: 2 }).subscribe({
  error: ({ code, delivery, superseded }: TxCanceledError) => console.log(`bass 2: ${code}, ${delivery}, superseded: ${superseded}`),
});
channel.next({ knob: 'treble', value: 5 });
channel.next({ knob: 'bass', value: 3 }); // takes the place of bass 2, in front of treble

// Prints:
// bass 2: ECANCELED, not-sent, superseded: true
// device: bass 1
// device: bass 3
// device: treble 5
// #endregion example

await lastValueFrom(channel.whenIdle(), { defaultValue: undefined });
channel.close();

// #region dropOldest
// Of all messages, only the newest two may wait.
const log = mailbox.requestChannel(0, { txQueueLength: 2, overflow: 'drop-oldest' });
log.txDone$.subscribe(({ message, error }) => {
  if (error) console.log(`${message.value}: ${error.code}, ${error.delivery}`);
});

for (const value of [1, 2, 3, 4, 5]) log.next({ knob: 'level', value });

// Prints:
// 2: ENOBUFS, not-sent
// 3: ENOBUFS, not-sent
// device: level 1
// device: level 4
// device: level 5
// #endregion dropOldest

await lastValueFrom(log.whenIdle(), { defaultValue: undefined });
log.close();
device.close();
