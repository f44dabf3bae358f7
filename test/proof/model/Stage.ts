import type { TxDoneMethod } from 'rx-mailbox';
import type { Action, ChannelSetup, MailboxSetup, Script, Sending } from './Action';
import { Device } from './Device';

/** What a callback of a script throws. */
export const THROWN = 'thrown by a callback';

/** What a tx-done says. */
export type Result = { readonly ack: number | undefined } | { readonly error: string };

/** One message: a plain object, so that it can be recognised by identity. */
export interface Part {
  readonly id: number;
  readonly how: Sending;
  readonly script: Script;
  attempts: number;
}

/** Where the lines of one channel come from; a channel that is requested again is another place. */
export interface Place {
  readonly name: string;
  readonly number: number;
  readonly setup: ChannelSetup;
  readonly device: Device;
}

/**
 * Plays a script and writes down everything that can be seen from outside. There are two stages, which know nothing of each other: one has
 * the library on it, the other the model.
 */
export abstract class Stage {
  /** What happened, in its order. */
  lines: string[] = [];
  /** Events of `events$`: in the order of each message, but the contract does not order it among the other lines. */
  traces: string[] = [];
  protected readonly places: Place[] = [];
  private readonly setups: readonly { readonly mailbox: number; readonly setup: ChannelSetup }[];
  private generation = 0;
  private ids = 0;
  private reasons = 0;

  constructor(readonly mailboxes: readonly MailboxSetup[]) {
    this.setups = mailboxes.flatMap(({ channels }, mailbox) => channels.map((setup) => ({ mailbox, setup })));
  }

  abstract get now(): number;
  protected abstract send(number: number, part: Part): void;
  protected abstract leave(id: number): void;
  protected abstract abortSignal(which: number, reason: string): void;
  protected abstract notify(which: number, failure: string | undefined): void;
  protected abstract txDone(number: number, token: number | undefined, result: Result): void;
  /** A tx-done that is not of the channel's method. */
  protected abstract stray(number: number): void;
  protected abstract received(number: number, message: string): void;
  protected abstract link(number: number, what: 'ready' | 'down' | 'up' | 'linkError' | 'linkComplete', reason: string): void;
  protected abstract endReset(number: number, failure: string | undefined): void;
  protected abstract flush(number: number, limit: number, name: string): void;
  protected abstract endFlush(number: number, failure: string | undefined): void;
  protected abstract end(number: number, how: 'close' | 'complete' | 'error', reason: string): void;
  protected abstract open(number: number): void;
  protected abstract closeMailbox(mailbox: number): void;

  get channelCount(): number {
    return this.setups.length;
  }

  /** The id that the next message gets. */
  get nextId(): number {
    return this.ids + 1;
  }

  start(): void {
    for (let number = 0; number < this.channelCount; number++) this.open(number);
  }

  /** @param self - The message around which it happens. */
  perform(action: Action, self = 0): void {
    if ('channel' in action) return this.performAt(action, action.channel % this.channelCount);
    switch (action.do) {
      case 'leave':
        return this.leave(action.id ?? self - (action.back ?? 0));
      case 'abort':
        return this.abortSignal(action.signal, `signal ${++this.reasons}`);
      case 'notify':
        return this.notify(action.notifier, undefined);
      case 'failNotifier':
        return this.notify(action.notifier, `notifier ${++this.reasons}`);
      case 'closeMailbox':
        return this.closeMailbox(action.mailbox % this.mailboxes.length);
      case 'throw':
        throw THROWN;
      case 'advance':
        throw new Error('time does not pass inside a step');
    }
  }

