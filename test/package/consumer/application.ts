// Compiled against the types of the package as ESM and as CJS, without Node or DOM types, and then run in both.
import { Mailbox, isMailboxError, txTimeout, type Channel, type MailboxController, type MailboxLink, type TxReceipt } from 'rx-mailbox';
import { Subject, map, pipe, retry, type Observable } from 'rxjs';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_proof: Equal<A, B>): void => undefined;

interface Ack {
  seq: number;
}

/** Numbers the words it is sent, and repeats them. */
class Echo implements MailboxController<string, string, Ack> {
  readonly name = 'echo';
  readonly channelCount = 1;
  readonly txDone = 'irq';
  readonly correlation = 'tagged';

  open(): MailboxLink<string, string, Ack> {
    const events$ = new Subject<{ type: 'txDone'; token: number; ack: Ack } | { type: 'received'; message: string }>();
    let seq = 0;
    return {
      events$,
      sendData(message, token) {
        events$.next({ type: 'received', message });
        events$.next({ type: 'txDone', token, ack: { seq: ++seq } });
        return 'accepted';
      },
    };
  }
}

const log: unknown[] = [];
const mailbox = new Mailbox(new Echo());
const channel = mailbox.requestChannel(0);
same<typeof channel, Channel<string, string, Ack>>(true);

channel.subscribe((word) => log.push(word));
const policy = pipe(txTimeout(1000), retry(2));
const sent = channel.send('one').pipe(txTimeout({ inFlight: 1000 }), retry(2));
same<typeof sent, Observable<TxReceipt<Ack>>>(true);
sent.pipe(map((receipt) => receipt.ack.seq)).subscribe((seq) => log.push(seq));
channel
  .send('two')
  .pipe(policy)
  .subscribe((receipt) => log.push(receipt.ack.seq));

channel[Symbol.dispose]();
channel.send('three').subscribe({ error: (error: unknown) => log.push(isMailboxError(error, 'ESHUTDOWN')) });

const expected = '["one",1,"two",2,true]';
if (JSON.stringify(log) !== expected) throw new Error(`expected ${expected}, got ${JSON.stringify(log)}`);
