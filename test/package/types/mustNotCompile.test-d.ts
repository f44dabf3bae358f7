/* eslint @typescript-eslint/ban-ts-comment: off, @typescript-eslint/no-unsafe-call: off, @typescript-eslint/no-unsafe-return: off,
   @typescript-eslint/no-unsafe-member-access: off -- mistakes are what this file is about */

/**
 * What must not compile: each `@ts-expect-error` fails `tsc` when it does. Nothing here is run.
 */
import { map, of, retry, Subject, type Observable } from 'rxjs';
import {
  Channel,
  Mailbox,
  MailboxError,
  Transmission,
  inContext,
  isMailboxError,
  sendTo,
  txCancel,
  txTap,
  txTimeout,
  type ChannelOptions,
  type LinkEvent,
  type MailboxController,
  type MailboxLink,
  type TxReceipt,
  type TxReport,
} from 'rx-mailbox';

declare const mailbox: Mailbox<{ op: number }, string, { seq: number }>;
declare const channel: Channel<{ op: number }, string, { seq: number }>;
declare const link: MailboxLink<string, string, number>;

// A message of another type
// @ts-expect-error
channel.send('text');
// @ts-expect-error
channel.send();
// @ts-expect-error
channel.send({ op: '1' });
// @ts-expect-error
channel.next(1);
// @ts-expect-error
of('text').subscribe(channel);
// @ts-expect-error
of('text').pipe(sendTo(channel));

// The ack of a receipt is what the controller says
// @ts-expect-error
channel.send({ op: 1 }).pipe(map((r) => r.ack.crc));
// @ts-expect-error
channel.send({ op: 1 }).subscribe((r) => r.ack.toFixed());
// @ts-expect-error
channel.acknowledge({ ack: 'text' });
// @ts-expect-error
channel.acknowledge({ toke: 1 });

// Tx operators work on receipts only
const acks$ = channel.send({ op: 1 }).pipe(map((r) => r.ack));
// @ts-expect-error
of(1).pipe(txTimeout(10));
// @ts-expect-error
channel.pipe(txTimeout(10));
acks$.pipe(
  // @ts-expect-error
  txTimeout(10),
);
acks$.pipe(
  // @ts-expect-error
  txCancel(new AbortController().signal),
);
// @ts-expect-error
channel.txDone$.pipe(txCancel(of(1)));

// Arguments of the operators
// @ts-expect-error
txTimeout();
// @ts-expect-error
txTimeout('10');
// @ts-expect-error
txTimeout({ quequed: 10 });
// @ts-expect-error
txTimeout({ queued: '10' });
// @ts-expect-error
txCancel();
// @ts-expect-error
txCancel(new AbortController());
// @ts-expect-error
sendTo(new Subject<string>());
// @ts-expect-error
sendTo(channel, '2');

// What is read-only stays so
// @ts-expect-error
channel.closed = true;
// @ts-expect-error
channel.slotsAvailable = 3;
// @ts-expect-error
channel.txDone$ = of();
channel.send({ op: 1 }).subscribe((receipt) => {
  // @ts-expect-error
  receipt.token = 1;
});

// A channel is asked for, a transmission is sent: neither is made
// @ts-expect-error
new Channel();
// @ts-expect-error
new Channel((subscriber) => subscriber.next('x'));
// @ts-expect-error
new Transmission();

// Nothing can be sent through what was piped
// @ts-expect-error
channel.pipe(map((message) => message)).next('x');
// @ts-expect-error
channel.pipe(retry(1)).send({ op: 1 });
// @ts-expect-error
channel.send({ op: 1 }).next({ token: 1, ack: { seq: 1 } });

// Options
// @ts-expect-error
mailbox.requestChannel(0, { txQueueLenght: 3 });
// @ts-expect-error
mailbox.requestChannel(0, { txPrepare: (message: string) => message });
// @ts-expect-error
mailbox.requestChannel(true);
// @ts-expect-error
mailbox.requestChannel(0, { quarantine: 'long' });
// @ts-expect-error
mailbox.requestChannel(0, { txQueueLength: undefined });
// @ts-expect-error
new Mailbox(link, { scheduler: 'async' });

// A report has an ack or an error, not both
// @ts-expect-error
export const both: TxReport<string, number> = { token: 1, message: 'A', ack: 1, error: undefined as unknown as MailboxError };
// @ts-expect-error
export const neither: TxReport<string, number> = { token: 1, message: 'A' };
declare const report: TxReport<string, number>;
// @ts-expect-error
report.ack.toFixed();

// The contract of controllers
// @ts-expect-error
export const slow: LinkEvent<string, number> = { type: 'slow' };
// @ts-expect-error
export const empty: LinkEvent<string, number> = { type: 'received' };
// @ts-expect-error
export const wrong: LinkEvent<string, number> = { type: 'txDone', ack: 'text' };
export const controller: MailboxController<string, string, number> = {
  name: 'uart',
  channelCount: 1,
  // @ts-expect-error
  txDone: 'guess',
  // @ts-expect-error
  correlation: 'sometimes',
  open: () => link,
};
export const incomplete: MailboxLink<string, string, number> = {
  events$: of(),
  // @ts-expect-error
  sendData: () => 'queued',
};
// @ts-expect-error
export const silent: MailboxLink<string, string, number> = { sendData: () => 'accepted' };

