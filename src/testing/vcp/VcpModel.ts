import { asyncScheduler, Subject, type Observable, type Subscription } from 'rxjs';
import { bitOf, ALL_ONES, CLR_OUT, pinsOf, PIN_COUNT, SET_IN, WINDOW_SIZE } from '../../controllers/mtkVcp/layout';
import type { VcpReceived } from '../../controllers/mtkVcp/VcpInbox';
import { readPinTable } from '../../controllers/mtkVcp/PinTable';
import type { Slots } from '../../controllers/mtkVcp/Slots';
import { readSlots } from '../../controllers/mtkVcp/Slots';
import type { MemoryRegisters } from '../../controllers/registers/MemoryRegisters';
import { assertInteger, assertObject } from '../../contract/checks';
import { EpochTimers } from '../EpochTimers';
import { ModelBehaviour } from '../ModelBehaviour';
import type { VcpArrival, VcpBehaviour, VcpModelOptions } from './VcpModelOptions';
import { VcpOutbox } from './VcpOutbox';
import { PROBE, SEEN, TO_SOC, TO_VCP, UNPOWERED, VCP, WANTED } from './vcpRegisters';

/**
 * A VCP: the other processor at the registers of a VCP mailbox, in this thread or in one of its own.
 *
 * It follows the protocol as the hardware does. It breaks the protocol where the test asks for that: by its {@link VcpBehaviour}, which
 * {@link VcpModel.set} can change at any time, and by the methods that suppress and fake interrupts, remove the power, and reset it.
 *
 * Unlike a scripted controller it tests the driver itself: the driver sees nothing but registers.
 *
 * @example
 * {@includeCode ../../../docs/examples/mtk-vcp.ts#example}
 */
export class VcpModel {
  /** Every message, when it has been read. */
  readonly received$: Observable<VcpArrival>;
  private readonly received = new Subject<VcpArrival>();
  /** The registers as the VCP sees them. */
  private readonly vcp: MemoryRegisters;
  private readonly slots: readonly (Slots | undefined)[];
  private readonly outbox: VcpOutbox;
  private readonly answer: VcpModelOptions['answer'];
  private readonly line: Subscription;
  private readonly behaviour = new ModelBehaviour(ALL_ONES);
  private readonly timers: EpochTimers;
  /** Pins that were raised while they were stuck, so their messages are not read. */
  private ignored = 0;
  /** The pin that was served last. */
  private last = PIN_COUNT - 1;

  /**
   * @param registers - Memory with the map `vcpRegisters`; in another thread, on the same words.
   * @param options - See {@link VcpModelOptions}.
   */
  constructor(
    private readonly registers: MemoryRegisters,
    options: VcpModelOptions = {},
  ) {
    assertObject('options', options);
    this.received$ = this.received.asObservable();
    this.vcp = registers.as(VCP);
    this.slots = readPinTable('transmit', options.transmit);
    this.outbox = new VcpOutbox(this.vcp, readPinTable('receive', options.receive));
    this.answer = options.answer;
    this.timers = new EpochTimers(options.scheduler ?? asyncScheduler);
    this.set(options);
    this.line = this.vcp.interrupt$(TO_VCP).subscribe({
      next: () => this.interrupted(),
      error: (reason: unknown) => this.received.error(reason),
    });
  }

  /** Changes how it behaves from now on; what is left out stays as it is. */
  set(behaviour: Partial<VcpBehaviour>): void {
    this.behaviour.set(behaviour);
    const { stuck } = behaviour;
    if (stuck === undefined) return;
    const freed = this.ignored & ~stuck;
    this.ignored &= stuck;
    for (const pin of pinsOf(freed & this.vcp.read32(SET_IN))) this.serve(pin);
  }

  /**
   * Raises a pin towards the SoC as soon as earlier messages on it have been acknowledged. Does nothing without power.
   *
   * @param pin - 0 to 31.
   * @param data - What to write to its slots; a multiple of 4 bytes. Default: nothing.
   */
  raise(pin: number, data: Uint8Array = new Uint8Array()): void {
    assertInteger('pin', pin, 0, PIN_COUNT - 1);
    if (this.isPowered) this.outbox.push({ pin, data });
  }

  /** Interrupts the SoC without a cause. */
  interruptForNothing(): void {
    this.registers.raise(TO_SOC);
  }

  /**
   * From now on these pins do not interrupt the SoC; they are still raised.
   *
   * @param pins - One bit each; default: all, 0 ends it.
   */
  loseInterrupts(pins: number = ALL_ONES): void {
    this.registers.lose(TO_SOC, pins);
  }

  /** Forgets everything and starts again. No pin is raised in either direction, and the slots are zeros. */
  reset(): void {
    this.powerOff();
    this.powerOn();
  }

  /** Removes the power: the SoC reads all ones, and its writes are lost. */
  powerOff(): void {
    this.registers.as(PROBE).write32(UNPOWERED, 1);
    this.timers.restart();
    this.ignored = 0;
    this.last = PIN_COUNT - 1;
    this.outbox.clear();
  }

  /** Restores the power; the VCP starts again. Does nothing where there is power. */
  powerOn(): void {
    if (this.isPowered) return;
    const probe = this.registers.as(PROBE);
    for (let offset = 0; offset < WINDOW_SIZE; offset += 4) probe.write32(offset, 0);
    for (const offset of [SET_IN, CLR_OUT, SEEN, WANTED]) probe.write32(offset, 0);
    probe.write32(UNPOWERED, 0);
  }

  /** Stops for good and leaves the registers as they are: raised pins stay raised. */
  close(): void {
    this.line.unsubscribe();
    this.timers.close();
    this.received.complete();
  }

  private get isPowered(): boolean {
    return this.vcp.read32(UNPOWERED) === 0;
  }

  private interrupted(): void {
    const vcp = this.vcp;
    const seen = vcp.read32(SEEN);
    const raised = (vcp.read32(SET_IN) & ~seen) >>> 0;
    vcp.write32(SEEN, (seen | raised) >>> 0);
    // Begins behind the pin that was served last: no pin starves, and pins that are raised one after the other are read in that order.
    const after = pinsOf(raised).filter((pin) => pin > this.last);
    for (const pin of [...after, ...pinsOf(raised).filter((each) => !after.includes(each))]) this.serve(pin);
    this.outbox.run();
  }

  private serve(pin: number): void {
    const { stuck, answersEarly, latency } = this.behaviour;
    if ((stuck & bitOf(pin)) !== 0) {
      this.ignored |= bitOf(pin);
      return;
    }
    this.last = pin;
    if (answersEarly) this.reply(this.read(pin));
    this.timers.after(latency, () => this.take(pin, answersEarly));
  }

  private take(pin: number, answered: boolean): void {
    const { epoch } = this.timers;
    const message = this.read(pin);
    let held = true;
    const clear = (): void => {
      // After a reset the pin may belong to another message.
      if (!held || epoch.closed) return;
      held = false;
      this.vcp.write32(SET_IN, bitOf(pin));
    };
    const { holds, lateClear } = this.behaviour;
    this.received.next({ ...message, take: clear });
    // Whoever received it may have reset the VCP.
    if (epoch !== this.timers.epoch) return;
    if (!answered) this.reply(message);
    if (!holds) this.timers.after(lateClear, clear);
  }

  private read(pin: number): VcpReceived {
    const { offset, size } = this.slots[pin] ?? { offset: 0, size: 0 };
    return { pin, data: readSlots(this.vcp, offset, size) };
  }

  private reply(message: VcpReceived): void {
    const answer = this.answer?.(message);
    if (answer) this.raise(answer.pin, answer.data);
  }
}
