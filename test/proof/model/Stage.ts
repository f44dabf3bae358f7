import type { Delivery, TxDoneMethod } from 'rx-mailbox';
import type { Action, ChannelSetup, MailboxSetup, NoAnswer, NoEvent, Script, Sending } from './Action';
import { Device } from './Device';

/** How often something is done inside calls of one link. Without an end, two links could go on for ever. */
const REACTIONS = 3;

/** What a callback of a script throws. */
export const THROWN = 'thrown by a callback';

/** What a tx-done says. */
export type Result = { readonly ack: number | undefined } | { readonly error: string; readonly delivery?: Delivery | 'text' };

/** What `sendData` answers; the last two are no answers. */
export type SendAnswer = 'accepted' | 'busy' | 'nonsense' | 'promise';

/** What `lastTxDone` answers; a text is no answer. */
export type Answer = false | Result | Exclude<NoAnswer, 'throws'>;

/** One message: a plain object, so that it can be recognised by identity. */
export interface Part {
  readonly id: number;
  readonly how: Sending;
  readonly script: Script;
  attempts: number;
  prepared: number;
}

/**
 * Whether the message's own subscription has a teardown. Behind another operator only where that has a time limit: it does not leave from
 * inside calls.
 */
export function hasTeardown({ how, script }: Part): boolean {
  return script.teardown !== undefined && (how.via === 'send' || (how.via === 'generic' && how.limits !== undefined));
}

/** Where the lines of one channel come from; a channel that is requested again is another place. */
export interface Place {
  readonly name: string;
  readonly number: number;
  readonly setup: ChannelSetup;
  readonly device: Device;
  /** How often something may still be done inside calls of its link. */
  reactions: number;
}

/** Which channel of which mailbox a number means, and where the channels of its controller begin. */
export interface Address {
  readonly mailbox: number;
  readonly index: number;
  readonly setup: ChannelSetup;
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
  /** Undefined where nobody has ever owned the channel. */
  protected readonly places: (Place | undefined)[] = [];
  private readonly addresses: readonly Address[];
  private generation = 0;
  private ids = 0;
  private reasons = 0;
  private streamCount = 0;

  constructor(readonly mailboxes: readonly MailboxSetup[]) {
    this.addresses = mailboxes.flatMap(({ channels }, mailbox) => channels.map((setup, index) => ({ mailbox, index, setup })));
  }

  abstract get now(): number;
  protected abstract send(number: number, part: Part): void;
  protected abstract sendTo(number: number, parts: readonly Part[], most: number | undefined, stream: number): void;
  protected abstract stopSendTo(stream: number): void;
  protected abstract leave(id: number): void;
  protected abstract abortSignal(which: number, reason: string): void;
  protected abstract notify(which: number, failure: string | undefined): void;
  protected abstract txDone(number: number, token: number | undefined, result: Result): void;
  /** A tx-done that is not of the channel's method. */
  protected abstract refused(number: number, token: number, id: number, error: string): void;
  protected abstract progress(number: number, token: number | undefined): void;
  protected abstract stray(number: number): void;
  protected abstract junk(number: number, what: NoEvent): void;
  protected abstract received(number: number, message: string): void;
  protected abstract link(number: number, what: 'ready' | 'down' | 'up' | 'linkError' | 'linkComplete', reason: string): void;
  protected abstract endReset(number: number, failure: string | undefined): void;
  protected abstract flush(number: number, limit: number, name: string): void;
  protected abstract whenIdle(number: number, limit: number, name: string): void;
  protected abstract endFlush(number: number, failure: string | undefined): void;
  protected abstract peek(number: number, answer: Extract<Action, { do: 'peek' }>['answer']): void;
  protected abstract withdraw(number: number, reason: string): void;
  protected abstract end(number: number, how: 'close' | 'complete' | 'error', reason: string): void;
  protected abstract open(number: number): void;
  protected abstract closeMailbox(mailbox: number): void;

