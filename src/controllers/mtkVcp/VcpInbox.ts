import { NEVER, Subject, Subscription, takeUntil, type Observable } from 'rxjs';
import { bitOf, pinsOf } from './layout';
import { readSlots } from './Slots';
import type { VcpDevice } from './VcpDevice';

/** A message from the VCP. */
export interface VcpReceived {
  /** Which pin it raised; 0 to 31. */
  readonly pin: number;
  /** A copy of that pin's slots, made before any receiver is called; empty for a pin without slots. */
  readonly data: Uint8Array;
}

/** What an inbox needs from its link. */
export interface VcpInboxOwner {
  /** As far as is known, the device is there. */
  readonly up: boolean;
  /** Inside a call from the channel, which may get no event before that call returns. */
  readonly inCall: boolean;
  received(message: VcpReceived): void;
  /** The registers cannot be used for now. */
  lose(reason: unknown): void;
  /** There is no device. */
  gone(): void;
  /** The interrupt line has failed. */
  fail(reason: unknown): void;
}

/**
 * Receives from the VCP: its interrupt line, its slots, and the acknowledgement.
 *
 * The line is unmasked while a link is open and the device is there. The pins are acknowledged after delivery, because the VCP may then
 * write their slots again.
 */
export class VcpInbox {
  private line$: Observable<unknown> = NEVER;
  /** Emits to mask the line; `undefined` while it is masked. */
  private masked: Subject<void> | undefined;
  private readonly deferred = new Subscription();
  /** During a delivery: the pins that have been delivered. */
  private delivered: number | undefined;

  constructor(
    private readonly device: VcpDevice,
    private readonly owner: VcpInboxOwner,
  ) {}

  /** Throws if there is no such line. */
  open(): void {
    const { space, line } = this.device.registers;
    this.line$ = space.interrupt$(line);
  }

  close(): void {
    this.mask();
    this.deferred.unsubscribe();
    try {
      // If a receiver closed the channel, the next owner must not receive the same messages again.
      this.acknowledge();
    } catch {
      // The channel is closed, so a failing device does not matter any more.
    }
  }

  unmask(): void {
    if (!this.owner.up || this.masked !== undefined) return;
    const masked = (this.masked = new Subject<void>());
    // Not by unsubscribing: a line that emits inside subscribe() could not be masked then.
    this.line$.pipe(takeUntil(masked)).subscribe({
      next: () => this.interrupted(),
      error: (reason: unknown) => this.owner.fail(reason),
    });
  }

  unmaskLater(): void {
    this.defer(() => this.unmask());
  }

  mask(): void {
    const { masked } = this;
    this.masked = undefined;
    masked?.next();
  }

  /** Whether a message waits. It is then delivered later, which also makes up for a lost interrupt. */
  peek(): boolean {
    if (!this.owner.up) return false;
    try {
      const raised = this.device.registers.raised();
      if (raised === 0) return false;
      if (raised === 'gone') this.owner.gone();
      else this.defer(() => this.receive());
      return raised !== 'gone';
    } catch (error) {
      this.owner.lose(error);
      return false;
    }
  }

  private interrupted(): void {
    if (this.delivered === undefined && !this.owner.inCall) return this.receive();
    // Inside a call or a delivery, which has to end before the next delivery. Mask the line until then: it stays asserted.
    this.mask();
    this.unmaskLater();
  }

  private receive(): void {
    if (!this.owner.up) return;
    try {
      const raised = this.device.registers.raised();
      if (raised === 'gone') return this.owner.gone();
      const messages = this.copy(raised);
      // The device may have gone while its slots were read. All ones are then no message.
      if (messages.some(({ data }) => hasAllOnes(data)) && this.device.registers.raised() === 'gone') return this.owner.gone();
      this.deliver(messages);
    } catch (error) {
      this.owner.lose(error);
    }
  }

  private copy(raised: number): VcpReceived[] {
    const { registers, receive } = this.device;
    return pinsOf(raised).map((pin) => {
      const { offset, size } = receive[pin] ?? { offset: 0, size: 0 };
      return { pin, data: readSlots(registers.space, offset, size) };
    });
  }

  private deliver(messages: readonly VcpReceived[]): void {
    this.delivered = 0;
    for (const message of messages) {
      this.delivered |= bitOf(message.pin);
      // Never throws: RxJS reports what a receiver throws. A receiver may close the channel.
      this.owner.received(message);
      if (this.delivered === undefined || !this.owner.up) break;
    }
    this.acknowledge();
  }

  private acknowledge(): void {
    const { delivered } = this;
    this.delivered = undefined;
    if (delivered !== undefined && delivered !== 0 && this.owner.up) this.device.registers.acknowledge(delivered >>> 0);
  }

  private defer(work: () => void): void {
    const action = new Subscription();
    this.deferred.add(action);
    action.add(
      this.device.asap.schedule(() => {
        action.unsubscribe();
        work();
      }),
    );
  }
}

/** Whether four bytes in a row, or all bytes, are ones. */
function hasAllOnes(data: Uint8Array): boolean {
  for (let at = 0, ones = 0; at < data.length; at++) {
    ones = data[at] === 0xff ? ones + 1 : 0;
    if (ones === 4 || ones === data.length) return true;
  }
  return false;
}
