import { NEVER, Subject, Subscription, takeUntil, type Observable } from 'rxjs';
import { bitOf, pinsOf } from './layout';
import type { VcpSettings } from './VcpSettings';
import { readSlots } from './words';

/** A message from the VCP. */
export interface VcpReceived {
  /** Which pin it raised; 0 to 31. */
  readonly pin: number;
  /** A copy of the slots of that pin, made before anybody was told; empty for a pin without slots. */
  readonly data: Uint8Array;
}

/** Whom an inbox works for. */
export interface VcpInboxOwner {
  /** The device is there, as far as it is known. */
  readonly up: boolean;
  /** The channel has called, and hears nothing before that has returned. */
  readonly inCall: boolean;
  received(message: VcpReceived): void;
  /** The registers have nothing to say any more, for now. */
  lose(reason: unknown): void;
  gone(): void;
  /** The interrupt line has failed. */
  fail(reason: unknown): void;
}

/**
 * What comes from the VCP: its line, the slots, and the acknowledgement.
 *
 * The line is unmasked while somebody is bound and the device is there. Whoever is bound is told first, and then the pin is acknowledged:
 * until then the VCP must not write its slots again.
 */
export class VcpInbox {
  private line$: Observable<unknown> = NEVER;
  /** Masks the line, where it is unmasked. */
  private masked: Subject<void> | undefined;
  /** What is to happen in the next turn. */
  private readonly later = new Subscription();
  /** During a delivery: the pins that the owner has been told of. */
  private told: number | undefined;

  constructor(
    private readonly settings: VcpSettings,
    private readonly owner: VcpInboxOwner,
  ) {}

  /** Throws if there is no such line. */
  open(): void {
    const { space, line } = this.settings.registers;
    this.line$ = space.interrupt$(line);
  }

  close(): void {
    this.mask();
    this.later.unsubscribe();
    try {
      // Closed by a receiver: what it was told of must not be told again, to the next owner.
      this.acknowledge();
    } catch {
      // Whether the device is still there concerns nobody any more.
    }
  }

  unmask(): void {
    if (!this.owner.up || this.masked !== undefined) return;
    const masked = (this.masked = new Subject<void>());
    // A line that emits while it is being subscribed can be masked then, too: a subscription would not be there yet.
    this.line$.pipe(takeUntil(masked)).subscribe({
      next: () => this.interrupted(),
      error: (reason: unknown) => this.owner.fail(reason),
    });
  }

  unmaskNextTurn(): void {
    this.nextTurn(() => this.unmask());
  }

  mask(): void {
    const { masked } = this;
    this.masked = undefined;
    masked?.next();
  }

  /** What it finds is delivered in the next turn, so this also makes up for an interrupt that was lost. */
  peek(): boolean {
    if (!this.owner.up) return false;
    try {
      const raised = this.settings.registers.raised();
      if (raised === 0) return false;
      if (raised === 'gone') this.owner.gone();
      else this.nextTurn(() => this.receive());
      return raised !== 'gone';
    } catch (error) {
      this.owner.lose(error);
      return false;
    }
  }

  private interrupted(): void {
    if (this.told === undefined && !this.owner.inCall) return this.receive();
    // From inside a register access, or a delivery. The acknowledgement has to come after the delivery, which has to wait for the call to
    // return; and a level that nobody cares for would interrupt for ever.
    this.mask();
    this.unmaskNextTurn();
  }

  private receive(): void {
    if (!this.owner.up) return;
    try {
      const raised = this.settings.registers.raised();
      if (raised === 'gone') return this.owner.gone();
      const messages = this.copy(raised);
      // It may have gone in the middle; what it reads like then is no message.
      if (messages.some(({ data }) => hasAllOnes(data)) && this.settings.registers.raised() === 'gone') return this.owner.gone();
      this.deliver(messages);
    } catch (error) {
      this.owner.lose(error);
    }
  }

  private copy(raised: number): VcpReceived[] {
    const { registers, receive } = this.settings;
    return pinsOf(raised).map((pin) => {
      const { offset, size } = receive[pin] ?? { offset: 0, size: 0 };
      return { pin, data: readSlots(registers.space, offset, size) };
    });
  }

  private deliver(messages: readonly VcpReceived[]): void {
    this.told = 0;
    for (const message of messages) {
      this.told |= bitOf(message.pin);
      // Never throws: RxJS reports what a receiver throws. A receiver may close the channel.
      this.owner.received(message);
      if (this.told === undefined || !this.owner.up) break;
    }
    this.acknowledge();
  }

  private acknowledge(): void {
    const { told } = this;
    this.told = undefined;
    if (told !== undefined && told !== 0 && this.owner.up) this.settings.registers.acknowledge(told >>> 0);
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
}

/** Whether a word of it, or what there is of one, is all ones. */
function hasAllOnes(data: Uint8Array): boolean {
  for (let at = 0, ones = 0; at < data.length; at++) {
    ones = data[at] === 0xff ? ones + 1 : 0;
    if (ones === 4 || ones === data.length) return true;
  }
  return false;
}
