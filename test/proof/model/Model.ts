import type { MailboxSetup } from './Action';
import { canceled, ModelChannel, withSignal, type Slot } from './ModelChannel';
import { ModelMessage, type Clock } from './ModelMessage';
import { Stage, THROWN, type Part, type Result } from './Stage';

/** A signal that several senders may share. */
export interface ModelSignal {
  /** Its reason. */
  aborted: string | undefined;
  watchers: ModelMessage[];
}

export interface ModelNotifier {
  watchers: ModelMessage[];
}

/** What the channels of one mailbox share: tokens and the poll timer. */
export class ModelMailbox {
  nextToken = 1;
  closed = false;
  channels: ModelChannel[] = [];
  /** When the poll timer fires. */
  pollAt: number | undefined;
  /** Whom it visits. */
  visited = new Set<ModelChannel>();
  private readonly period: number | undefined;

  constructor(
    readonly setup: MailboxSetup,
    private readonly world: Model,
  ) {
    this.period = setup.period ?? (setup.method === 'poll' ? 1 : undefined);
  }

  takeToken(): number {
    return this.nextToken++;
  }

  pollSoon(channel: ModelChannel): void {
    this.visited.add(channel);
    this.pollAt = this.world.now;
  }

  pollWithinPeriod(channel: ModelChannel): void {
    if (this.period === undefined) return;
    this.visited.add(channel);
    this.pollAt ??= this.world.now + this.period;
  }

  forget(channel: ModelChannel): void {
    this.visited.delete(channel);
    if (this.visited.size === 0) this.pollAt = undefined;
  }

  poll(): void {
    this.pollAt = undefined;
    for (const channel of [...this.visited].sort((a, b) => a.place.number - b.place.number)) {
      if (!this.visited.has(channel)) continue;
      channel.poll();
      if (!channel.pollable) this.visited.delete(channel);
    }
    if (this.visited.size === 0) this.pollAt = undefined;
    else this.pollAt ??= this.world.now + this.period!;
  }
}

/** Something that is to happen at its time. */
export interface Timer {
  readonly due: number;
  /** Where it can first be seen, if at all. */
  readonly at: readonly ModelChannel[];
  fire(): void;
}

/** The contract as a program: what every listener, every sender and every link sees, whatever is done. It shares nothing with the library. */
export class Model extends Stage {
  now = 0;
  /** How often a callback threw what nobody handles (rule 8). */
  unhandled = 0;
  readonly mailboxModels: ModelMailbox[];
  readonly channels: ModelChannel[] = [];
  /** Senders that have no outcome yet, and may leave. */
  readonly messages = new Map<number, ModelMessage>();
  private readonly signals: ModelSignal[] = [];
  private readonly notifiers: ModelNotifier[] = [];

  constructor(mailboxes: readonly MailboxSetup[]) {
    super(mailboxes);
    this.mailboxModels = mailboxes.map((setup) => new ModelMailbox(setup, this));
  }

  // --- what is done --------------------------------------------------------------------------------------------------------------

  protected send(number: number, part: Part): void {
    const channel = this.channels[number]!;
    const message = new ModelMessage(part, channel);
    const { via, signal, notifier } = part.how;
    if (via === 'next') channel.next(message);
    else {
      this.messages.set(part.id, message);
      if (signal !== undefined) (message.signal = this.signal(signal)).watchers.push(message);
      if (notifier !== undefined) (message.notifier = this.notifier(notifier)).watchers.push(message);
      channel.send(message);
    }
    message.subscribing = false;
    if (message.token === 0) this.forget(message);
  }

  protected leave(id: number): void {
    const message = this.messages.get(id);
    if (message === undefined || message.gone) return;
    // A subscription that has not been returned cannot be unsubscribed; another operator can do it.
    if (message.subscribing && message.part.how.via !== 'piped') return;
    message.gone = true;
    if (message.state !== 'new') message.channel.leave(message, (delivery) => canceled(delivery));
  }

  protected abortSignal(which: number, reason: string): void {
    const signal = this.signal(which);
    if (signal.aborted !== undefined) {
      this.signals[which] = { aborted: undefined, watchers: [] };
      return;
    }
    signal.aborted = reason;
    for (const message of [...signal.watchers]) if (!message.gone) message.channel.leave(message, withSignal(message));
  }

