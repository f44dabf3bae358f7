/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { lastValueFrom } from 'rxjs';
import { Mailbox, type MailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';

// A message takes 5 ms to the device.
const [near, far] = createLoopback<string>({ latency: 5 });
const device = new Mailbox(far);
device.requestChannel(0).subscribe();
const mailbox = new Mailbox(near);
const channel = mailbox.requestChannel(0);
channel.txDone$.subscribe(({ message, error }) => console.log(`${message}: ${error?.code ?? 'taken'}`));

// #region example
channel.next('save');
channel.next('park');

// Waits until nothing is pending. The channel goes on.
channel.whenIdle().subscribe({ complete: shutDown });

function shutDown(): void {
  channel.next('power off');

  // From here on nothing new is accepted. What was accepted is still sent, for a second at most; then the mailbox is closed.
  mailbox.closeWhenIdle(1000).subscribe({ complete: () => console.log('closed') });

  channel.send('one more').subscribe({ error: ({ code }: MailboxError) => console.log(`one more: ${code}`) });
}

// Prints:
// save: taken
// park: taken
// one more: ESHUTDOWN
// power off: taken
// closed
// #endregion example

await lastValueFrom(channel.txDone$); // it ends with the channel
device.close();

// A device that says nothing.
const silent = new Mailbox(new ScriptedController<string>());
const unheard = silent.requestChannel(0);
unheard.txDone$.subscribe(({ message, error }) => console.log(`${message}: ${error?.code}, ${error?.delivery}`));

// #region limit
unheard.next('save');
unheard.next('park');

silent.closeWhenIdle(20).subscribe({ complete: () => console.log('closed all the same') });

// Prints:
// save: ESHUTDOWN, unknown
// park: ESHUTDOWN, not-sent
// closed all the same
// #endregion limit
