import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

// A message takes 5 ms to the machine, and there is one in flight at a time.
const [near, far] = createLoopback<string>({ latency: 5 });
const machine = new Mailbox(far).requestChannel(0);
const channel = new Mailbox(near).requestChannel(0);
machine.subscribe((command) => console.log(`machine got "${command}"`));

// #region example
channel.txDone$.subscribe(({ message, error }) => {
  if (error) console.log(`${message}: ${error.delivery}, ${String(error.cause)}`);
});

for (const move of ['left', 'right', 'up', 'down']) channel.next(move); // one is in flight, three wait

const withdrawn = channel.withdraw('the red button');
channel.next('STOP'); // the first in the queue now
console.log(`${withdrawn} taken back`);

// Prints:
// right: not-sent, the red button
// up: not-sent, the red button
// down: not-sent, the red button
// 3 taken back
// machine got "left"
// machine got "STOP"
// #endregion example

channel.whenIdle().subscribe({
  complete: () => {
    channel.close();
    machine.close();
  },
});