  protected notify(which: number, failure: string | undefined): void {
    const notifier = this.notifier(which);
    if (failure !== undefined) this.notifiers[which] = { watchers: [] };
    for (const message of [...notifier.watchers]) {
      if (!message.gone) message.channel.leave(message, (delivery) => canceled(delivery, failure));
    }
  }

  protected txDone(number: number, token: number | undefined, result: Result): void {
    const channel = this.channels[number]!;
    if (this.method(number) === 'ack' || !channel.linkGone) channel.txDone(token, result);
  }

  protected stray(number: number): void {
    if (this.method(number) === 'irq') this.log(this.places[number]!, 'acknowledge ENOTSUP');
    else if (!this.channels[number]!.linkGone) this.channels[number]!.stray();
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

  protected endFlush(number: number, failure: string | undefined): void {
    this.channels[number]!.endFlush(failure);
  }

  protected end(number: number, how: 'close' | 'complete' | 'error', reason: string): void {
    const channel = this.channels[number]!;
    if (how === 'close') channel.close();
    else if (how === 'complete') channel.complete();
    else channel.fail(reason);
  }

  protected open(number: number): void {
    const mailbox = this.mailboxModels[this.setup(number).mailbox]!;
    const old = this.channels[number];
    if (mailbox.closed) return this.log(this.places[number]!, 'ESHUTDOWN not-sent');
    if (old && !old.freed) return this.log(old.place, 'EBUSY not-sent');
    const channel = new ModelChannel(this, mailbox, (this.places[number] = this.newPlace(number)), this.method(number));
    this.channels[number] = channel;
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
    this.report(message, message.outcome);
    if (message.part.how.via === 'next' || message.gone || message.notifiedByOperator) return this.forget(message);
    this.notified(message, message.outcome);
  }

  report(message: ModelMessage, outcome: string): void {
    this.shielded(() => this.onReport(message.channel.place, message.part, message.token, outcome));
  }

  notified(message: ModelMessage, outcome: string): void {
    message.gone = true;
    this.shielded(() => this.onTold(message.channel.place, message.part, outcome));
    this.forget(message);
  }

  private forget(message: ModelMessage): void {
    this.messages.delete(message.part.id);
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

  /** When the next thing is due. */
  get nextDue(): number {
    return Math.min(...this.timers().map(({ due }) => due), Infinity);
  }

  /** What is due now; the contract does not say in which order. */
  get due(): Timer[] {
    return this.timers().filter(({ due }) => due <= this.now);
  }

  private timers(): Timer[] {
    const timers: Timer[] = [];
    for (const message of this.messages.values()) {
      for (const clock of message.clocks) timers.push({ due: clock.due, at: [message.channel], fire: () => this.timeOut(message, clock) });
    }
    for (const mailbox of this.mailboxModels) {
      if (mailbox.pollAt !== undefined) timers.push({ due: mailbox.pollAt, at: [...mailbox.visited], fire: () => mailbox.poll() });
      for (const channel of mailbox.channels) timers.push(...this.timersOf(channel));
    }
    return timers;
  }

  private timersOf(channel: ModelChannel): Timer[] {
    const release = (slot: Slot): Timer => ({ due: slot.until, at: [channel], fire: () => channel.release(slot) });
    return [
      ...channel.slots.filter(({ left, until }) => left && until < Infinity).map(release),
      ...channel.flushes.map(({ name, limit, due }) => ({
        due,
        at: [channel],
        fire: () => channel.flushed(name, `ETIME unknown total ${limit}`),
      })),
    ];
  }

  private timeOut(message: ModelMessage, { name, limit }: Clock): void {
    const reason = (delivery: string): string => `ETIME ${delivery} ${name} ${limit}`;
    if (message.part.how.via !== 'generic') return message.channel.leave(message, reason);
    // An operator behind others unsubscribes, and then notifies its subscriber itself.
    message.notifiedByOperator = true;
    message.channel.leave(message, reason);
    if (!message.gone) this.notified(message, message.outcome);
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
