/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

// #region example
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

// Both ends of one channel, in one process. A real controller is an adapter to a device, a thread, a socket.
const [near, far] = createLoopback({ ack: (line: string) => `${line.length} characters` });
const device = new Mailbox(far).requestChannel(0);
const channel = new Mailbox(near).requestChannel(0);

device.subscribe((line) => console.log(`device got "${line}"`));

channel
  .send('hello')
  .pipe(txTimeout(100))
  .subscribe({
    next: ({ token, ack }) => console.log(`message ${token} was taken: ${ack}`),
    error: (error: MailboxError) => console.log(`${error.message}; should I send it again? ${error.delivery}`),
  });

// Prints:
// device got "hello"
// message 1 was taken: 5 characters
// #endregion example

// #region send
const greeting$ = channel.send('good morning'); // nothing has been sent yet
const log = ({ token, ack }: { token: number; ack: string }) => console.log(`${token}: ${ack}`);

greeting$.subscribe(log); // sends it
greeting$.subscribe(log); // sends it again: another message, with a token and an outcome of its own

// Prints:
// device got "good morning"
// 2: 12 characters
// device got "good morning"
// 3: 12 characters
// #endregion send
