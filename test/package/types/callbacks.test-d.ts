/**
 * Callbacks that must compile: those of existing classes, and arrow functions that return something that nobody looks at. Checked by `tsc`; nothing here is run.
 */
import { of, type Observable } from 'rxjs';
import {
  LinkResetError,
  Mailbox,
  inContext,
  isMailboxError,
  txTap,
  type ChannelEvent,
  type ChannelOptions,
  type LinkEvent,
  type MailboxErrorCode,
  type MailboxLink,
  type NotAwaited,
} from 'rx-mailbox';
import { ScriptedController, type ScriptedLink } from 'rx-mailbox/testing';
import { expectType, type Equal } from './expectType';

interface Command {
  crc: number;
}
const controller = new ScriptedController<Command, Command, { readonly seq: number }>();
const mailbox = new Mailbox(controller);

// Methods that are declared to return nothing.
class Device implements MailboxLink<string, string, number> {
  readonly events$: Observable<LinkEvent<string, number>> = of();
  sendData(): 'accepted' | 'busy' {
    return 'busy';
  }
  lastTxDone(): boolean {
    return false;
  }
  abort(token: number): void {
    this.forget(token);
  }
  private forget(_token: number): void {
    // The compiler does the work.
  }
}
export const device: MailboxLink<string, string, number> = new Device();
export const scripted: MailboxLink<Command, Command, { readonly seq: number }> = (
  {} as ScriptedLink<Command, Command, { readonly seq: number }>
).asLink();

class Stamp implements ChannelOptions<Command> {
  txPrepare(message: Command): void {
    message.crc = 7;
  }
}
mailbox.requestChannel(0, new Stamp());
declare const stamp: (message: Command) => void;
mailbox.requestChannel(0, { txPrepare: stamp });

// What is returned by the way: a number, a text, the message itself, nothing at all.
mailbox.requestChannel(0, { txPrepare: (message) => (message.crc = 7) });
mailbox.requestChannel(0, { txPrepare: (message) => message });
mailbox.requestChannel(0, { txPrepare: () => 'prepared' });
mailbox.requestChannel(0, { txPrepare: () => undefined });
mailbox.requestChannel(0, { txPrepare: () => null });
mailbox.requestChannel(0, { txPrepare: (message) => message.crc > 0 && [message] });
mailbox.requestChannel(0, {
  txPrepare(message) {
    message.crc++;
  },
});
const log: number[] = [];
export const chatty: MailboxLink<string, string, number> = { events$: of(), sendData: () => 'accepted', abort: (token) => log.push(token) };
export const answers: MailboxLink<string, string, number>[] = [
  { events$: of(), sendData: () => 'accepted', lastTxDone: () => true },
  { events$: of(), sendData: () => 'accepted', lastTxDone: () => ({ ack: 1 }) },
  { events$: of(), sendData: () => 'accepted', lastTxDone: (token) => (token > 1 ? { error: 'NAK' } : false) },
];

// Hooks, keys and contexts.
class Trace {
  readonly tokens: number[] = [];
  queued(token: number): void {
    this.tokens.push(token);
  }
}
export const taps = [txTap(new Trace()), txTap({ sent: (token) => log.push(token) }), txTap({ queued: () => undefined, sent: () => null })];
mailbox.requestChannel(0, { latest: ({ crc }) => crc });
mailbox.requestChannel(0, { latest: (message) => (message.crc > 0 ? message : undefined) });
declare const snapshot: () => <R, Args extends unknown[]>(fn: (...args: Args) => R, ...args: Args) => R;
export const contexts = [inContext(snapshot), inContext(() => (run) => run()), inContext(() => (run) => void log.push(0, (run(), 1)))];

// The type says what may be returned.
export const notAwaited: NotAwaited[] = [undefined, null, 1, 'text', true, 1n, Symbol('x'), {}, [], new Date(), () => 1];

// A reset has an error of its own, and what is broken an event.
const reset = new LinkResetError('uart');
expectType<Equal<'ECONNRESET' extends MailboxErrorCode ? true : false, true>>(true);
expectType<Equal<'broken' extends ChannelEvent['type'] ? true : false, true>>(true);
if (isMailboxError(reset, 'ECONNRESET')) expectType<Equal<typeof reset.delivery, 'not-sent' | 'unknown' | 'sent'>>(true);
