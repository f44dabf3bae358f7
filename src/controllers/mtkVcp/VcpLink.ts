import { EMPTY, interval, Observable, type Subscriber, type Subscription } from 'rxjs';
import { ChannelBusyError } from '../../contract/errors';
import { show } from '../../contract/checks';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxLink } from '../../contract/MailboxLink';
import { bitOf } from './layout';
import { VcpInbox, type VcpInboxOwner, type VcpReceived } from './VcpInbox';
import { isVcpMessage, type VcpMessage } from './VcpMessage';
import type { Slots } from './VcpPin';
import type { VcpSettings } from './VcpSettings';
import { writeSlots } from './words';

/** One owner of the mailbox: what it sends, and whether the device is there. */
export class VcpLink implements MailboxLink<VcpMessage, VcpReceived, void>, VcpInboxOwner {
  readonly events$ = new Observable<LinkEvent<VcpReceived, void>>((subscriber) => this.start(subscriber));
  up = true;
  inCall = false;

  private readonly inbox: VcpInbox;
  private subscriber: Subscriber<LinkEvent<VcpReceived, void>> | undefined;
  /** For a device that is gone. */
  private search: Subscription | undefined;
  /** The messages of which nobody knows whether their pin was raised, and what the registers threw. */
  private readonly unsure = new Map<number, unknown>();

  constructor(private readonly settings: VcpSettings) {
    this.inbox = new VcpInbox(settings, this);
  }

  sendData(message: VcpMessage, token: number): 'accepted' | 'busy' {
    return this.called(() => this.send(message, token));
  }

  lastTxDone(token: number): boolean {
    return this.called(() => this.isTaken(token));
  }

  abort(token: number): void {
    this.unsure.delete(token);
  }

  peekData(): boolean {
    return this.inbox.peek();
  }

  /** There is nothing to push: the VCP takes what it takes, and is asked about it as always. */
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
    const { name, absent } = this.settings;
    this.lose(new Error(absent ? `${name}: the VCP is being reset` : `${name}: all registers read 0xffffffff, so there is no device`));
  }

  /** There is no device, or nobody at its other side: what was in flight is lost. */
  lose(reason: unknown): void {
    if (this.up) {
      this.up = false;
      this.inbox.mask();
      this.unsure.clear();
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
      this.inbox.unmask();
      this.subscriber?.next({ type: 'up' });
    });
  }

  private start(subscriber: Subscriber<LinkEvent<VcpReceived, void>>): void {
    const { settings } = this;
    if (settings.owner !== undefined) return subscriber.error(new ChannelBusyError(settings.name));
    settings.owner = this;
    this.subscriber = subscriber;
    subscriber.add(() => this.stop());
    try {
      this.inbox.open();
      if (settings.registers.waiting() === 'gone' || settings.absent) return this.gone();
    } catch (error) {
      return subscriber.error(error);
    }
    // Not now: a pin that is raised already would be delivered before our owner, who is still opening, can subscribe.
    this.inbox.unmaskNextTurn();
  }

  private stop(): void {
    this.search?.unsubscribe();
    this.settings.owner = undefined;
    this.inbox.close();
  }

  private send(message: VcpMessage, token: number): 'accepted' | 'busy' {
    const { name, registers, pins, failsWhenBusy } = this.settings;
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
    this.gone();
    return false;
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
}
