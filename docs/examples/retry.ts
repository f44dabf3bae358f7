import { retry, throwError, timer } from 'rxjs';
import { isMailboxError, Mailbox, txTimeout, type TxReceipt } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

// A device that answers two messages with an error and takes the third.
let naks = 2;
const controller = new ScriptedController<string, string, void>({
  onSend: (_message, token, link) => link.txDone(naks-- > 0 ? { token, error: new Error('NAK') } : { token }),
});
const channel = new Mailbox(controller).requestChannel(0);

// #region example
const patiently = retry<TxReceipt<void>>({
  count: 3,
  delay: (error: unknown, attempt) =>
    // 'unknown' stays an error: the device may have done it already.
    isMailboxError(error) && error.delivery !== 'unknown' ? timer(10 * 2 ** attempt) : throwError(() => error),
});

channel
  .send('open the gate')
  .pipe(txTimeout({ inFlight: 50 }), patiently) // each attempt has its own 50 ms
  .subscribe(({ token }) => console.log(`taken, with the third attempt: token ${token}`));

// Prints:
// taken, with the third attempt: token 3
// #endregion example
