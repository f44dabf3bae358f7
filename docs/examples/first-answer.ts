/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { Mailbox, txCancel, type MailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

function device(latency: number) {
  const [near, far] = createLoopback<string>({ latency });
  new Mailbox(far).requestChannel(0).subscribe();
  return new Mailbox(near).requestChannel(0);
}
const devices = { left: device(5), right: device(20) };

// #region example
const answered = new AbortController();

for (const [name, channel] of Object.entries(devices)) {
  channel
    .send('are you there?')
    .pipe(txCancel(answered.signal)) // directly on send()
    .subscribe({
      next: () => {
        console.log(`${name} has answered`);
        answered.abort(); // whoever comes first cancels the others
      },
      complete: () => console.log(`${name}: complete`),
      error: ({ code, delivery }: MailboxError) => console.log(`${name}: ${code}, ${delivery}`),
    });
}

// Prints:
// left has answered
// right: ECANCELED, unknown
// left: complete
// #endregion example
