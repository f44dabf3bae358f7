import { asyncScheduler, Subject, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import type { MemoryRegisters } from '../../controllers/registers/MemoryRegisters';
import type { HspDoorbell } from '../../controllers/tegraHsp/HspDoorbell';
import {
  ALL_ONES,
  DB_ENABLE,
  DB_PENDING,
  DB_RAW,
  DB_TRIGGER,
  DOORBELL_LINE,
  EMPTY,
  FULL,
  INT_DIMENSIONING,
  INT_IE,
  INT_IR,
} from '../../controllers/tegraHsp/layout';
import { narrow, wide } from '../../controllers/tegraHsp/HspPayload';
import { decodeDimensions } from '../../controllers/tegraHsp/TegraHspDimensions';
import { doorbellAt, VARIANTS, type TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';
import { assertInteger, assertNumber, assertObject, assertOneOf, MAX_DELAY } from '../../contract/checks';
import { HspModelMailbox } from './HspModelMailbox';
import type { HspArrival, HspBehaviour, HspMessage, HspModelOptions } from './HspModelOptions';
import { PROBE, UNPOWERED } from './hspRegisters';

/**
 * The other processor at a block of Hardware Synchronization Primitives, in this thread or in one of its own.
 *
 * It keeps to the protocol as firmware does, and breaks it where it is told to: by its {@link HspBehaviour}, which can be changed at any
 * time with {@link HspModel.set}, and by the methods that lose and make up interrupts, take the power away, and reset the block.
 *
 * Unlike a scripted controller it is nothing but registers to the driver, so it tests a driver, and not only what is above one.
 *
 * @example
 * {@includeCode ../../../docs/examples/tegra-hsp.ts#example}
 */
export class HspModel {
  /** Every message, when it has been read. */
  readonly received$: Observable<HspArrival>;
  /** Every ring of its doorbell, and which bus master rang. */
  readonly rung$: Observable<number>;
  readonly #received = new Subject<HspArrival>();
  readonly #rung = new Subject<number>();
  readonly #registers: MemoryRegisters;
  readonly #own: MemoryRegisters;
  readonly #shared: number;
  readonly #otherLine: number;
  readonly #self: HspDoorbell;
  readonly #other: HspDoorbell;
  readonly #scheduler: SchedulerLike;
  readonly #mailboxes: readonly HspModelMailbox[];
  readonly #doorbellAt: ((doorbell: HspDoorbell) => number) | undefined;
  readonly #lines = new Subscription();
  readonly #behaviour: HspBehaviour = { latency: 0, lateClear: 0, answersEarly: false, holds: false, stuck: 0 };
  /** What is going on until the next reset. */
  #work = new Subscription();
  #mask = 0;

  /**
   * @param registers - Memory with the map `hspRegisters`; in another thread, on the same words.
   * @param options - See {@link HspModelOptions}.
   */
  constructor(registers: MemoryRegisters, options: HspModelOptions) {
    assertObject('options', options);
    this.#registers = registers;
    const { variant, receives = {}, answer, shared = 1, otherShared = 0 } = options;
    const { self = { index: 3, master: 19 }, other = { index: 1, master: 17 }, scheduler = asyncScheduler } = options;
    assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
    const chip = VARIANTS[variant];
    this.received$ = this.#received.asObservable();
    this.rung$ = this.#rung.asObservable();
    this.#own = registers.as(self.master);
    [this.#shared, this.#otherLine, this.#self, this.#other, this.#scheduler] = [shared, otherShared, self, other, scheduler];
    const dimensions = decodeDimensions(chip, this.#own.read32(INT_DIMENSIONING));
    for (const [mailbox, bits] of Object.entries(receives)) {
      assertInteger('a mailbox of receives', Number(mailbox), 0, dimensions.mailboxes - 1);
      assertOneOf(`receives[${mailbox}]`, String(bits), chip.wide ? ['32', '128'] : ['32']);
    }
    const host = {
      registers: this.#own,
      behaviour: this.#behaviour,
      mailboxEnables: chip.mailboxEnables,
      enable: (causes: number) => this.#writeMask(this.#mask | causes),
      disable: (causes: number) => this.#writeMask(this.#mask & ~causes),
      after: (delay: number, act: () => void) => this.#after(delay, act),
      arrived: (arrival: HspArrival) => this.#received.next(arrival),
      reply: (message: HspMessage) => {
        const reply = answer?.(message);
        if (reply) this.send(reply.mailbox, reply.message);
      },
      epoch: () => this.#work,
    };
    this.#mailboxes = Array.from({ length: dimensions.mailboxes }, (_, mailbox) => new HspModelMailbox(host, mailbox, receives[mailbox]));
    const has = dimensions.doorbells > Math.max(self.index, other.index);
    this.#doorbellAt = has ? ({ index }) => doorbellAt(chip, dimensions, index) : undefined;
    this.set(options);
    this.#start();
    this.#listen(shared, () => this.#interrupted());
    if (has) this.#listen(DOORBELL_LINE(self.index), () => this.#hear());
  }

  /** Changes how it behaves from now on; what is left out stays as it is. */
  set({ latency, lateClear, answersEarly, holds, stuck }: Partial<HspBehaviour>): void {
    const behaviour = this.#behaviour;
    if (latency !== undefined) behaviour.latency = assertDelay('latency', latency);
    if (lateClear !== undefined) behaviour.lateClear = assertDelay('lateClear', lateClear);
    if (answersEarly !== undefined) behaviour.answersEarly = answersEarly;
    if (holds !== undefined) behaviour.holds = holds;
    if (stuck === undefined) return;
    assertInteger('stuck', stuck, 0, 0xff);
    behaviour.stuck = stuck;
    for (const mailbox of this.#mailboxes) mailbox.look();
  }

  /**
   * Writes a message to a mailbox, as soon as it is empty. Without power nothing happens.
   *
   * @param mailbox - Which one; the driver has to be its consumer.
   * @param message - A number of 31 bits, or four words for a 128-bit mailbox.
   */
  send(mailbox: number, message: HspMessage['message']): void {
    assertInteger('mailbox', mailbox, 0, this.#mailboxes.length - 1);
    if (typeof message === 'number') narrow.check(message);
    else wide.check(message);
    if (this.#powered) this.#mailboxes[mailbox]!.send(message);
  }

  /** Rings the driver's doorbell. */
  ring(): void {
    this.#own.write32(this.#bell(this.#other) + DB_TRIGGER, 1);
  }

  /** Lets the driver ring its doorbell, which it does from the beginning, or no longer. */
  admit(admitted: boolean): void {
    this.#own.write32(this.#bell(this.#self) + DB_ENABLE, admitted ? 2 ** this.#other.master : 0);
  }

  /**
   * Raises an interrupt line of the driver without a cause.
   *
   * @param line - Default: its shared interrupt; 16 + d is the interrupt of doorbell d.
   */
  interruptForNothing(line: number = this.#otherLine): void {
    this.#registers.raise(line);
  }

  /**
   * From now on these causes do not reach the driver's shared interrupt, although they are there to be read.
   *
   * @param causes - Bit i: mailbox i is empty; bit 8 + i: mailbox i is full. Default: all, 0 ends it.
   */
  loseInterrupts(causes: number = ALL_ONES): void {
    this.#registers.lose(this.#otherLine, causes);
  }

  /** Resets the block, and starts again: mailboxes are empty, and nothing is enabled but what the model itself enables. */
  reset(): void {
    this.powerOff();
    this.powerOn();
  }

  /** Takes the power away: whatever the driver reads is all ones, and whatever it writes is lost. */
  powerOff(): void {
    this.#registers.as(PROBE).write32(UNPOWERED, 1);
    this.#work.unsubscribe();
    this.#work = new Subscription();
  }

  /** Gives the power back, after a reset; where there is power, does nothing. */
  powerOn(): void {
    if (this.#powered) return;
    const probe = this.#registers.as(PROBE);
    for (const mailbox of this.#mailboxes) mailbox.erase(probe);
    for (let line = 0; line < DOORBELL_LINE(0); line++) probe.write32(INT_IE(line), 0);
    for (const doorbell of this.#doorbellAt ? [this.#self, this.#other] : []) {
      for (const offset of [DB_ENABLE, DB_RAW]) probe.write32(this.#bell(doorbell) + offset, 0);
    }
    probe.write32(UNPOWERED, 0);
    this.#start();
  }

  /** Stops for good, as it is: what is full stays full. */
  close(): void {
    this.#lines.unsubscribe();
    this.#work.unsubscribe();
    this.#received.complete();
    this.#rung.complete();
  }

  get #powered(): boolean {
    return this.#registers.as(PROBE).read32(UNPOWERED) === 0;
  }

  #bell(doorbell: HspDoorbell): number {
    if (!this.#doorbellAt) throw new Error('the block has no such doorbells');
    return this.#doorbellAt(doorbell);
  }

  #start(): void {
    this.#writeMask(0);
    for (const mailbox of this.#mailboxes) mailbox.start();
    if (this.#doorbellAt) this.admit(true);
  }

  #listen(line: number, handle: () => void): void {
    this.#lines.add(this.#own.interrupt$(line).subscribe({ next: handle, error: (reason: unknown) => this.#received.error(reason) }));
  }

  #writeMask(mask: number): void {
    this.#mask = mask;
    this.#own.write32(INT_IE(this.#shared), mask);
  }

  #interrupted(): void {
    const causes = this.#own.read32(INT_IR) & this.#mask;
    this.#mailboxes.forEach((mailbox, i) => {
      if (causes & EMPTY(i)) mailbox.emptied();
      if (causes & FULL(i)) mailbox.filled();
    });
  }

  #hear(): void {
    const pending = this.#bell(this.#self) + DB_PENDING;
    const masters = this.#own.read32(pending);
    this.#own.write32(pending, masters);
    for (let master = 0; master < PROBE; master++) if ((masters >>> master) & 1) this.#rung.next(master);
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
