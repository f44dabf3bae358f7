import { isMailboxError, type ChannelEvent, type TxReceipt, type TxReport } from 'rx-mailbox';
import { Message, type TxDone } from './Message';
import { fits, name, saysWho, show, whose } from './outcomes';
import type { Truth } from './Truth';
import { Violation } from './Violation';
import { remove } from './Wire';
import type { WorldSpec } from './WorldSpec';

/** What the judge may look at besides its arguments: public properties, and the clock. */
export interface Scene {
  readonly truth: Truth;
  readonly channelClosed: boolean;
  readonly linkSubscribed: boolean;
  /** One of the channel's. */
  readonly streamsEnded: boolean;
  /** Who is still to be asked about in this round of the poll timer. */
  readonly toAsk: Message[];
}

/** Compares everything that the library does, at the moment when it does it, with what must be so. */
export class Judge {
  /** What `events$` said in this step. */
  traced: { type: string; token: number | undefined; by: string | undefined }[] = [];
  violation: Violation | undefined;
  /** In this step. */
  attempts = 0;
  tokens = new Map<number, Message>();
  private newest: Message | undefined;

  constructor(
    private readonly spec: WorldSpec,
    private readonly scene: Scene,
  ) {}

  /** Remembers it too: it is thrown into the library, which catches what its callers throw. */
  private fail(rule: string, expected: string, got: string): never {
    this.violation ??= new Violation(rule, expected, got);
    throw this.violation;
  }

  /** Notices that the channel has closed by itself: it was drained, or its link failed. */
  sync(): void {
    const { truth } = this.scene;
    if (truth.closed || !this.scene.channelClosed) return;
    const drained = truth.completing && !truth.live;
    if (!drained && !truth.dying) this.fail('semantics 10', 'an open channel', 'closed is true');
    truth.closed = true;
    truth.act(() => truth.end(undefined));
  }

  /** A message is about to be handed over: `txPrepare` is called, or `sendData` where there is none. */
  attempt(message: Message): void {
    const { truth } = this.scene;
    this.sync();
    if (++this.attempts > ENDLESS) this.fail('semantics 7.1', 'an end of attempts', `${this.attempts} in one step`);
    if (truth.handing !== undefined) this.fail('rule 6', 'sendData is not re-entered', `${name(message)} inside ${name(truth.handing)}`);
    const undecided = truth.undecided.at(-1);
    if (message.state === 'undecided') this.acceptLate(message);
    else if (undecided !== undefined && truth.droppable !== undefined && message !== truth.waiting[0]) this.acceptLate(undecided);
    const violation = this.mayGo(message);
    if (violation) this.fail(...violation);
    if (truth.refused && !truth.owed && !truth.may && undecided === undefined) {
      this.fail('semantics 7.1', 'no attempt without an occasion', name(message));
    }
    truth.owed = truth.may = false;
  }

  /** `txPrepare` is called. */
  prepare(message: Message): void {
    this.attempt(message);
    if (message.prepared) this.fail('semantics 7.3', 'txPrepare once for a message', `again for ${name(message)}`);
    message.prepared = true;
  }

  sendData(message: Message, token: number): void {
    const { truth } = this.scene;
    const prepares = this.spec.inside.txPrepare !== undefined;
    if (prepares && !message.prepared) this.fail('semantics 7.3', 'txPrepare before the first attempt', `${name(message)} not prepared`);
    if (truth.preparing !== message) this.attempt(message);
    else {
      this.sync();
      const violation = this.mayGo(message);
      if (violation) this.fail(...violation);
    }
    this.learn(message, token);
    truth.preparing = undefined;
    truth.handing = message;
  }

  private mayGo(message: Message): readonly [rule: string, expected: string, got: string] | undefined {
    const { truth } = this.scene;
    const { window } = this.spec;
    const who = name(message);
    if (truth.closed) return ['semantics 10', 'nothing is handed over on a closed channel', who];
    if (message.state !== 'waiting') return ['rule 4', 'only messages that wait reach the link', `${who} is ${message.state}`];
    if (truth.waiting[0] !== message) return ['rule 5', `${name(truth.waiting[0]!)} is next`, who];
    if (!truth.up) return ['semantics 9.1', 'messages wait until the link is up', `${who} handed over`];
    if (truth.paused) return ['rule 4', 'nothing is handed over before the turn of a leave ends', who];
    if (truth.resets) return ['semantics 5.4', 'nothing is handed over until a reset has ended', who];
    if (truth.slots.length < window) return undefined;
    return ['rule 6', `at most ${window} slots held`, `${who} handed over besides ${truth.slots.map(name).join(', ')}`];
  }

