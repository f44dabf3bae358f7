/* eslint @typescript-eslint/no-unused-vars: off, @typescript-eslint/no-unnecessary-type-arguments: off -- only types are looked at */

/**
 * What the compiler infers without an annotation. Checked by `tsc`; nothing here is run.
 */
import { concatMap, firstValueFrom, map, mergeMap, of, pipe, retry, switchMap, type Observable, type OperatorFunction } from 'rxjs';
import {
  Channel,
  Mailbox,
  Transmission,
  isMailboxError,
  scheduleTx,
  sendTo,
  txCancel,
  txTimeout,
  type ChannelEvent,
  type LinkEvent,
  type MailboxController,
  type MailboxError,
  type MailboxErrorCode,
  type MailboxLink,
  type TxReceipt,
  type TxReport,
} from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { expectType, type Equal } from './expectType';

interface Command {
  readonly op: number;
}
interface Event {
  readonly at: Date;
}
interface Ack {
  readonly seq: number;
}

declare const controller: MailboxController<Command, Event, Ack>;
declare const signal: AbortSignal;

const mailbox = new Mailbox(controller);
const channel = mailbox.requestChannel(0);

// From the controller to the mailbox and the channel.
expectType<Equal<typeof mailbox, Mailbox<Command, Event, Ack>>>(true);
expectType<Equal<typeof channel, Channel<Command, Event, Ack>>>(true);
expectType<Equal<ReturnType<typeof channel.send>, Transmission<Ack>>>(true);
expectType<Equal<typeof channel.txDone$, Observable<TxReport<Command, Ack>>>>(true);
expectType<Equal<typeof channel.events$, Observable<ChannelEvent>>>(true);
channel.subscribe((event) => expectType<Equal<typeof event, Event>>(true));

// Also from a class that implements the contract, and from its options.
const scripted = new Mailbox(new ScriptedController<Command, Event, Ack>()).requestChannel(0, {
  txPrepare: (message) => expectType<Equal<typeof message, Command>>(true),
});
expectType<Equal<typeof scripted, Channel<Command, Event, Ack>>>(true);

// Through the pipe, without an annotation.
const seq$ = channel.send({ op: 1 }).pipe(
  txTimeout(10),
  txCancel(signal),
  retry(2),
  map((r) => r.ack.seq),
);
expectType<Equal<typeof seq$, Observable<number>>>(true);

const other$ = channel.send({ op: 1 }).pipe(
  txCancel(of(1)),
  txTimeout({ queued: 1, inFlight: 2, total: 3 }),
  map(({ ack, token }) => ({ ack, token })),
);
expectType<Equal<typeof other$, Observable<{ ack: Ack; token: number }>>>(true);

// After other operators.
const late$ = channel.send({ op: 1 }).pipe(retry(2), txTimeout(10), txCancel(signal));
expectType<Equal<typeof late$, Observable<TxReceipt<Ack>>>>(true);

// One policy for every channel, without an annotation.
const policy = pipe(txTimeout(10), retry(2));
const canceled = pipe(txCancel(signal), txTimeout({ total: 10 }), retry({ count: 2, delay: 5 }));

declare const words: Channel<string, string, { readonly crc: string }>;
declare const plain: Channel<string>;

const ackOfCommand$ = channel.send({ op: 1 }).pipe(
  policy,
  map((r) => r.ack.seq),
);
expectType<Equal<typeof ackOfCommand$, Observable<number>>>(true);
const crcOfWord$ = words.send('a').pipe(
  policy,
  canceled,
  map((r) => r.ack.crc),
);
expectType<Equal<typeof crcOfWord$, Observable<string>>>(true);
const nothing$ = plain.send('a').pipe(
  policy,
  map((r) => r.ack),
);
expectType<Equal<typeof nothing$, Observable<void>>>(true);

// A policy of one operator alone serves every channel, too.
const timely = txTimeout(10);
expectType<Equal<ReturnType<typeof timely<TxReceipt<Ack>>>, Observable<TxReceipt<Ack>>>>(true);

// In flattening operators and promises.
const concatenated$ = of(1, 2).pipe(
  concatMap((op) => channel.send({ op }).pipe(txTimeout(10))),
  map(({ ack }) => ack),
);
expectType<Equal<typeof concatenated$, Observable<Ack>>>(true);
of(1).pipe(
  switchMap((op) => channel.send({ op })),
  mergeMap((receipt) => of(receipt.ack.seq)),
);
export const awaited: Promise<TxReceipt<Ack>> = firstValueFrom(channel.send({ op: 1 }).pipe(policy));

// A report is a success or a failure, never both.
channel.txDone$.subscribe((report) => {
  if (report.error === undefined) expectType<Equal<typeof report.ack, Ack>>(true);
  else expectType<Equal<typeof report.error, MailboxError>>(true);
});

// sendTo and scheduleTx.
const reports$ = of({ op: 1 }).pipe(sendTo(channel));
expectType<Equal<typeof reports$, Observable<TxReport<Command, Ack>>>>(true);
declare const link: MailboxLink<Command, Event, Ack>;
const scheduled = scheduleTx(link);
expectType<Equal<typeof scheduled, OperatorFunction<import('rx-mailbox').TxRequest<Command, Ack>, TxReport<Command, Ack>>>>(true);

// Defaults: what is received is what is sent, and a tx-done carries nothing.
expectType<Equal<Mailbox<string>, Mailbox<string, string, void>>>(true);
expectType<Equal<Channel<string>, Channel<string, string, void>>>(true);
channel.acknowledge();
plain.acknowledge({ token: 1 });
channel.acknowledge({ token: 1, ack: { seq: 1 } });
channel.acknowledge({ error: 'NAK' });

// isMailboxError narrows.
declare const caught: unknown;
if (isMailboxError(caught, 'ETIME')) {
  expectType<MailboxError>(caught);
  expectType<Equal<typeof caught.delivery, 'not-sent' | 'unknown' | 'sent'>>(true);
  expectType<Equal<typeof caught.code, 'ETIME'>>(true);
} else if (isMailboxError(caught)) {
  expectType<Equal<typeof caught.code, MailboxErrorCode>>(true);
}

// Every event of a link, and its channel as source and target of Observables.
export const events: LinkEvent<Event, Ack>[] = [
  { type: 'txDone' },
  { type: 'txDone', token: 1, ack: { seq: 1 } },
  { type: 'txDone', error: 'NAK' },
  { type: 'received', message: { at: new Date() } },
  { type: 'ready' },
  { type: 'down' },
  { type: 'down', reason: 1 },
  { type: 'up' },
];
of({ op: 1 }).subscribe(channel);
const piped$ = channel.pipe(map((event) => event));
expectType<Equal<typeof piped$, Observable<Event>>>(true);

// A channel of something narrower can be handed to who reads less of it.
export const reader: Observable<{ readonly at: Date }> = channel;
export const sender: Pick<Channel<{ readonly op: 1 | 2 }, Event, Ack>, 'send' | 'next'> = channel;
