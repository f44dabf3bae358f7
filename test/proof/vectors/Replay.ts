import type { Correlation } from 'rx-mailbox';
import { ChannelState } from './ChannelState';
import { callOf, inapplicable, methodOf } from './config';
import type { MessageRecord, Moment } from './MessageRecord';
import type { LogEvent, Scenario, Step } from './Scenario';

export interface ReplayOptions {
  readonly correlation: Correlation;
  /**
   * Which message a tx-done ends: in `truth` the one that the hardware ended, on the `wire` the oldest that no tx-done ended yet, which
   * is all that one without a token can say.
   */
  readonly reading: 'truth' | 'wire';
  /** Which messages have exactly one report: those handed over (the kernel), or all that were accepted (this library). */
  readonly reports: 'sent' | 'accepted';
  /** How long, in ms, the channel may take to find that a controller which refused has room again; 0 where the controller says `ready`. */
  readonly retryPeriod: number;
}

/** How rarely held slots are asked about at most, in ms. */
const LONGEST_PERIOD = 1000;

/**
 * Replays a script with its log and keeps what was true at every moment.
 *
 * It believes the script, the controller's own events (`send`, `hw`, `drop`, `down`, `up`) and the outcomes of the senders. It never asks
 * the library, so it serves any log of this format, recorded, played or made up.
 */
export class Replay {
  readonly messages = new Map<string, MessageRecord>();
  readonly channels: readonly ChannelState[];
  /** Whose tx-done is being handled; `null`: no message's. */
  tick: string | null = null;
  /** Nothing more is going to happen: all channels were closed at the end. */
  over = false;
  /** Where in the log a sender returned last, or a timer fired. */
  lastTurn = -1;

  private step = -1;
  private turn = 0;
  private clock = 0;
  private t = 0;
  private at = 0;
  private readonly senders = new Map<number, MessageRecord>();
  private readonly resends = new Map<string, string>();

  constructor(
    readonly scenario: Scenario,
    readonly options: ReplayOptions,
  ) {
    this.channels = Array.from({ length: scenario.cfg.chans }, () => new ChannelState(scenario.cfg));
  }

  get now(): Moment {
    return { at: this.at, step: this.step, t: this.t };
  }

  /** What the running step is; after the last one, time passes until every sender has returned. */
  get op(): Step[0] {
    return this.scenario.steps[this.step]?.[0] ?? 'advance';
  }

  sender(tid: number): MessageRecord | undefined {
    return this.senders.get(tid);
  }

  polls(ch: number): boolean {
    return methodOf(this.scenario.cfg, this.channels[ch]?.knows ?? false) === 'poll';
  }

  /** Messages that nobody withdrew and nobody handed over. */
  waiting(ch: number): MessageRecord[] {
    const { session } = this.channel(ch);
    return [...this.messages.values()].filter(
      (message) => message.ch === ch && message.session === session && message.handovers.length === 0 && !this.hasLeft(message),
    );
  }

  /** The slot is free, and the controller has had room for so long that the channel must have noticed. */
  idleAndAble(ch: number): boolean {
    const channel = this.channel(ch);
    const { retryPeriod } = this.options;
    const noticed = retryPeriod === 0 ? channel.ableSince <= this.t : channel.ableSince + retryPeriod < this.t;
    return channel.up && noticed && !channel.isHeld(this.t);
  }

  /** The slot was in use until now by a message whose limit has run out with this one's: of one length, and begun in one turn. */
  slotLeftTogether({ ch, session, turn, deadline }: MessageRecord): boolean {
    return [...this.messages.values()].some(
      (other) =>
        other.ch === ch && other.session === session && other.turn === turn && other.deadline === deadline && other.handovers.length > 0,
    );
  }

  /** Goes through a whole log; `visit` sees the state as it was just before each event, and what follows it. */
  through(log: readonly LogEvent[], visit?: (event: LogEvent, rest: () => readonly LogEvent[]) => void): void {
    let next = 0;
    for (let step = 0; step <= this.scenario.steps.length; step++) {
      this.begin(step);
      for (let event = log[next]; event?.[0] === step; event = log[++next]) {
        this.t = event[1];
        visit?.(event, () => log.slice(next + 1));
        this.happened(event);
        this.at++;
        this.updateAble();
      }
    }
    if (next !== log.length) throw new Error(`${this.scenario.name}: event ${next} of ${log.length} is out of step order`);
  }

  /** Starts the next step, before its first event. */
  private begin(index: number): void {
    const step = this.scenario.steps[index];
    this.step = index;
    this.t = this.clock;
    this.tick = null;
    if (step) this.scripted(step);
    this.updateAble();
  }

  private updateAble(): void {
    for (const channel of this.channels) channel.updateAble(this.t);
  }

  private channel(ch: number): ChannelState {
    const channel = this.channels[ch];
    if (!channel) throw new RangeError(`${this.scenario.name}: channel ${ch}; expected 0 to ${this.channels.length - 1}`);
    return channel;
  }

