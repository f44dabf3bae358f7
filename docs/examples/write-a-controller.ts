// #region example
import { Observable } from 'rxjs';
import { Mailbox, type LinkEvent, type MailboxController } from 'rx-mailbox';

type Frame<Message> = { token: number; message: Message } | { taken: number };

// A controller over a message port. Each end makes one; the answer to a frame carries its token, so the class is `'tagged'`.
function portController<Tx, Rx = Tx>(port: MessagePort): MailboxController<Tx, Rx, void> {
  return {
    name: 'port',
    channelCount: 1,
    txDone: 'irq',
    correlation: 'tagged',
    window: 16,
    open: () => ({
      // Subscribing starts the channel up, unsubscribing shuts it down.
      events$: new Observable<LinkEvent<Rx, void>>((subscriber) => {
        const listen = ({ data }: MessageEvent<Frame<Rx>>) => {
          if ('taken' in data) return subscriber.next({ type: 'txDone', token: data.taken });
          subscriber.next({ type: 'received', message: data.message });
          // Answered last, so that tx-done means: the receivers at the other end have returned.
          port.postMessage({ taken: data.token } satisfies Frame<Tx>);
        };
        // A port that is closed does not open again: the channel ends with it.
        const gone = () => subscriber.error(new Error('the other side has closed its port'));
        port.addEventListener('message', listen);
        port.addEventListener('close', gone);
        port.start();
        return () => {
          port.removeEventListener('message', listen);
          port.removeEventListener('close', gone);
        };
      }),
      sendData(message, token) {
        port.postMessage({ token, message } satisfies Frame<Tx>);
        return 'accepted';
      },
    }),
  };
}
// #endregion example

// #region use
const { port1, port2 } = new MessageChannel();
const far = new Mailbox(portController<string>(port2)).requestChannel(0);
const near = new Mailbox(portController<string>(port1)).requestChannel(0);

far.subscribe((message) => console.log(`received ${message}`));
near.send('one').subscribe({ complete: () => console.log('one was taken') });
near.send('two').subscribe({
  complete: () => {
    console.log('two was taken');
    port1.close();
  },
});

// Prints:
// received one
// received two
// one was taken
// two was taken
// #endregion use