// A callback that nobody awaits must not be async
// @ts-expect-error
mailbox.requestChannel(0, { txPrepare: async (message) => Promise.resolve(message) });
mailbox.requestChannel(0, {
  // @ts-expect-error
  async txPrepare(message) {
    await Promise.resolve(message);
  },
});
// @ts-expect-error
mailbox.requestChannel(0, { txPrepare: () => Promise.resolve() });
declare const thenable: { then(done: () => void): void };
// @ts-expect-error
mailbox.requestChannel(0, { txPrepare: () => thenable });
// @ts-expect-error
export const maybe: ChannelOptions<string> = { txPrepare: (message) => (message === '' ? undefined : Promise.resolve()) };
export const unawaited: MailboxLink<string, string, number> = {
  events$: of(),
  // @ts-expect-error
  sendData: () => Promise.resolve('accepted' as const),
  // @ts-expect-error
  abort: async (token) => Promise.resolve(token),
  // @ts-expect-error
  lastTxDone: () => Promise.resolve(true),
  // @ts-expect-error
  peekData: () => Promise.resolve(true),
};
declare class Plain {
  readonly events$: Observable<never>;
  sendData(): 'accepted';
}
class AsyncLink {
  readonly events$ = of();
  async sendData(): Promise<'accepted'> {
    return Promise.resolve('accepted');
  }
  async lastTxDone(): Promise<boolean> {
    return Promise.resolve(true);
  }
  async abort(): Promise<void> {
    return Promise.resolve();
  }
}
declare const asyncLink: AsyncLink;
// @ts-expect-error
export const asyncSendData: MailboxLink<string, string, number> = { events$: of(), sendData: asyncLink.sendData };
// @ts-expect-error
export const asyncLastTxDone: MailboxLink<string, string, number> = { ...link, lastTxDone: asyncLink.lastTxDone };
// @ts-expect-error
export const asyncAbort: MailboxLink<string, string, number> = { ...link, abort: asyncLink.abort };
export class AsyncAbort extends Plain implements MailboxLink<string, string, number> {
  // @ts-expect-error
  async abort(): Promise<void> {
    return Promise.resolve();
  }
}
export const asyncOpen: MailboxController<string, string, number> = {
  name: 'uart',
  channelCount: 1,
  txDone: 'irq',
  correlation: 'tagged',
  // @ts-expect-error
  open: () => Promise.resolve(link),
};

export const asyncChoice: MailboxController<string, string, number> = {
  name: 'uart',
  channelCount: 1,
  txDone: 'irq',
  correlation: 'tagged',
  open: () => link,
  // @ts-expect-error
  nextChannel: () => Promise.resolve(0),
};
// @ts-expect-error
txTap({ queued: async (token) => Promise.resolve(token) });
// @ts-expect-error
txTap({ sent: () => Promise.resolve() });
class AsyncTrace {
  async sent(): Promise<void> {
    return Promise.resolve();
  }
}
// @ts-expect-error
txTap(new AsyncTrace());
// @ts-expect-error
inContext(() => Promise.resolve((run: () => void) => run()));
// @ts-expect-error
inContext((run) => run());

// An answer is one of those that are named
// @ts-expect-error
export const vague: MailboxLink<string, string, number> = { ...link, lastTxDone: () => 1 };
// @ts-expect-error
export const undecided: MailboxLink<string, string, number> = { ...link, lastTxDone: () => undefined };

// What a link says
// @ts-expect-error
export const nobody: LinkEvent<string, number> = { type: 'refused' };
// @ts-expect-error
export const named: LinkEvent<string, number> = { type: 'refused', token: '1' };
// @ts-expect-error
export const forWhom: LinkEvent<string, number> = { type: 'progress', token: null };
// @ts-expect-error
export const perhaps: LinkEvent<string, number> = { type: 'txDone', token: 1, error: 'NAK', delivery: 'perhaps' };
// @ts-expect-error
export const guessed: MailboxLink<string, string, number> = { ...link, txDone: 'guess' };
// @ts-expect-error
channel.acknowledge({ error: 'NAK', delivery: 'perhaps' });

// What an application asks for
// @ts-expect-error
txTimeout({ silent: 10 });
// @ts-expect-error
void channel.sendAsync({ op: 1 }, { timeout: { silent: 10 } });
// @ts-expect-error
txTap({ send: () => undefined });
// @ts-expect-error
mailbox.requestChannel(0, { whileDown: 'drop' });
// @ts-expect-error
mailbox.requestChannel(0, { overflow: 'drop-newest' });
// @ts-expect-error
mailbox.requestChannel(0, { latest: 'op' });
// @ts-expect-error
channel.up = true;
// @ts-expect-error
of(1).pipe(txTap({ sent: () => undefined }));

// Errors
// @ts-expect-error
isMailboxError(new Error('x'), 'ENOENT');
// @ts-expect-error
new MailboxError('EIO', 'sent', 'abstract');

// A receipt of one channel is not that of another
declare const theirs: Observable<TxReceipt<string>>;
// @ts-expect-error
export const ours: Observable<TxReceipt<{ seq: number }>> = theirs;
// @ts-expect-error
export const mine: Transmission<string> = channel.send({ op: 1 });