  get channelCount(): number {
    return this.addresses.length;
  }

  /** The id that the next message gets. */
  get nextId(): number {
    return this.ids + 1;
  }

  start(): void {
    for (let number = 0; number < this.channelCount; number++) if (!this.address(number).setup.idle) this.open(number);
  }

  /** @param self - The message around which it happens; else the last one. */
  perform(action: Action, self = this.ids): void {
    if ('channel' in action) return this.performAt(action, action.channel % this.channelCount);
    switch (action.do) {
      case 'leave':
        return this.leaveSome(action.id ?? self - (action.back ?? 0), action.more ?? 0);
      case 'stopSendTo':
        return this.stopSendTo(this.streamCount - action.back);
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
      case 'turn':
      case 'advance':
        throw new Error('time does not pass inside a step');
    }
  }

  private leaveSome(first: number, more: number): void {
    for (let id = first; id <= first + more; id++) this.leave(id);
  }

  private performAt(action: Extract<Action, { channel: number }>, number: number): void {
    const reason = `reason ${++this.reasons}`;
    if (action.do === 'reopen') return this.open(number);
    const place = this.places[number];
    if (place === undefined) return;
    const { device } = place;
    switch (action.do) {
      case 'send':
        return this.send(number, this.part(action.how, action.script));
      case 'sendTo': {
        const parts = Array.from({ length: action.count }, () => this.part({ via: 'sendTo' }, action.script));
        return this.sendTo(number, parts, action.most, ++this.streamCount);
      }
      case 'txDone': {
        const { delivery, fails } = action;
        // `acknowledge()` throws at once, so the device has said nothing.
        if (fails && delivery === 'text' && this.method(number) === 'ack')
          return this.txDone(number, undefined, { error: reason, delivery });
        const done = device.take(action.which, this.now);
        if (done === undefined) return;
        const failure = { error: `fault of ${done.about?.id ?? '?'}`, ...(delivery !== undefined && { delivery }) };
        const result = fails ? failure : { ack: done.about?.id };
        if (this.method(number) !== 'poll') return this.txDone(number, done.token, result);
        if (done.about) device.taken.set(done.about.token, action.junk ?? result);
        return;
      }
      case 'refused': {
        const back = device.giveBack(action.which, this.now);
        return back && this.refused(number, back.token!, back.about!.id, reason);
      }
      case 'progress':
        return this.progress(number, device.worksOn(action.which).token);
      case 'stray':
        return this.stray(number);
      case 'junk':
        return this.junk(number, action.what);
      case 'received':
        return this.received(number, reason);
      case 'down':
      case 'linkError':
      case 'linkComplete':
        device.endEpoch();
        return this.link(number, action.do, reason);
      case 'ready':
      case 'up':
        return this.link(number, action.do, reason);
      case 'resetDone':
        return this.endReset(number, undefined);
      case 'resetFail':
        return this.endReset(number, reason);
      case 'flush':
        return this.flush(number, action.limit, reason);
      case 'whenIdle':
        return this.whenIdle(number, action.limit, reason);
      case 'flushDone':
        return this.endFlush(number, undefined);
      case 'flushFail':
        return this.endFlush(number, reason);
      case 'peek':
        return this.peek(number, action.answer);
      case 'withdraw':
        return this.withdraw(number, reason);
      case 'close':
      case 'complete':
      case 'error':
        return this.end(number, action.do, reason);
    }
  }

  private part(how: Sending, script: Script = {}): Part {
    return { id: ++this.ids, how, script, attempts: 0, prepared: 0 };
  }

  protected method(number: number): TxDoneMethod {
    const { mailbox, setup } = this.address(number);
    const { method } = this.mailboxes[mailbox]!;
    return method === 'poll' && setup.knowsTxDone ? 'ack' : method;
  }

  protected address(number: number): Address {
    return this.addresses[number]!;
  }

