import type { MailboxSetup, NoEvent } from './Action';
import { ModelChannel } from './ModelChannel';
import { ModelController, ModelMailbox } from './ModelMailbox';
import { ModelMessage } from './ModelMessage';
import { ModelSendTo } from './ModelSendTo';
import type { ModelOrder } from './ModelOrder';
import { hasTeardown, Stage, THROWN, type Part, type Result } from './Stage';
import { canceled, withSignal, type Reason } from './texts';

/** A signal that several senders may share. */
export interface ModelSignal {
  /** Its reason. */
  aborted: string | undefined;
  watchers: ModelMessage[];
}

export interface ModelNotifier {
  watchers: ModelMessage[];
}

/** Something that is to happen at its time. */
export interface Timer {
  readonly due: number;
  /** Whose it is: of two schedulers the mailbox's comes first. */
  readonly scheduler: number;
  /** When it was set, among all others. */
  readonly order: number;
  /** Where it can first be seen, if at all. */
  readonly at: readonly ModelOrder[];
  fire(): void;
}

/** A time limit behind other operators. */
interface GenericLimit {
  readonly message: ModelMessage;
  readonly limit: number;
  readonly due: number;
  readonly order: number;
}

/** The contract as a program: what every listener, every sender and every link sees, whatever is done. It shares nothing with the library. */
export class Model extends Stage {
  now = 0;
  /** How often a callback threw what nobody handles (rule 8). */
  unhandled = 0;
  readonly mailboxModels: ModelMailbox[] = [];
  readonly channels: ModelChannel[] = [];
  /** Senders that have no outcome yet, and may leave. */
  readonly messages = new Map<number, ModelMessage>();
  private readonly signals: ModelSignal[] = [];
  private readonly notifiers: ModelNotifier[] = [];
  private genericLimits: GenericLimit[] = [];
  private readonly streams: (ModelSendTo | undefined)[] = [];
  private orders = 0;

  constructor(mailboxes: readonly MailboxSetup[]) {
    super(mailboxes);
    for (const setup of mailboxes) {
      const controller = setup.twin ? this.mailboxModels.at(-1)!.controller : new ModelController();
      this.mailboxModels.push(new ModelMailbox(setup, this, controller));
    }
  }

  // --- what is done --------------------------------------------------------------------------------------------------------------

  protected send(number: number, part: Part): void {
    const channel = this.channels[number]!;
    const message = new ModelMessage(part, channel);
    const { via, limits, signal, notifier } = part.how;
    if (via === 'next') channel.next(message);
    else {
      this.messages.set(part.id, message);
      if (via === 'generic' && limits) this.startGenericLimit(message, limits.total!);
      if (signal !== undefined) (message.signal = this.signal(signal)).watchers.push(message);
      if (notifier !== undefined) (message.notifier = this.notifier(notifier)).watchers.push(message);
      // Another operator does not even subscribe.
      if (via === 'generic' && message.signal?.aborted) this.notified(message, withSignal(message)('not-sent'));
      else channel.send(message);
    }
    message.subscribing = false;
    if (message.token === 0) this.forget(message);
    // It had an end already when the teardown was added.
    if (!this.messages.has(part.id)) this.tearDown(message);
  }

  protected sendTo(number: number, parts: readonly Part[], most: number | undefined, stream: number): void {
    const channel = this.channels[number]!;
    const { window } = channel.mailbox.setup;
    const sending = new ModelSendTo(this, channel, most ?? Math.max(1, Math.min(window, channel.place.setup.queue)), `sendTo ${stream}`);
    this.streams[stream] = sending;
    sending.run(parts);
  }

  protected stopSendTo(stream: number): void {
    this.streams[stream]?.stop();
  }

  protected leave(id: number): void {
    const message = this.messages.get(id);
    if (message === undefined || message.gone) return;
    const { via } = message.part.how;
    // A subscription that has not been returned cannot be unsubscribed; another operator can do it.
    if (message.subscribing && via !== 'piped') return;
    message.gone = true;
    // An operator has unsubscribed the transmission already.
    if (message.notifiedByOperator) return;
    if (!message.subscribing) this.tearDown(message);
    if (message.pending) message.channel.leave(message, (delivery) => canceled(delivery), true);
  }

  protected abortSignal(which: number, reason: string): void {
    const signal = this.signal(which);
    if (signal.aborted !== undefined) {
      this.signals[which] = { aborted: undefined, watchers: [] };
      return;
    }
    signal.aborted = reason;
    for (const message of [...signal.watchers]) this.cancel(message, withSignal(message));
  }

