/* eslint @typescript-eslint/no-unused-vars: off, @typescript-eslint/no-unnecessary-type-arguments: off -- only types are looked at */

/**
 * A channel whose far end answers with something else than its tx-dones carry passes through everything. Checked by `tsc`; nothing here is run.
 */
import { concatMap, firstValueFrom, map, of, pipe, retry, type Observable, type OperatorFunction } from 'rxjs';
import {
  Channel,
  Mailbox,
  Transmission,
  inContext,
  scheduleTx,
  sendTo,
  txCancel,
  txTap,
  txTimeout,
  type ChannelState,
  type LinkEnvironment,
  type MailboxController,
  type MailboxLink,
  type TxReceipt,
  type TxReport,
} from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { FaultyController, ScriptedController, describeController, mailboxTest, type ControllerFixture } from 'rx-mailbox/testing';
import { expectType, type Equal } from './expectType';

interface Question {
  readonly text: string;
}
interface Order {
  readonly op: number;
}
interface Taken {
  readonly seq: number;
}
interface Answer {
  readonly words: readonly string[];
}

declare const controller: MailboxController<Order, Question, Taken, Answer>;
declare const link: MailboxLink<Order, Question, Taken, Answer>;
declare const signal: AbortSignal;

// From the controller to the mailbox and the channel; without it the answer is what the tx-dones carry.
const mailbox = new Mailbox(controller);
const channel = mailbox.requestChannel(0);
expectType<Equal<typeof mailbox, Mailbox<Order, Question, Taken, Answer>>>(true);
expectType<Equal<typeof channel, Channel<Order, Question, Taken, Answer>>>(true);
expectType<Equal<MailboxController<Order, Question, Taken>, MailboxController<Order, Question, Taken, Taken>>>(true);
expectType<Equal<MailboxLink<Order, Question, Taken>, MailboxLink<Order, Question, Taken, Taken>>>(true);
expectType<Equal<Channel<Order, Question, Taken>, Channel<Order, Question, Taken, Taken>>>(true);
expectType<Equal<Mailbox<Order>, Mailbox<Order, Order, void, void>>>(true);

// A class that implements the contract.
class Desk implements MailboxController<Order, Question, Taken, Answer> {
  readonly name = 'desk';
  readonly channelCount = Infinity;
  readonly txDone = 'irq';
  readonly correlation = 'tagged';
  open(_index: number, _environment: LinkEnvironment): MailboxLink<Order, Question, Taken, Answer> {
    return link;
  }
}
const desk = new Mailbox(new Desk()).requestChannel(0);
expectType<Equal<typeof desk, Channel<Order, Question, Taken, Answer>>>(true);

// What it sends and receives, and what it tells.
const sending = channel.send({ op: 1 });
expectType<Equal<typeof sending, Transmission<Taken>>>(true);
expectType<Equal<typeof channel.txDone$, Observable<TxReport<Order, Taken>>>>(true);
channel.subscribe((question) => expectType<Equal<typeof question, Question>>(true));
channel.acknowledge({ token: 1, ack: { seq: 1 } });
export const receipt: Promise<TxReceipt<Taken>> = channel.sendAsync({ op: 1 }, { timeout: { silence: 5 }, signal });
export const waits: Observable<never>[] = [channel.whenIdle(), channel.whenIdle(5), channel.flush(5), mailbox.closeWhenIdle(5)];
export const states: ChannelState[] = mailbox.states();
const [up, up$, name, withdrawn] = [channel.up, channel.up$, channel.name, channel.withdraw('stop')];
expectType<Equal<[typeof up, typeof up$, typeof name, typeof withdrawn], [boolean, Observable<boolean>, string, number]>>(true);

// The operators.
const seq$ = sending.pipe(
  txTap({ queued: (token) => token, sent: (token) => token }),
  txTimeout({ queued: 1, inFlight: 2, silence: 3, total: 4 }),
  txCancel(signal),
  inContext(() => (run) => run()),
  map(({ ack }) => ack.seq),
);
expectType<Equal<typeof seq$, Observable<number>>>(true);
const policy = pipe(
  txTap({ sent: () => undefined }),
  inContext(() => (run) => run()),
  txTimeout(10),
  retry(2),
);
const taken$ = of({ op: 1 }).pipe(
  concatMap((order) => channel.send(order).pipe(policy)),
  map(({ ack }) => ack),
);
expectType<Equal<typeof taken$, Observable<Taken>>>(true);
const question$ = channel.pipe(inContext(() => (run) => run()));
expectType<Equal<typeof question$, Observable<Question>>>(true);
export const first: Promise<Question> = firstValueFrom(channel);
const reports$ = of({ op: 1 }).pipe(sendTo(channel));
expectType<Equal<typeof reports$, Observable<TxReport<Order, Taken>>>>(true);
of({ op: 1 }).pipe(sendTo(channel, 3)).subscribe();
of({ op: 1 }).subscribe(channel);
const scheduled = scheduleTx(link);
expectType<Equal<typeof scheduled, OperatorFunction<import('rx-mailbox').TxRequest<Order, Taken>, TxReport<Order, Taken>>>>(true);

// The tools for tests.
const faulty = new FaultyController(controller, { seed: 1 });
const behindFaults = new Mailbox(faulty).requestChannel(0);
expectType<Equal<typeof behindFaults, Channel<Order, Question, Taken, Answer>>>(true);
declare const fixture: ControllerFixture<Order, Question, Taken>;
describeController('desk', () => ({ ...fixture, controller }));
describeController('desk', () => ({ ...fixture, controller: new Desk(), peer: {} as MailboxController<Question, Order, string, number> }));
declare const bytes: Channel<Uint8Array, Uint8Array, number, string>;
export const tests = [mailboxTest(bytes), mailboxTest(bytes, { rx: bytes }), mailboxTest(() => bytes), mailboxTest(null, { rx: bytes })];

// Controllers without an answer of their own fit where one is expected that answers as its tx-dones do, and nowhere else.
const scripted: MailboxController<Order, Question, Taken> = new ScriptedController<Order, Question, Taken>();
const [near] = createLoopback<Order, Question, Taken>();
expectType<Equal<typeof near, MailboxController<Order, Question, Taken>>>(true);
export const same: MailboxController<Order, Question, Taken, Taken>[] = [scripted, near];
// @ts-expect-error -- its far end answers with Taken
export const other: MailboxController<Order, Question, Taken, Answer> = near;
// @ts-expect-error -- its far end answers with Answer
export const wrongLink: MailboxLink<Order, Question, Taken, Taken> = link;
// @ts-expect-error -- its far end answers with Answer
export const wrongChannel: Channel<Order, Question, Taken> = channel;

// Whoever does not look at the answers takes a channel with any.
declare function wire<Tx, Rx, Ack, Any>(given: Channel<Tx, Rx, Ack, Any>): Observable<Rx>;
export const wired: Observable<Question> = wire(channel);
export const sender: Pick<Channel<Order, Question, Taken, Answer>, 'send' | 'next' | 'withdraw'> = channel;