  private performAt(action: Extract<Action, { channel: number }>, number: number): void {
    const { device } = this.places[number]!;
    const reason = `reason ${++this.reasons}`;
    switch (action.do) {
      case 'send':
        return this.send(number, { id: ++this.ids, how: action.how, script: action.script ?? {}, attempts: 0 });
      case 'txDone': {
        const done = device.take(action.which, this.now);
        if (done === undefined) return;
        const result = action.fails || action.throws ? { error: `fault of ${done.about?.id ?? '?'}` } : { ack: done.about?.id };
        if (this.method(number) !== 'poll') return this.txDone(number, done.token, result);
        if (done.about) device.taken.set(done.about.token, action.throws ? 'throw' : result);
        return;
      }
      case 'stray':
        return this.stray(number);
      case 'received':
        return this.received(number, reason);
      case 'down':
      case 'linkError':
        device.down();
        return this.link(number, action.do, reason);
      case 'ready':
      case 'up':
      case 'linkComplete':
        return this.link(number, action.do, reason);
      case 'resetDone':
        return this.endReset(number, undefined);
      case 'resetFail':
        return this.endReset(number, reason);
      case 'flush':
        return this.flush(number, action.limit, reason);
      case 'flushDone':
        return this.endFlush(number, undefined);
      case 'flushFail':
        return this.endFlush(number, reason);
      case 'close':
      case 'complete':
      case 'error':
        return this.end(number, action.do, reason);
      case 'reopen':
        return this.open(number);
    }
  }

  protected method(number: number): TxDoneMethod {
    const { mailbox, setup } = this.setup(number);
    const { method } = this.mailboxes[mailbox]!;
    return method === 'poll' && setup.knowsTxDone ? 'ack' : method;
  }

  protected setup(number: number): { readonly mailbox: number; readonly setup: ChannelSetup } {
    return this.setups[number]!;
  }

  protected newPlace(number: number): Place {
    const { mailbox, setup } = this.setup(number);
    const { correlation, tokens = false, quarantine } = this.mailboxes[mailbox]!;
    const tagged = correlation === 'tagged';
    const device = new Device(tagged, tokens, setup.quarantine ?? quarantine ?? (tagged ? 0 : Infinity));
    return { name: `${number}.${++this.generation}`, number, setup, device };
  }

  // --- what can be seen ----------------------------------------------------------------------------------------------------------

  log(place: Place, line: string): void {
    this.lines.push(`${this.now} ${place.name}: ${line}`);
  }

  trace(place: Place, type: string, token: number | undefined, error: string | undefined): void {
    this.traces.push([this.now, place.name, type, token === undefined ? '' : `t${token}`, error ?? ''].join(' '));
  }

  onPrepare(place: Place, part: Part): void {
    this.log(place, `txPrepare ${part.id}`);
    if (part.attempts === 0) this.react(part.script.prepare, part);
  }

  onSendData(place: Place, part: Part, token: number): 'accepted' | 'busy' {
    this.log(place, `sendData ${part.id} t${token}`);
    const answer = part.script.answers?.[part.attempts] ?? 'accepted';
    if (answer === 'accepted' || answer === 'nonsense') place.device.handed(part.id, token);
    if (part.attempts++ === 0) this.react(part.script.sendData, part);
    if (answer === 'throw') throw `sendData ${part.id}`;
    return answer as 'accepted' | 'busy';
  }

  onQuestion(place: Place, token: number): false | Result {
    this.log(place, `lastTxDone t${token}`);
    const answer = place.device.taken.get(token) ?? false;
    place.device.taken.delete(token);
    if (answer === 'throw') throw `lastTxDone t${token}`;
    return answer;
  }

  onAbort(place: Place, token: number): void {
    this.log(place, `abort t${token}`);
    place.device.left(token, this.now);
    if (place.setup.abort === 'throws') throw THROWN;
    // Not `perform`: the channel of this place may have been requested again by somebody else meanwhile.
    if (place.setup.abort === 'txDone' && this.places[place.number] === place) {
      this.perform({ do: 'txDone', channel: place.number, which: 'newest' });
    }
  }

  onReport(place: Place, part: Part, token: number, outcome: string): void {
    this.log(place, `report ${part.id} t${token} ${outcome}`);
    this.react(part.script.report, part);
  }

  onTold(place: Place, part: Part, outcome: string): void {
    this.log(place, `notified ${part.id} ${outcome}`);
    this.react(part.script.notified, part);
  }

  private react(action: Action | undefined, part: Part): void {
    if (action !== undefined) this.perform(action, part.id);
  }
}