  protected notify(which: number, failure: string | undefined): void {
    const notifier = this.notifier(which);
    if (failure !== undefined) this.notifiers[which] = { watchers: [] };
    for (const message of [...notifier.watchers]) this.cancel(message, (delivery) => canceled(delivery, failure));
  }

  private cancel(message: ModelMessage, reason: Reason): void {
    if (message.part.how.via !== 'generic') message.channel.leave(message, reason, true);
    else if (this.messages.has(message.part.id) && !message.gone) this.leaveByOperator(message, reason);
  }

  protected txDone(number: number, token: number | undefined, result: Result): void {
    const channel = this.channels[number]!;
    if (this.method(number) === 'ack' && 'error' in result && result.delivery === 'text') this.log(channel.place, 'acknowledge TypeError');
    else if (this.method(number) === 'ack' || !channel.linkGone) channel.txDone(token, result);
  }

  protected refused(number: number, token: number, _id: number, error: string): void {
    const channel = this.channels[number]!;
    if (!channel.linkGone) channel.giveBack(token, error);
  }

  protected progress(number: number, token: number | undefined): void {
    const channel = this.channels[number]!;
    if (!channel.linkGone) channel.progress(token);
  }

  protected stray(number: number): void {
    if (this.method(number) === 'irq') this.log(this.places[number], 'acknowledge ENOTSUP');
    else if (!this.channels[number]!.linkGone) this.channels[number]!.stray();
  }

  protected junk(number: number, what: NoEvent): void {
    const channel = this.channels[number]!;
    if (what === 'token' && this.method(number) === 'ack') this.log(channel.place, 'acknowledge TypeError');
    else if (!channel.linkGone) channel.junk(what);
  }

  protected received(number: number, message: string): void {
    const channel = this.channels[number]!;
    if (!channel.linkGone) channel.received(message);
  }

  protected link(number: number, what: 'ready' | 'down' | 'up' | 'linkError' | 'linkComplete', reason: string): void {
    const channel = this.channels[number]!;
    if (channel.linkGone || (channel.closed && what !== 'linkError' && what !== 'linkComplete')) return;
    if (what === 'ready') channel.ready();
    else if (what === 'up') channel.goUp();
    else if (what === 'linkComplete') channel.linkComplete();
    else if (what === 'down') channel.down(reason);
    else channel.linkError(reason);
  }

  protected endReset(number: number, failure: string | undefined): void {
    this.channels[number]!.endReset(failure);
  }

  protected flush(number: number, limit: number, name: string): void {
    this.channels[number]!.flush(name, limit);
  }

  protected whenIdle(number: number, limit: number, name: string): void {
    this.channels[number]!.whenIdle(name, limit);
  }

  protected endFlush(number: number, failure: string | undefined): void {
    this.channels[number]!.flushes.linkEnds(failure);
  }

  protected peek(number: number, answer: boolean | string): void {
    this.channels[number]!.peek(answer);
  }

  protected withdraw(number: number, reason: string): void {
    const channel = this.channels[number]!;
    const { place } = channel;
    this.log(place, `withdrew ${channel.withdraw(reason)}`);
  }

  protected end(number: number, how: 'close' | 'complete' | 'error', reason: string): void {
    const channel = this.channels[number]!;
    if (how === 'close') channel.close();
    else if (how === 'complete') channel.complete();
    else channel.fail(reason);
  }

  protected open(number: number): void {
    const { mailbox: at, index } = this.address(number);
    const mailbox = this.mailboxModels[at]!;
    if (mailbox.closed) return this.log(this.places[number], 'ESHUTDOWN not-sent');
    if (mailbox.controller.owners.has(index)) return this.log(this.places[number], 'EBUSY not-sent');
    const old = this.channels[number];
    const channel = new ModelChannel(this, mailbox, (this.places[number] = this.newPlace(number)), this.method(number), index);
    this.channels[number] = channel;
    mailbox.controller.owners.set(index, channel);
    mailbox.channels = [...mailbox.channels.filter((other) => other !== old), channel];
  }

  protected closeMailbox(mailbox: number): void {
    const { [mailbox]: closing } = this.mailboxModels;
    closing!.closed = true;
    for (const channel of [...closing!.channels]) channel.close();
  }

  // --- what channels do ----------------------------------------------------------------------------------------------------------