  /** Whether a poll may ask about this token, and about whom it asks. */
  asked(token: number): Message {
    const message = this.tokens.get(token);
    if (message === undefined || !remove(this.scene.toAsk, message)) {
      const rule = this.scene.truth.resets ? 'semantics 5.4' : 'semantics 8.1';
      this.fail(rule, 'one question about each that holds a slot', `asked about ${message ? name(message) : `token ${token}`}`);
    }
    return message;
  }

  abort(token: number): Message {
    const message = this.tokens.get(token);
    if (!message?.abortDue) {
      this.fail('semantics 5.1', 'abort once, for a message that was left in flight', message ? name(message) : `token ${token}`);
    }
    message.abortDue = false;
    return message;
  }

  /** `reset()` is called. */
  reset(): void {
    const { truth } = this.scene;
    if (!truth.resetOwed) this.fail('semantics 5.4', 'one reset, at the end of the turn in which a slot became held', 'another one');
    truth.resetOwed = false;
  }

  report(report: TxReport<Message, TxDone>): Message {
    const { message } = report;
    this.sync();
    if (!(message instanceof Message)) this.fail('rule 5', 'messages by identity', 'a report of something else');
    if (message.state === 'undecided') this.refuseLate(message);
    if (message.state === 'refused' && (!message.next || !isReported(message))) {
      this.fail('semantics 2.2', 'no report of a message that was not accepted', name(message));
    }
    this.hasSettled(message, 'a report');
    if (message.reports > 0) this.fail('rule 2', 'one report', `another one of ${name(message)}`);
    message.reports++;
    if (message.state === 'settled') this.inOrder(message);
    this.learn(message, report.token);
    this.compare(message, report, report.error);
    return message;
  }

  receipt(message: Message, receipt: TxReceipt<TxDone>): void {
    this.beforeTelling(message);
    message.received = true;
    if (message.outcome === undefined || !('ack' in message.outcome)) this.fail('rule 3', `an error for ${name(message)}`, 'a receipt');
    this.learn(message, receipt.token);
    this.compare(message, receipt, undefined);
  }

  failed(message: Message, error: unknown): void {
    this.beforeTelling(message);
    message.notified++;
    this.compare(message, {}, error);
  }

  completed(message: Message): void {
    this.beforeTelling(message);
    message.notified++;
    if (!message.received) this.fail('rule 2', 'a receipt before completion', `none for ${name(message)}`);
  }

  event({ type, token, error, by }: ChannelEvent): void {
    const { truth } = this.scene;
    this.sync();
    this.traced.push({ type, token, by });
    if (type === 'broken' && !saysWho(error)) this.fail('rule 8', 'a TypeError that names the callback', String(error));
    if (type === 'queued') {
      let message = truth.events.find((e) => e.type === 'queued' && e.message!.traced === 0)?.message;
      if (message === undefined && truth.undecided.length > 0) this.acceptLate((message = truth.undecided.at(-1)!));
      if (message === undefined || token === undefined) this.fail('events$', 'queued for an accepted message', `token ${token}`);
      this.learn(message, token);
    }
    const message = token === undefined ? undefined : this.tokens.get(token);
    const stage = STAGES[type];
    if (stage === undefined || message === undefined) return;
    // The link has given it back.
    const again = message.returned && type === 'busy' && message.traced === STAGES['sent'];
    if ((message.traced > stage && !again) || message.traced === STAGES['settled']) {
      this.fail('events$', 'queued, sent, left, settled in this order', `${type} of ${name(message)}`);
    }
    message.traced = stage;
    if (type === 'settled') this.sameError(message, error);
  }

  /** A call that offered a message has returned. */
  offered(message: Message): void {
    const { truth } = this.scene;
    if (message.state === 'undecided') {
      // A channel that has closed meanwhile ignores it.
      if (message.next && (truth.closed || truth.completing)) truth.refuse(message, 'ESHUTDOWN');
      else this.acceptLate(message);
    }
    if (message.state !== 'refused') return;
    const { next } = message;
    const notified = next ? message.reports : message.notified;
    const due = next ? isReported(message) : !message.gone;
    if (due !== (notified === 1))
      this.fail('semantics 2.2', 'a refused send notified before it returns', `${name(message)} notified ${notified} times`);
  }

