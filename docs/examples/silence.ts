/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { interval, take } from 'rxjs';
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

const controller = new ScriptedController<string, string, void>({
  // The printer says "busy" every 20 ms while it works. In the middle of the second job it is unplugged.
  onSend: (job, token, link) => {
    const works = job === 'heat up' ? 8 : 3;
    interval(20)
      .pipe(take(works))
      .subscribe((tick) => {
        if (tick < 7) link.progress(token);
        else link.txDone({ token });
      });
  },
});
const channel = new Mailbox(controller).requestChannel(0);

// #region example
const untilSilent = txTimeout({ silence: 100 }); // as long as it takes, if it says that it works

channel
  .send('heat up')
  .pipe(untilSilent)
  .subscribe(({ token }) => console.log(`message ${token} took 160 ms, and was never silent for 100`));

channel
  .send('print')
  .pipe(untilSilent)
  .subscribe({ error: ({ message }: MailboxError) => console.log(message) });

// Prints:
// message 1 took 160 ms, and was never silent for 100
// no tx-done and no progress within 100 ms (silence; unknown)
// #endregion example
