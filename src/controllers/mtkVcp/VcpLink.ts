import { EMPTY, interval, Observable, type SchedulerLike, type Subscriber, type Subscription } from 'rxjs';
import { show } from '../../contract/checks';
import { ChannelBusyError } from '../../contract/errors';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import { bitOf } from './layout';
import { writeSlots, type Slots } from './Slots';
import type { VcpDevice, VcpOwner } from './VcpDevice';
import { VcpInbox, type VcpInboxOwner, type VcpReceived } from './VcpInbox';
import { isVcpMessage, type VcpMessage } from './VcpMessage';

/**
 * One owner of the mailbox. The protocol:
 *
 * ```
 *   send       if the pin is clear in SET_IN and its slots are free:  write the slots, then raise the pin
 *   tx-done    the VCP has cleared the pin
 *   receive    the VCP raises a pin in CLR_OUT:  copy its slots, deliver, then acknowledge the pin ({@link VcpInbox})
 *   lost       all registers read all ones:  down, then look for the device every period
 * ```
 */
export class VcpLink implements MailboxLink<VcpMessage, VcpReceived, void>, VcpInboxOwner, VcpOwner {
  readonly events$ = new Observable<LinkEvent<VcpReceived, void>>((subscriber) => this.start(subscriber));
  up = true;
  inCall = false;

  private readonly inbox: VcpInbox;
  private subscriber: Subscriber<LinkEvent<VcpReceived, void>> | undefined;
  private searching: Subscription | undefined;
  /** What the registers threw when a pin was raised, by token: whether the pin was raised is unknown. */
  private readonly raiseErrors = new Map<number, unknown>();

  constructor(
    private readonly device: VcpDevice,
    private readonly scheduler: SchedulerLike,
  ) {
    this.inbox = new VcpInbox(device, this);
  }

  private start(subscriber: Subscriber<LinkEvent<VcpReceived, void>>): void {
    const { device } = this;
    if (device.owner !== undefined) return subscriber.error(new ChannelBusyError(device.name));
    device.owner = this;
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    try {
      this.inbox.open();
      if (device.registers.waiting() === 'gone' || device.absent) return this.gone();
    } catch (error) {
      return subscriber.error(error);
    }
    // Later: a message that waits already would be delivered before the new owner can subscribe.
    this.inbox.unmaskLater();
  }

  private stop(): void {
    this.searching?.unsubscribe();
    this.device.owner = undefined;
    this.inbox.close();
  }

  sendData(message: VcpMessage, token: number): 'accepted' | 'busy' {
    return this.duringCall(() => this.send(message, token));
  }

  private send(message: VcpMessage, token: number): 'accepted' | 'busy' {
    const { name, registers, pins, failsWhenBusy } = this.device;
    const slots = this.slotsOf(message);
    const waiting = registers.waiting();
    if (waiting === 'gone') {
      this.gone();
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
    // Recorded before the write: a write that throws may have raised the pin, so the slots belong to the VCP from here on.
    pins.raise(message.pin, this, token, slots);
    try {
      registers.raise(bit);
    } catch (error) {
      this.raiseErrors.set(token, error);
    }
    return 'accepted';
  }

  private slotsOf(message: VcpMessage): Slots {
    if (!isVcpMessage(message)) throw new TypeError(`the message is ${show(message)}; expected one made by vcpMessage()`);
    const { transmit } = this.device;
    const { pin, offset, words } = message;
    const size = 4 * words.length;
    if (transmit === undefined) return { offset, size };
    const allowed = transmit[pin];
    if (allowed === undefined) throw new RangeError(`pin ${pin} is not in transmit; expected a pin that is`);
    if (offset >= allowed.offset && offset + size <= allowed.offset + allowed.size) return { offset, size };
    const slots = `bytes ${allowed.offset} to ${allowed.offset + allowed.size}`;
    throw new RangeError(`the message takes ${size} bytes from offset ${offset}; expected ${slots}, which pin ${pin} has in transmit`);
  }

  lastTxDone(token: number): boolean {
    return this.duringCall(() => this.isTaken(token));
  }

  private isTaken(token: number): boolean {
    const { registers, pins } = this.device;
    if (this.raiseErrors.has(token)) {
      const error = this.raiseErrors.get(token);
      this.raiseErrors.delete(token);
      throw error;
    }
    const pin = pins.pinOf(this, token);
    // The pin was seen clear, and may carry another message by now.
    if (pin === undefined) return true;
    const waiting = registers.waiting();
    if (waiting !== 'gone') return (waiting & bitOf(pin)) === 0;
    this.gone();
    return false;
  }

  abort(token: number): void {
    this.raiseErrors.delete(token);
  }

  peekData(): boolean {
    return this.inbox.peek();
  }

  /** Nothing can be pushed out: the VCP takes messages when it wants to, and polling goes on anyway. */
  flush(): Observable<never> {
    return EMPTY;
  }

  received(message: VcpReceived): void {
    this.subscriber?.next({ type: 'received', message });
  }

  fail(reason: unknown): void {
    this.subscriber?.error(reason);
  }

  gone(): void {
    const { name, absent } = this.device;
    this.lose(new Error(absent ? `${name}: the VCP is being reset` : `${name}: all registers read 0xffffffff, so there is no device`));
  }

  lose(reason: unknown): void {
    if (this.up) {
      this.up = false;
      this.inbox.mask();
      this.raiseErrors.clear();
      this.subscriber?.next({ type: 'down', reason });
    }
    this.search();
  }

  /** Looks for the device every period while the link is down, unless the VCP is known to be absent. */
  search(): void {
    this.searching?.unsubscribe();
    this.searching = undefined;
    if (this.up || this.device.absent || this.subscriber?.closed !== false) return;
    const { searchPeriod, clock = this.scheduler } = this.device;
    // eslint-disable-next-line rxjs-x/no-ignored-error -- a clock does not fail
    this.searching = interval(searchPeriod, clock).subscribe(() => {
      if (!this.isThere()) return;
      this.searching?.unsubscribe();
      this.up = true;
      this.inbox.unmask();
      this.subscriber?.next({ type: 'up' });
    });
  }

  private isThere(): boolean {
    try {
      return this.device.registers.waiting() !== 'gone';
    } catch {
      return false;
    }
  }

  private duringCall<T>(call: () => T): T {
    this.inCall = true;
    try {
      return call();
    } finally {
      this.inCall = false;
    }
  }
}
