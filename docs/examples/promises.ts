import { Mailbox, isMailboxError } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';

// The device answers in the tx-done, after 5 ms each way.
const [near, far] = createLoopback<string, string, string>({ latency: 5, ack: (message) => `${message}: yes` });
const device = new Mailbox(far).requestChannel(0);
const channel = new Mailbox(near).requestChannel(0);
device.subscribe((message) => console.log(`device got "${message}"`));

// #region example
const { ack } = await channel.sendAsync('ready?');
console.log(ack);

const stop = new AbortController();
try {
  const launch = channel.sendAsync('launch', { timeout: { inFlight: 1000 }, signal: stop.signal });
  stop.abort('the operator said stop'); // in flight already: it cannot be taken back
  await launch;
} catch (error) {
  if (!isMailboxError(error)) throw error;
  console.log(`launch: ${error.code}, ${error.delivery}`);
}

// Prints:
// device got "ready?"
// ready?: yes
// launch: ECANCELED, unknown
// device got "launch"
// #endregion example
