/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

// A device that says nothing.
const controller = new ScriptedController<string>();
const channel = new Mailbox(controller).requestChannel(0);

// #region example
for (const page of ['page 1', 'page 2', 'page 3']) {
  channel
    .send(page)
    .pipe(txTimeout(20)) // begun in one turn, so they run out together
    .subscribe({ error: ({ delivery }: MailboxError) => console.log(`${page}: ${delivery}`) });
}
channel.next('power off'); // waits behind them, without a limit

// Prints:
// page 1: unknown
// page 2: not-sent
// page 3: not-sent
// #endregion example

setTimeout(
  () =>
    console.log(
      controller
        .link()
        .sent.map(({ message }) => message)
        .join(', '),
    ),
  40,
);
// Prints:
// page 1, power off
