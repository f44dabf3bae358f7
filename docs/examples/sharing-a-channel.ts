import { concat, ignoreElements, type Observable } from 'rxjs';
import { Mailbox, type Channel } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

const [near, far] = createLoopback({ latency: 5, ack: (line: string) => line.toUpperCase() });
const device = new Mailbox(far).requestChannel(0);
device.subscribe();

// #region example
type Lines = Channel<string, string, string>;

// One of many users of a channel; it neither knows nor cares about the others.
function greeter(channel: Lines, name: string): Observable<never> {
  const say = (line: string) => channel.send(line);
  // One after the other: the second is queued when the first has been taken.
  return concat(say(`${name} says hello`), say(`${name} says goodbye`)).pipe(ignoreElements());
}

// The owner requests the channel once, and closes it once.
const channel = new Mailbox(near).requestChannel(0);
channel.txDone$.subscribe(({ token, ack }) => console.log(token, ack));

for (const name of ['ann', 'ben']) {
  greeter(channel, name).subscribe({ complete: () => console.log(`${name} is done`) });
}

// Prints:
// 1 ANN SAYS HELLO
// 2 BEN SAYS HELLO
// 3 ANN SAYS GOODBYE
// ann is done
// 4 BEN SAYS GOODBYE
// ben is done
// #endregion example
