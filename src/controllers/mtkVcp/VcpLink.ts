import { EMPTY, interval, NEVER, Observable, Subject, Subscription, takeUntil, type SchedulerLike, type Subscriber } from 'rxjs';
import { ChannelBusyError } from '../../errors';
import { show } from '../../internal/assert';
import type { LinkEvent, MailboxLink } from '../../MailboxController';
import { bitOf, pinsOf } from './layout';
import type { RaisedPins } from './RaisedPins';
import { isVcpMessage, type VcpMessage } from './VcpMessage';
import type { Slots } from './VcpPin';
import type { VcpRegisters } from './VcpRegisters';
import { readSlots, writeSlots } from './words';

/** A message from the VCP. */
export interface VcpReceived {
  /** Which pin it raised; 0 to 31. */
  readonly pin: number;
  /** A copy of the slots of that pin, made before anybody was told; empty for a pin without slots. */
  readonly data: Uint8Array;
}

/** What the links of one controller have in common. */
export interface VcpSettings {
  readonly name: string;
  readonly registers: VcpRegisters;
  readonly pins: RaisedPins;
  /** What may be sent, by pin; `undefined`: anything that fits into the window. */
  readonly transmit: readonly (Slots | undefined)[] | undefined;
  readonly receive: readonly (Slots | undefined)[];
  readonly failsWhenBusy: boolean;
  /** How often a device that is gone is looked for, in milliseconds. */
  readonly period: number;
  /** Runs something when the current turn is over. */
  readonly turn: SchedulerLike;
  readonly clock: SchedulerLike;
  /** The link that has the registers now, if any; there can be one. */
  owner: VcpLink | undefined;
  /** Somebody told that there is nobody at the other side, whatever the registers read. */
  absent: boolean;
}

/**
 * One owner of the mailbox.
 *
 * The line is unmasked while somebody is bound and the device is there. Whoever is bound is told first, and then the pin is acknowledged:
 * until then the VCP must not write its slots again.
 */
export class VcpLink implements MailboxLink<VcpMessage, VcpReceived, void> {
  readonly events$ = new Observable<LinkEvent<VcpReceived, void>>((subscriber) => this.start(subscriber));

  private subscriber: Subscriber<LinkEvent<VcpReceived, void>> | undefined;
  private up = true;
  private line$: Observable<unknown> = NEVER;
  /** Masks the line, where it is unmasked. */
  private masked: Subject<void> | undefined;
  /** What is to happen in the next turn. */
  private readonly later = new Subscription();
  /** For a device that is gone. */
  private search: Subscription | undefined;
  /** The channel has called, and hears nothing before that has returned. */
  private inCall = false;
  /** The messages of which nobody knows whether their pin was raised, and what the registers threw. */
  private readonly unsure = new Map<number, unknown>();
  /** During a delivery: the pins that the owner has been told of. */
  private told: number | undefined;

  constructor(private readonly settings: VcpSettings) {}

  sendData(message: VcpMessage, token: number): 'accepted' | 'busy' {
    return this.called(() => this.send(message, token));
  }

  lastTxDone(token: number): boolean {
    return this.called(() => this.isTaken(token));
  }

  abort(token: number): void {
    this.unsure.delete(token);
  }

  /** What it finds is delivered in the next turn, so this also makes up for an interrupt that was lost. */
  peekData(): boolean {
    if (!this.up) return false;
    try {
      const raised = this.settings.registers.raised();
      if (raised === 0) return false;
      if (raised !== 'gone') this.nextTurn(() => this.receive());
      else this.lose(this.goneError());
      return raised !== 'gone';
    } catch (error) {
      this.lose(error);
      return false;
    }
  }

  /** There is nothing to push: the VCP takes what it takes, and is asked about it as always. */
  flush(): Observable<never> {
    return EMPTY;
  }

  /** There is no device, or nobody at its other side: what was in flight is lost. */
  lose(reason: unknown): void {
    if (this.up) {
      this.up = false;
      this.mask();
      this.subscriber?.next({ type: 'down', reason });
    }
    this.seek();
  }

  /** While the link is down: looks for the device every period, unless it is known to be absent. */
  seek(): void {
    this.search?.unsubscribe();
    this.search = undefined;
    if (this.up || this.settings.absent || this.subscriber?.closed !== false) return;
    const { period, clock } = this.settings;
    // eslint-disable-next-line rxjs-x/no-ignored-error -- a clock does not fail
    this.search = interval(period, clock).subscribe(() => {
      if (!this.isThere()) return;
      this.search?.unsubscribe();
      this.up = true;
      this.unmask();
      this.subscriber?.next({ type: 'up' });
    });
  }

  private send(message: VcpMessage, token: number): 'accepted' | 'busy' {
    const { name, registers, pins, failsWhenBusy } = this.settings;
    const slots = this.slotsOf(message);
    const waiting = registers.waiting();
    if (waiting === 'gone') {
      this.lose(this.goneError());
      return 'busy';
    }
    pins.update(waiting);
    const bit = bitOf(message.pin);
    const holder = (waiting & bit) !== 0 ? message.pin : pins.pinIn(slots);
    if (holder !== undefined) {
      if (failsWhenBusy) throw new Error(`${name}: the VCP has not taken what is on pin ${holder}`);
      return 'busy';
    }
    writeSlots(registers.space, slots.offset, message.words);
    // From here on the slots are the VCP's, whatever comes of the write: one that throws may have had its effect.
    pins.raise(message.pin, this, token, slots);
    try {
      registers.raise(bit);
    } catch (error) {
      this.unsure.set(token, error);
    }
    return 'accepted';
  }

