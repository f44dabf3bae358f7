import { Mailbox, txTimeout, type ChannelEvent } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

const controller = new ScriptedController<string, string, void>();
const channel = new Mailbox(controller).requestChannel(0, { name: 'motor' });

// #region example
const line = ({ type, token, error }: ChannelEvent) =>
  [type, token, error instanceof Error ? error.message : error].filter((part) => part !== undefined).join(' ');

const trace = channel.events$.subscribe((event) => console.log(line(event)));

channel
  .send('turn')
  .pipe(txTimeout(10))
  .subscribe({ error: () => console.log('the sender is told') });

// Prints:
// queued 1
// sent 1
// left 1 no tx-done within 10 ms (total; unknown)
// settled 1 no tx-done within 10 ms (total; unknown)
// the sender is told
// #endregion example

setTimeout(() => {
  controller.link().txDone({ token: 1 });
  trace.unsubscribe();
}, 20);
// Prints:
// lateTxDone 1