  private acceptLate(message: Message): void {
    const { truth } = this.scene;
    if (truth.closed) this.fail('rule 2', 'ChannelClosedError, or some outcome', `${name(message)} taken by a closed channel`);
    if (truth.completing) this.fail('semantics 2.3', 'ChannelClosedError from a completing channel', `${name(message)} accepted`);
    if (truth.fails) this.fail('semantics 9.1', 'LinkDownError', `${name(message)} accepted`);
    const old = truth.replaceable(message);
    const { droppable } = truth;
    if (truth.full && !old && !droppable) this.fail('semantics 2.2', 'QueueFullError', `${name(message)} accepted`);
    // The attempt that came first is over, and everybody has been notified of it.
    truth.polls.update(truth.asked);
    if (old) truth.replace(old, message);
    else if (truth.full) truth.drop(droppable!, message);
    else truth.accept(message);
  }

  private refuseLate(message: Message): void {
    const { truth } = this.scene;
    if (truth.closed || truth.completing) return truth.refuse(message, 'ESHUTDOWN');
    if (truth.fails) return truth.refuse(message, 'ENETDOWN');
    if (!truth.full || truth.droppable) this.fail('semantics 2.2', `room for ${name(message)}`, 'QueueFullError');
    truth.refuse(message, 'ENOBUFS');
  }

  private beforeTelling(message: Message): void {
    this.sync();
    // Who has a receipt is complete, even if it leaves in its `next`.
    const leftWithReceipt = message.received && message.direct;
    if (message.gone && !leftWithReceipt) this.fail('rule 2', 'no notification for a sender that left', name(message));
    if (message.notified > 0) this.fail('rule 2', 'one outcome', `another one for ${name(message)}`);
    if (message.state === 'undecided') this.refuseLate(message);
    this.hasSettled(message, 'notified');
    if (message.state === 'settled' && message.reports === 0) this.fail('rule 7', 'report, then sender', `${name(message)} notified first`);
  }

  private hasSettled(message: Message, what: string): void {
    const { truth } = this.scene;
    if (message.outcome === undefined) this.fail('rule 3', `${name(message)} to be pending`, what);
    if (message.state !== 'settled') return;
    if (truth.displaced.includes(message)) this.fail('rule 7', `${name(message)} told at the end of the turn`, what);
    if (truth.eligible) {
      this.fail('rule 7', `${name(truth.waiting[0]!)} handed over before others are notified`, `${what} of ${name(message)}`);
    }
    if (!('code' in message.outcome) || message.outcome.code !== 'ESHUTDOWN') return;
    const { channelClosed, linkSubscribed, streamsEnded } = this.scene;
    if (!channelClosed || linkSubscribed)
      this.fail('semantics 10', 'closed and the link unsubscribed first', `${what} of ${name(message)}`);
    if (streamsEnded) this.fail('semantics 10', 'streams end last', `${what} of ${name(message)}`);
  }

  private inOrder(message: Message): void {
    for (const other of this.scene.truth.outcomes) {
      if (other.state === 'settled' && other.settled < message.settled && other.reports === 0) {
        this.fail('rule 7', `${name(other)} reported first`, name(message));
      }
    }
  }

  /** Token of a message: given once, and growing in the order of the calls. */
  private learn(message: Message, token: number): void {
    if (message.token === token) return;
    if (message.token !== undefined) this.fail('rule 1', `token ${message.token} kept`, `token ${token} for ${name(message)}`);
    const { newest } = this;
    const grows = newest === undefined || newest.accepted > message.accepted === newest.token! > token;
    if (!Number.isInteger(token) || token < 1 || this.tokens.has(token) || !grows) {
      this.fail('rule 1', 'tokens that grow and are never used again', `token ${token} for ${name(message)}`);
    }
    message.token = token;
    this.tokens.set(token, message);
    if (newest === undefined || newest.accepted < message.accepted) this.newest = message;
  }

  private sameError(message: Message, error: unknown): void {
    if (message.error === undefined) message.error = error;
    else if (message.error !== error) this.fail('rule 2', 'report, sender and trace get the same error object', name(message));
  }

  private compare(message: Message, { ack }: { ack?: TxDone | undefined }, error: unknown): void {
    const outcome = message.outcome!;
    this.sameError(message, error);
    if ('ack' in outcome) {
      if (error === undefined && ack === outcome.ack) return;
    } else if (ack === undefined && isMailboxError(error) && fits(message, outcome, error)) return;
    this.fail(
      'rule 3',
      `${name(message)} settled with ${show(outcome)}`,
      error === undefined ? `the tx-done of ${whose(ack)}` : String(error),
    );
  }
}

/** It was refused, and `next()` makes a report of that. */
function isReported({ outcome }: Message): boolean {
  return outcome !== undefined && 'code' in outcome && (outcome.code === 'ENOBUFS' || outcome.code === 'ENETDOWN');
}

/** More attempts than any step of a small world can give occasion to. */
const ENDLESS = 100;

const STAGES: Partial<Record<string, number>> = { queued: 1, busy: 2, sent: 3, left: 4, settled: 5 };