  protected newPlace(number: number): Place {
    const { mailbox, setup } = this.address(number);
    const { correlation, tokens = false, quarantine } = this.mailboxes[mailbox]!;
    const tagged = correlation === 'tagged';
    const device = new Device(tagged, tokens, setup.quarantine ?? quarantine ?? (tagged ? 0 : Infinity));
    return { name: `${number}.${++this.generation}`, number, setup, device, reactions: REACTIONS };
  }

  // --- what can be seen ----------------------------------------------------------------------------------------------------------

  log(place: Place | undefined, line: string): void {
    this.lines.push(`${this.now} ${place?.name ?? 'nowhere'}: ${line}`);
  }

  trace(place: Place, type: string, token: number | undefined, error: string | undefined): void {
    this.traces.push([this.now, place.name, type, token === undefined ? '' : `t${token}`, error ?? ''].join(' '));
  }

  onLatest(place: Place, part: Part): Script['key'] {
    this.log(place, `latest ${part.id}`);
    this.react(part.script.latest, part);
    if (part.script.key === 'throws') throw `latest ${part.id}`;
    return part.script.key;
  }

  onPrepare(place: Place, part: Part): Script['prepared'] {
    this.log(place, `txPrepare ${part.id}`);
    if (part.prepared++ === 0) this.react(part.script.prepare, part);
    return part.script.prepared;
  }

  onSendData(place: Place, part: Part, token: number): SendAnswer {
    this.log(place, `sendData ${part.id} t${token}`);
    const answer = part.script.answers?.[part.attempts] ?? 'accepted';
    if (answer !== 'busy' && answer !== 'throw') place.device.handed(part.id, token);
    const attempt = part.attempts++;
    if (attempt === 0) this.react(part.script.sendData, part);
    else if (attempt === 1) this.react(part.script.again, part);
    if (answer === 'throw') throw `sendData ${part.id}`;
    return answer;
  }

  onQuestion(place: Place, token: number): Answer {
    this.log(place, `lastTxDone t${token}`);
    const answer = place.device.taken.get(token) ?? false;
    place.device.taken.delete(token);
    this.inside(place, 'question');
    if (answer === 'throws') throw `lastTxDone t${token}`;
    return answer;
  }

  onAbort(place: Place, token: number): 'promise' | undefined {
    this.log(place, `abort t${token}`);
    place.device.left(token, this.now);
    this.inside(place, 'abort');
    const { abort } = place.setup;
    if (abort === 'throws') throw THROWN;
    // Not `perform`: the channel of this place may have been requested again by somebody else meanwhile.
    if (this.places[place.number] === place) {
      if (abort === 'txDone') this.perform({ do: 'txDone', channel: place.number, which: 'newest' });
      if (abort === 'sends') this.perform({ do: 'send', channel: place.number, how: { via: 'next' } });
    }
    return abort === 'promise' ? abort : undefined;
  }

  onReset(place: Place): void {
    this.log(place, 'reset');
    this.inside(place, 'reset');
  }

  private inside(place: Place, call: 'abort' | 'reset' | 'question'): void {
    const action = place.setup.inside?.[call];
    if (action !== undefined && place.reactions-- > 0) this.perform(action);
  }

  onReport(place: Place, part: Part, token: number, outcome: string): void {
    this.log(place, `report ${part.id} t${token} ${outcome}`);
    this.react(part.script.report, part);
  }

  onReceipt(place: Place, part: Part): void {
    if (part.script.receipt === undefined) return;
    this.log(place, `receipt ${part.id}`);
    this.react(part.script.receipt, part);
  }

  onTold(place: Place, part: Part, outcome: string): void {
    this.log(place, `notified ${part.id} ${outcome}`);
    this.react(part.script.notified, part);
  }

  onTeardown(place: Place, part: Part): void {
    this.log(place, `teardown ${part.id}`);
    this.react(part.script.teardown, part);
  }

  private react(action: Action | undefined, part: Part): void {
    if (action !== undefined) this.perform(action, part.id);
  }
}
