import { Subject, type Observable } from 'rxjs';
import { Mailbox, type LinkEvent, type MailboxController } from 'rx-mailbox';

// A serial port that can be unplugged. Writing throws while it is gone.
const port = {
  plugged: true,
  back: new Subject<void>(),
  write(line: string): void {
    if (!this.plugged) throw new Error('ENODEV, the port is gone');
    console.log(`wrote ${line}`);
  },
};

const acknowledged = new Subject<{ token: number }>();

const controller: MailboxController<string, never, void> = {
  name: 'serial',
  channelCount: 1,
  txDone: 'irq',
  correlation: 'tagged',
  open: () => serialLink(),
};

// #region example
function serialLink() {
  const events$ = new Subject<LinkEvent<never, void>>();
  acknowledged.subscribe(({ token }) => events$.next({ type: 'txDone', token }));
  port.back.subscribe(() => events$.next({ type: 'up' }));
  return {
    events$: events$ as Observable<LinkEvent<never, void>>,
    sendData(line: string, token: number): 'accepted' | 'busy' {
      try {
        port.write(`${token} ${line}`);
        return 'accepted';
      } catch (reason) {
        // The port is gone. To throw would fail this message, then the next one, then the whole queue.
        events$.next({ type: 'down', reason });
        return 'busy';
      }
    },
  };
}
// #endregion example

// #region use
const channel = new Mailbox(controller).requestChannel(0);
channel.txDone$.subscribe(({ message, error }) => console.log(`${message}: ${error?.message ?? 'done'}`));

port.plugged = false;
channel.next('G1 X10'); // refused: it stays at the head of the queue
channel.next('G1 X20');

port.plugged = true;
port.back.next(); // up again: it goes out now
acknowledged.next({ token: 1 });
acknowledged.next({ token: 2 });

// Prints:
// wrote 1 G1 X10
// wrote 2 G1 X20
// G1 X10: done
// G1 X20: done
// #endregion use