  private scripted(step: Step): void {
    switch (step[0]) {
      case 'advance':
        this.clock += step[1];
        this.turn++;
        return;
      case 'send':
      case 'spawn':
        this.called(step);
        return;
      case 'txdone':
      case 'clientTxdone':
        if (step[3] === 1 && this.hears(step[0], step[1])) this.txDone(step[1], null, step[2]);
        return;
      case 'busy':
        this.channel(step[1]).refuses = step[2] !== 0;
        return;
      case 'busyOnce':
        this.channel(step[1]).refusesOnce = true;
        return;
      case 'setBlock':
        this.channel(step[1]).block = step[2];
        return;
      case 'resend':
        this.resends.set(step[1], step[2]);
        return;
      case 'request':
        if (this.channels[step[1]]?.open === false) Object.assign(this.channel(step[1]), { block: step[4], tout: step[5], knows: step[6] });
        return;
      case 'free':
        this.channels[step[1]]?.close(this.step);
        return;
      case 'unregister':
        for (const channel of this.channels) channel.close(this.step);
        return;
      default:
    }
  }

  private called(step: Step & { 0: 'send' | 'spawn' }): void {
    if (inapplicable(step) !== undefined) return;
    const { tid, msg, ch, limit } = callOf(this.channels[step[2]] ?? this.scenario.cfg, step);
    const message = this.add(msg, ch, limit === undefined ? undefined : this.t + limit, tid);
    this.senders.set(tid, message);
  }

  private add(name: string, ch: number, deadline?: number, tid?: number): MessageRecord {
    const blocking = deadline !== undefined;
    const session = this.channels[ch]?.session ?? -1;
    const { now: called, turn } = this;
    const message = { name, tid, ch, blocking, called, session, turn, deadline: deadline ?? Infinity, handovers: [], reports: [] };
    this.messages.set(name, message);
    return message;
  }

  private happened(event: LogEvent): void {
    switch (event[2]) {
      case 'send':
        this.sent(this.channel(event[3]), event[4], event[5]);
        return;
      case 'hw':
        this.ended(event[3], event[4], event[5]);
        return;
      case 'drop':
        this.channel(event[3]).lose(event[4]);
        return;
      case 'done':
        this.reported(event[4], event[5]);
        return;
      case 'ret': {
        const message = this.senders.get(event[3]);
        if (!message) return;
        message.returned ??= { ...this.now, value: event[4] };
        this.lastTurn = this.at;
        if (message.blocking) this.left(message, event[4]);
        return;
      }
      case 'req':
        if (event[4] === 0) this.channel(event[3]).open = true;
        return;
      case 'timer':
        this.lastTurn = this.at;
        return;
      case 'over':
        this.over = true;
        for (const channel of this.channels) channel.close(this.step);
        return;
      case 'down':
      case 'up':
        this.channel(event[3]).up = event[2] === 'up';
        return;
      default:
    }
  }

  private sent(channel: ChannelState, msg: string, ret: number): void {
    channel.refusesOnce = false;
    const message = this.messages.get(msg);
    if (ret !== 0 || !message) return;
    message.handovers.push(this.now);
    channel.take(message);
  }

  /** The hardware is through with a message, and the channel hears of it: at once, or when it polls. */
  private ended(ch: number, msg: string | null, status: number): void {
    const channel = this.channel(ch);
    const message = this.messages.get(msg ?? '');
    if (!message) return;
    channel.lose(message.name);
    if (this.options.reading === 'truth' || this.polls(ch)) message.outcome ??= { ...this.now, status };
    this.tick = message.name;
    if (message.session !== channel.session) return;
    if (this.polls(ch)) channel.release(message, this.t + this.graceOf(message));
    else if (this.hears(this.op, ch)) this.txDone(ch, message, status);
  }

  /** How long the channel may take to ask about a message: a period or, where only held slots are asked about, ever longer. */
  private graceOf({ blocking, returned }: MessageRecord): number {
    const { pollMs } = this.scenario.cfg;
    if (this.options.reports === 'sent' || !blocking || returned === undefined) return pollMs;
    return Math.min(2 * pollMs + this.t - returned.t, Math.max(LONGEST_PERIOD, pollMs));
  }

  private hasLeft(message: MessageRecord): boolean {
    return message.returned !== undefined && (message.blocking || message.returned.value < 0);
  }

  /** Whether a tx-done of this step reaches the channel by the method that it listens to. */
  private hears(op: Step[0], ch: number): boolean {
    const method = methodOf(this.scenario.cfg, this.channel(ch).knows);
    const right = op === 'flush' || op === 'tick' || this.scenario.cfg.syncDone || op === (method === 'ack' ? 'clientTxdone' : 'txdone');
    return right && method !== 'poll' && this.channel(ch).open && this.channel(ch).up;
  }

  private txDone(ch: number, message: MessageRecord | null, status: number): void {
    const channel = this.channel(ch);
    this.tick = message?.name ?? null;
    const oldest = channel.unended.shift();
    if (this.options.reading === 'wire' && oldest) {
      this.tick = oldest.name;
      oldest.outcome ??= { ...this.now, status };
    }
    if (this.options.correlation === 'untagged') channel.releaseAll();
    else channel.release(message);
  }

  private reported(msg: string, status: number): void {
    const message = this.messages.get(msg);
    if (!message) return;
    message.reports.push({ ...this.now, status });
    message.reportedBy = this.tick;
    this.left(message, status);
    const resend = this.resends.get(msg);
    if (resend !== undefined) this.add(resend, message.ch);
  }

  /** Reported, or its sender is gone: whether that frees the slot is a matter of the correlation, unless it was its tx-done. */
  private left(message: MessageRecord, status: number): void {
    if (this.options.correlation === 'tagged' || message.outcome?.status === status) this.channels[message.ch]?.release(message);
  }
}