  private isTaken(token: number): boolean {
    const { registers, pins } = this.settings;
    if (this.unsure.has(token)) {
      const error = this.unsure.get(token);
      this.unsure.delete(token);
      throw error;
    }
    const pin = pins.pinOf(this, token);
    // Its pin was seen to be free, and may carry another message by now.
    if (pin === undefined) return true;
    const waiting = registers.waiting();
    if (waiting !== 'gone') return (waiting & bitOf(pin)) === 0;
    this.lose(this.goneError());
    return false;
  }

  private start(subscriber: Subscriber<LinkEvent<VcpReceived, void>>): void {
    const { settings } = this;
    if (settings.owner !== undefined) return subscriber.error(new ChannelBusyError(settings.name));
    settings.owner = this;
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    try {
      const { registers } = settings;
      this.line$ = registers.space.interrupt$(registers.line);
      const isThere = registers.waiting() !== 'gone';
      if (!isThere || settings.absent) return this.lose(this.goneError());
    } catch (error) {
      return subscriber.error(error);
    }
    // Not now: a pin that is raised already would be delivered before our owner, who is still opening, can subscribe.
    this.nextTurn(() => this.unmask());
  }

  private stop(): void {
    this.mask();
    this.later.unsubscribe();
    this.search?.unsubscribe();
    this.settings.owner = undefined;
    try {
      // Closed by a receiver: what it was told of must not be told again, to the next owner.
      this.acknowledge();
    } catch {
      // Whether the device is still there concerns nobody any more.
    }
  }

  private unmask(): void {
    if (!this.up || this.masked !== undefined) return;
    const masked = (this.masked = new Subject<void>());
    // A line that emits while it is being subscribed can be masked then, too: a subscription would not be there yet.
    this.line$.pipe(takeUntil(masked)).subscribe({
      next: () => this.interrupted(),
      error: (reason: unknown) => this.subscriber?.error(reason),
    });
  }

  private mask(): void {
    const { masked } = this;
    this.masked = undefined;
    masked?.next();
  }

  private interrupted(): void {
    if (this.told === undefined && !this.inCall) return this.receive();
    // From inside a register access, or a delivery. The acknowledgement has to come after the delivery, which has to wait for the call to
    // return; and a level that nobody cares for would interrupt for ever.
    this.mask();
    this.nextTurn(() => this.unmask());
  }

  private receive(): void {
    try {
      this.deliver();
    } catch (error) {
      this.lose(error);
    }
  }

  private deliver(): void {
    if (!this.up) return;
    const { registers, receive } = this.settings;
    const raised = registers.raised();
    if (raised === 'gone') return this.lose(this.goneError());
    const messages = pinsOf(raised).map((pin): VcpReceived => {
      const { offset, size } = receive[pin] ?? { offset: 0, size: 0 };
      return { pin, data: readSlots(registers.space, offset, size) };
    });
    this.told = 0;
    for (const message of messages) {
      this.told |= bitOf(message.pin);
      // Never throws: RxJS reports what a receiver throws. A receiver may close the channel.
      this.subscriber?.next({ type: 'received', message });
      if (this.told === undefined || !this.up) break;
    }
    this.acknowledge();
  }

  private acknowledge(): void {
    const { told } = this;
    this.told = undefined;
    if (told !== undefined && told !== 0 && this.up) this.settings.registers.acknowledge(told >>> 0);
  }

  private isThere(): boolean {
    try {
      return this.settings.registers.waiting() !== 'gone';
    } catch {
      return false;
    }
  }

  private called<T>(call: () => T): T {
    this.inCall = true;
    try {
      return call();
    } finally {
      this.inCall = false;
    }
  }

  private nextTurn(work: () => void): void {
    const turn = new Subscription();
    this.later.add(turn);
    turn.add(
      this.settings.turn.schedule(() => {
        turn.unsubscribe();
        work();
      }),
    );
  }

  private slotsOf(message: VcpMessage): Slots {
    if (!isVcpMessage(message)) throw new TypeError(`the message is ${show(message)}; expected one made by vcpMessage()`);
    const { transmit } = this.settings;
    const { pin, offset, words } = message;
    const size = 4 * words.length;
    if (transmit === undefined) return { offset, size };
    const allowed = transmit[pin];
    if (allowed === undefined) throw new RangeError(`pin ${pin} is not in transmit; expected a pin that is`);
    if (offset >= allowed.offset && offset + size <= allowed.offset + allowed.size) return { offset, size };
    const slots = `bytes ${allowed.offset} to ${allowed.offset + allowed.size}`;
    throw new RangeError(`the message takes ${size} bytes from offset ${offset}; expected ${slots}, which pin ${pin} has in transmit`);
  }

  private goneError(): Error {
    const { name, absent } = this.settings;
    return new Error(absent ? `${name}: the VCP is being reset` : `${name}: all registers read 0xffffffff, so there is no device`);
  }
}