  /** Report, then sender (rule 7). */
  settled(message: ModelMessage): void {
    message.stopClocks();
    this.report(message, message.outcome);
    if (message.notifiedByOperator) return;
    if (message.part.how.via === 'next' || message.gone) return this.forget(message);
    this.notified(message, message.outcome);
  }

  report(message: ModelMessage, outcome: string): void {
    this.shielded(() => this.onReport(message.channel.place, message.part, message.token, outcome));
  }

  notified(message: ModelMessage, outcome: string): void {
    const { stream } = message;
    if (stream !== undefined) return stream.settled(message, outcome);
    const { part, channel } = message;
    const { via } = part.how;
    if (outcome.startsWith('ok') && via !== 'piped') this.shielded(() => this.onReceipt(channel.place, part));
    const { gone } = message;
    message.gone = true;
    // Who has got a receipt is complete, also if it has left since. Other operators do not see to that.
    if (!gone || via === 'send') this.told(message, outcome);
    this.forget(message);
    if (!gone && !message.subscribing && !message.notifiedByOperator) this.tearDown(message);
  }

  told({ channel, part }: ModelMessage, outcome: string): void {
    this.shielded(() => this.onTold(channel.place, part, outcome));
  }

  /** The transmission's own subscription ends. Behind an operator that leaves, it is still the first to know. */
  private tearDown({ part, channel }: ModelMessage): void {
    if (hasTeardown(part)) this.onTeardown(channel.place, part);
  }

  private forget(message: ModelMessage): void {
    this.messages.delete(message.part.id);
    this.genericLimits = this.genericLimits.filter((limit) => limit.message !== message);
    if (message.signal) message.signal.watchers = message.signal.watchers.filter((other) => other !== message);
    if (message.notifier) message.notifier.watchers = message.notifier.watchers.filter((other) => other !== message);
  }

  private signal(which: number): ModelSignal {
    return (this.signals[which] ??= { aborted: undefined, watchers: [] });
  }

  private notifier(which: number): ModelNotifier {
    return (this.notifiers[which] ??= { watchers: [] });
  }

  // --- time ----------------------------------------------------------------------------------------------------------------------

  /** Says what comes first of two things that are set for one moment. */
  nextOrder(): number {
    return ++this.orders;
  }

  /** When the next thing is due. */
  get nextDue(): number {
    return Math.min(...this.timers().map(({ due }) => due), Infinity);
  }

  /** What is due now. The contract does not say in which order; mostly what was set first comes first. */
  get due(): Timer[] {
    return inOrder(this.timers().filter(({ due }) => due <= this.now));
  }

  /** What is to be done when microtasks run. */
  get microtasks(): Timer[] {
    return inOrder(this.mailboxModels.flatMap(({ turn }) => turn.microtasks));
  }

  private timers(): Timer[] {
    const generic = this.genericLimits.map((limit) => ({
      ...limit,
      scheduler: 0,
      at: [limit.message.channel],
      fire: () => this.timeOut(limit),
    }));
    return [...generic, ...this.mailboxModels.flatMap(({ timers }) => timers)];
  }

  private startGenericLimit(message: ModelMessage, limit: number): void {
    this.genericLimits.push({ message, limit, due: this.now + limit, order: this.nextOrder() });
  }

  private timeOut({ message, limit }: GenericLimit): void {
    this.genericLimits = this.genericLimits.filter((other) => other.message !== message);
    this.leaveByOperator(message, (delivery) => `ETIME ${delivery} total ${limit}`);
  }

  /** An operator behind others unsubscribes, and then notifies its subscriber itself. */
  private leaveByOperator(message: ModelMessage, reason: Reason): void {
    message.notifiedByOperator = true;
    this.tearDown(message);
    let told = reason('unknown');
    if (message.pending && message.channel.inLink) {
      // It cannot wait for what becomes of the message.
      message.channel.leave(message, () => told, true);
    } else if (message.pending) {
      message.channel.leave(message, reason, true);
      told = message.outcome;
    }
    // Otherwise the message has settled in that teardown, or was never offered to the channel: the operator knows nothing of it.
    if (message.gone) this.forget(message);
    else this.notified(message, told);
  }

  private shielded(call: () => void): void {
    try {
      call();
    } catch (error) {
      if (error !== THROWN) throw error;
      this.unhandled++;
    }
  }
}

function inOrder(timers: Timer[]): Timer[] {
  return timers.sort((a, b) => a.due - b.due || a.scheduler - b.scheduler || a.order - b.order);
}
