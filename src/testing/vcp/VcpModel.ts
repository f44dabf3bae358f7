import { asyncScheduler, Subject, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import { bitOf, ALL_ONES, CLR_OUT, pinsOf, PIN_COUNT, SET_IN, WINDOW_SIZE } from '../../controllers/mtkVcp/layout';
import type { VcpReceived } from '../../controllers/mtkVcp/VcpInbox';
import { readPinTable } from '../../controllers/mtkVcp/PinTable';
import { readSlots, type Slots } from '../../controllers/mtkVcp/Slots';
import type { MemoryRegisters } from '../../controllers/registers/MemoryRegisters';
import { assertInteger, assertNumber, assertObject, MAX_DELAY } from '../../contract/checks';
import type { VcpArrival, VcpBehaviour, VcpModelOptions } from './VcpModelOptions';
import { VcpOutbox } from './VcpOutbox';
import { PROBE, SEEN, TO_SOC, TO_VCP, UNPOWERED, VCP, WANTED } from './vcpRegisters';

/**
 * A VCP: the other processor at the registers of a VCP mailbox, in this thread or in one of its own.
 *
 * It keeps to the protocol as the hardware does, and breaks it where it is told to: by its {@link VcpBehaviour}, which can be changed at any
 * time with {@link VcpModel.set}, and by the methods that lose and make up interrupts, take the power away, and reset it.
 *
 * Unlike a scripted controller it is nothing but registers to the driver, so it tests a driver, and not only what is above one.
 *
 * @example
 * {@includeCode ../../../docs/examples/mtk-vcp.ts#example}
 */
export class VcpModel {
  /** Every message, when it has been read. */
  readonly received$: Observable<VcpArrival>;
  readonly #received = new Subject<VcpArrival>();
  readonly #registers: MemoryRegisters;
  readonly #vcp: MemoryRegisters;
  readonly #slots: readonly (Slots | undefined)[];
  readonly #outbox: VcpOutbox;
  readonly #answer: VcpModelOptions['answer'];
  readonly #scheduler: SchedulerLike;
  readonly #line: Subscription;
  readonly #behaviour: VcpBehaviour = { latency: 0, lateClear: 0, answersEarly: false, holds: false, stuck: 0 };
  /** What is going on until the next reset. */
  #work = new Subscription();
  #ignored = 0;
  #last = PIN_COUNT - 1;

  /**
   * @param registers - Memory with the map `vcpRegisters`; in another thread, on the same words.
   * @param options - See {@link VcpModelOptions}.
   */
  constructor(registers: MemoryRegisters, options: VcpModelOptions = {}) {
    assertObject('options', options);
    this.#registers = registers;
    this.received$ = this.#received.asObservable();
    this.#vcp = registers.as(VCP);
    this.#slots = readPinTable('transmit', options.transmit);
    this.#outbox = new VcpOutbox(this.#vcp, readPinTable('receive', options.receive));
    this.#answer = options.answer;
    this.#scheduler = options.scheduler ?? asyncScheduler;
    this.set(options);
    this.#line = this.#vcp.interrupt$(TO_VCP).subscribe({
      next: () => this.#interrupted(),
      error: (reason: unknown) => this.#received.error(reason),
    });
  }

  /** Changes how it behaves from now on; what is left out stays as it is. */
  set({ latency, lateClear, answersEarly, holds, stuck }: Partial<VcpBehaviour>): void {
    const behaviour = this.#behaviour;
    if (latency !== undefined) behaviour.latency = assertDelay('latency', latency);
    if (lateClear !== undefined) behaviour.lateClear = assertDelay('lateClear', lateClear);
    if (answersEarly !== undefined) behaviour.answersEarly = answersEarly;
    if (holds !== undefined) behaviour.holds = holds;
    if (stuck === undefined) return;
    assertInteger('stuck', stuck, 0, ALL_ONES);
    behaviour.stuck = stuck;
    const freed = this.#ignored & ~stuck;
    this.#ignored &= stuck;
    for (const pin of pinsOf(freed & this.#vcp.read32(SET_IN))) this.#see(pin);
  }

  /**
   * Raises a pin towards the SoC, as soon as what is raised on it has been acknowledged. Without power nothing happens.
   *
   * @param pin - 0 to 31.
   * @param data - What to write to its slots; a multiple of 4 bytes. Default: nothing.
   */
  raise(pin: number, data: Uint8Array = new Uint8Array()): void {
    assertInteger('pin', pin, 0, PIN_COUNT - 1);
    if (this.#powered) this.#outbox.push({ pin, data });
  }

  /** Interrupts the SoC without a reason. */
  interruptForNothing(): void {
    this.#registers.raise(TO_SOC);
  }

  /**
   * From now on these pins do not interrupt the SoC, although they are raised as always.
   *
   * @param pins - One bit each; default: all, 0 ends it.
   */
  loseInterrupts(pins: number = ALL_ONES): void {
    this.#registers.lose(TO_SOC, pins);
  }

  /** Forgets everything and starts again: no pin is raised, in either direction, and the slots are zeros. */
  reset(): void {
    this.powerOff();
    this.powerOn();
  }

  /** Takes the power away: whatever the SoC reads is all ones, and whatever it writes is lost. */
  powerOff(): void {
    this.#registers.as(PROBE).write32(UNPOWERED, 1);
    this.#work.unsubscribe();
    this.#work = new Subscription();
    this.#ignored = 0;
    this.#last = PIN_COUNT - 1;
    this.#outbox.clear();
  }

  /** Gives the power back; the VCP starts again. */
  powerOn(): void {
    if (this.#powered) return;
    const probe = this.#registers.as(PROBE);
    for (let offset = 0; offset < WINDOW_SIZE; offset += 4) probe.write32(offset, 0);
    for (const offset of [SET_IN, CLR_OUT, SEEN, WANTED]) probe.write32(offset, 0);
    probe.write32(UNPOWERED, 0);
  }

  /** Stops for good, as it is: whatever is raised stays raised. */
  close(): void {
    this.#line.unsubscribe();
    this.#work.unsubscribe();
    this.#received.complete();
  }

  get #powered(): boolean {
    return this.#vcp.read32(UNPOWERED) === 0;
  }

  #interrupted(): void {
    const vcp = this.#vcp;
    const seen = vcp.read32(SEEN);
    const raised = (vcp.read32(SET_IN) & ~seen) >>> 0;
    vcp.write32(SEEN, (seen | raised) >>> 0);
    // From the one that was served last, so that none starves, and pins that are used in turn are read in turn.
    const after = pinsOf(raised).filter((pin) => pin > this.#last);
    for (const pin of [...after, ...pinsOf(raised).filter((each) => !after.includes(each))]) this.#see(pin);
    this.#outbox.run();
  }

  #see(pin: number): void {
    const { stuck, answersEarly, latency } = this.#behaviour;
    if ((stuck & bitOf(pin)) !== 0) {
      this.#ignored |= bitOf(pin);
      return;
    }
    this.#last = pin;
    if (answersEarly) this.#reply(this.#read(pin));
    this.#after(latency, () => this.#take(pin, answersEarly));
  }

  #take(pin: number, answered: boolean): void {
    const work = this.#work;
    const message = this.#read(pin);
    let held = true;
    const clear = (): void => {
      // Of an epoch that is over, the pin may be another message's by now.
      if (!held || work !== this.#work || work.closed) return;
      held = false;
      this.#vcp.write32(SET_IN, bitOf(pin));
    };
    const { holds, lateClear } = this.#behaviour;
    this.#received.next({ ...message, take: clear });
    if (work !== this.#work) return;
    if (!answered) this.#reply(message);
    if (!holds) this.#after(lateClear, clear);
  }

  #read(pin: number): VcpReceived {
    const { offset, size } = this.#slots[pin] ?? { offset: 0, size: 0 };
    return { pin, data: readSlots(this.#vcp, offset, size) };
  }

  #reply(message: VcpReceived): void {
    const answer = this.#answer?.(message);
    if (answer) this.raise(answer.pin, answer.data);
  }

  #after(delay: number, act: () => void): void {
    if (delay === 0) return act();
    const work = this.#work;
    const timer = new Subscription();
    work.add(timer);
    timer.add(
      this.#scheduler.schedule(() => {
        work.remove(timer);
        act();
      }, delay),
    );
  }
}

function assertDelay(name: string, delay: number): number {
  assertNumber(name, delay, `milliseconds, 0 to ${MAX_DELAY}`, (n) => n >= 0 && n <= MAX_DELAY);
  return delay;
}
