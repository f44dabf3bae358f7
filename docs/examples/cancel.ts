/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { firstValueFrom } from 'rxjs';
import { Mailbox, txCancel, type MailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

// A message takes 20 ms to the device, and there is one in flight at a time.
const [near, far] = createLoopback<string>({ latency: 20 });
const device = new Mailbox(far).requestChannel(0);
const channel = new Mailbox(near).requestChannel(0);
device.subscribe((message) => console.log(`device got "${message}"`));

const arm = firstValueFrom(channel.send('move the arm'), { defaultValue: undefined });
// #region signal
const escape = new AbortController();

channel
  .send('wave')
  .pipe(txCancel(escape.signal))
  .subscribe({
    error: (error: MailboxError) => console.log(`wave: ${error.code}, ${error.delivery}, ${String(error.cause)}`),
  });

escape.abort('Escape was pressed'); // still in the queue: the device never sees it

// Prints:
// wave: ECANCELED, not-sent, Escape was pressed
// #endregion signal
// Prints:
// device got "move the arm"
await arm;

// #region inFlight
channel.txDone$.subscribe(({ message, error }) => console.log(`report: ${message}: ${error?.code}, ${error?.delivery}`));

const nod = channel.send('nod').subscribe({ complete: () => console.log('never printed') }); // handed over at once
nod.unsubscribe(); // too late to take it back

// Prints:
// report: nod: ECANCELED, unknown
// device got "nod"
// #endregion inFlight
