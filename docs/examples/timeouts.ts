import { map } from 'rxjs';
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

// A device that says nothing until it is told to.
const controller = new ScriptedController<string, string, void>();
const channel = new Mailbox(controller).requestChannel(0);
const events = channel.events$.subscribe(({ type, token }) => {
  if (type === 'lateTxDone') console.log(`${type} of ${token}`);
});

// #region example
const failed = (name: string) => (error: MailboxError) => console.log(`${name}: ${error.message}`);

channel
  .send('calibrate')
  .pipe(txTimeout({ inFlight: 20 })) // the clock starts when it is handed over
  .subscribe({ error: failed('calibrate') });

channel
  .send('measure')
  .pipe(txTimeout({ queued: 10, total: 1000 })) // 10 ms to reach the device, a second for everything
  .subscribe({ error: failed('measure') });

channel.send('report').subscribe({ complete: () => console.log('report: taken') });

// Prints:
// measure: no tx-done within 10 ms (queued; not-sent)
// calibrate: no tx-done within 20 ms (inFlight; unknown)
// #endregion example

// #region map
channel
  .send('status')
  .pipe(
    txTimeout({ total: 1000 }), // takes receipts, so it comes before the map
    map(({ token }) => `status: taken as message ${token}`),
  )
  .subscribe((text) => console.log(text));
// #endregion map

setTimeout(() => {
  const [calibrate, report] = controller.link().sent;
  controller.link().txDone({ token: calibrate!.token });
  controller.link().txDone({ token: report!.token });
  controller.link().txDoneOldest(); // the status
  events.unsubscribe();
}, 40);
// Prints:
// lateTxDone of 1
// report: taken
// status: taken as message 4
