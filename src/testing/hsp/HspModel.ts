import { asyncScheduler, Subject, Subscription, type Observable } from 'rxjs';
import type { MemoryRegisters } from '../../controllers/registers/MemoryRegisters';
import { ALL_ONES, DOORBELL_LINE, EMPTY, FULL, INT_DIMENSIONING, INT_IE } from '../../controllers/tegraHsp/layout';
import { narrow, wide } from '../../controllers/tegraHsp/HspPayload';
import { decodeDimensions, type TegraHspDimensions } from '../../controllers/tegraHsp/TegraHspDimensions';
import { doorbellAt, VARIANTS, type TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';
import { assertInteger, assertObject, assertOneOf } from '../../contract/checks';
import { EpochTimers } from '../EpochTimers';
import { ModelBehaviour } from '../ModelBehaviour';
import { HspModelDoorbells } from './HspModelDoorbells';
import { HspModelInterrupts } from './HspModelInterrupts';
import { HspModelMailbox, type HspModelHost } from './HspModelMailbox';
import type { HspArrival, HspBehaviour, HspMessage, HspModelOptions } from './HspModelOptions';
import { PROBE, UNPOWERED } from './hspRegisters';

/**
 * The other processor at a block of Hardware Synchronization Primitives, in this thread or in one of its own.
 *
 * It follows the protocol as firmware does. It breaks the protocol where the test asks for that: by its {@link HspBehaviour}, which
 * {@link HspModel.set} can change at any time, and by the methods that suppress and fake interrupts, remove the power, and reset the block.
 *
 * Unlike a scripted controller it tests the driver itself: the driver sees nothing but registers.
 *
 * @example
 * {@includeCode ../../../docs/examples/tegra-hsp.ts#example}
 */
export class HspModel {
  /** Every message, when it has been read. */
  readonly received$: Observable<HspArrival>;
  /** Every ring of its doorbell, and which bus master rang. */
  readonly rung$: Observable<number>;
  private readonly received = new Subject<HspArrival>();
  private readonly otherLine: number;
  private readonly interrupts: HspModelInterrupts;
  private readonly mailboxes: readonly HspModelMailbox[];
  private readonly doorbells: HspModelDoorbells;
  private readonly lines = new Subscription();
  private readonly behaviour = new ModelBehaviour(0xff);
  private readonly timers: EpochTimers;

  /**
   * @param registers - Memory with the map `hspRegisters`; in another thread, on the same words.
   * @param options - See {@link HspModelOptions}.
   */
  constructor(
    private readonly registers: MemoryRegisters,
    options: HspModelOptions,
  ) {
    assertObject('options', options);
    const { variant, receives = {}, shared = 1, otherShared = 0 } = options;
    const { self = { index: 3, master: 19 }, other = { index: 1, master: 17 }, scheduler = asyncScheduler } = options;
    assertOneOf('variant', variant, Object.keys(VARIANTS) as TegraHspVariant[]);
    const chip = VARIANTS[variant];
    const own = registers.as(self.master);
    const dimensions = decodeDimensions(chip, own.read32(INT_DIMENSIONING));
    assertReceives(receives, dimensions, chip.wide);
    this.otherLine = otherShared;
    this.timers = new EpochTimers(scheduler);
    this.interrupts = new HspModelInterrupts(own, shared);
    const host = this.host(own, chip.mailboxEnables, options.answer);
    this.mailboxes = Array.from({ length: dimensions.mailboxes }, (_, mailbox) => new HspModelMailbox(host, mailbox, receives[mailbox]));
    const hasBoth = dimensions.doorbells > Math.max(self.index, other.index);
    const offsetOf = hasBoth ? ({ index }: { index: number }) => doorbellAt(chip, dimensions, index) : undefined;
    this.doorbells = new HspModelDoorbells(own, offsetOf, self, other);
    this.received$ = this.received.asObservable();
    this.rung$ = this.doorbells.rung$;
    this.set(options);
    this.start();
    this.listen(own, shared, () => this.interrupted());
    if (hasBoth) this.listen(own, DOORBELL_LINE(self.index), () => this.doorbells.interrupted());
  }

  /** Changes how it behaves from now on; what is left out stays as it is. */
  set(behaviour: Partial<HspBehaviour>): void {
    this.behaviour.set(behaviour);
    if (behaviour.stuck !== undefined) for (const mailbox of this.mailboxes) mailbox.stuckChanged();
  }

  /**
   * Writes a message to a mailbox as soon as that is empty. Does nothing without power.
   *
   * @param mailbox - Which one; the driver has to be its consumer.
   * @param message - A number of 31 bits, or four words for a 128-bit mailbox.
   */
  send(mailbox: number, message: HspMessage['message']): void {
    assertInteger('mailbox', mailbox, 0, this.mailboxes.length - 1);
    if (typeof message === 'number') narrow.check(message);
    else wide.check(message);
    if (this.isPowered) this.mailboxes[mailbox]!.send(message);
  }

  /** Rings the driver's doorbell. */
  ring(): void {
    this.doorbells.ring();
  }

  /** Lets the driver ring the doorbell of the model, or no longer. At the start it may. */
  admit(admitted: boolean): void {
    this.doorbells.admit(admitted);
  }

  /**
   * Raises an interrupt line of the driver without a cause.
   *
   * @param line - Default: its shared interrupt; 16 + d is the interrupt of doorbell d.
   */
  interruptForNothing(line: number = this.otherLine): void {
    this.registers.raise(line);
  }

  /**
   * From now on these causes do not raise the driver's shared interrupt; the driver can still read them.
   *
   * @param causes - Bit i: mailbox i is empty; bit 8 + i: mailbox i is full. Default: all, 0 ends it.
   */
  loseInterrupts(causes: number = ALL_ONES): void {
    this.registers.lose(this.otherLine, causes);
  }

  /** Resets the block and starts again. Mailboxes are empty, and only what the model itself enables is enabled. */
  reset(): void {
    this.powerOff();
    this.powerOn();
  }

  /** Removes the power: the driver reads all ones, and its writes are lost. */
  powerOff(): void {
    this.registers.as(PROBE).write32(UNPOWERED, 1);
    this.timers.restart();
  }

  /** Restores the power, after a reset. Does nothing where there is power. */
  powerOn(): void {
    if (this.isPowered) return;
    const probe = this.registers.as(PROBE);
    for (const mailbox of this.mailboxes) mailbox.erase(probe);
    for (let line = 0; line < DOORBELL_LINE(0); line++) probe.write32(INT_IE(line), 0);
    this.doorbells.erase(probe);
    probe.write32(UNPOWERED, 0);
    this.start();
  }

  /** Stops for good and leaves the registers as they are: full mailboxes stay full. */
  close(): void {
    this.lines.unsubscribe();
    this.timers.close();
    this.received.complete();
    this.doorbells.close();
  }

  private get isPowered(): boolean {
    return this.registers.as(PROBE).read32(UNPOWERED) === 0;
  }

  private host(own: MemoryRegisters, mailboxEnables: boolean, answer: HspModelOptions['answer']): HspModelHost {
    return {
      registers: own,
      behaviour: this.behaviour,
      interrupts: this.interrupts,
      timers: this.timers,
      mailboxEnables,
      arrived: (arrival) => this.received.next(arrival),
      reply: (message) => {
        const reply = answer?.(message);
        if (reply) this.send(reply.mailbox, reply.message);
      },
    };
  }

  private start(): void {
    this.interrupts.disableAll();
    for (const mailbox of this.mailboxes) mailbox.start();
    if (this.doorbells.exist) this.admit(true);
  }

  private listen(own: MemoryRegisters, line: number, handle: () => void): void {
    this.lines.add(own.interrupt$(line).subscribe({ next: handle, error: (reason: unknown) => this.received.error(reason) }));
  }

  private interrupted(): void {
    const causes = this.interrupts.read();
    this.mailboxes.forEach((mailbox, i) => {
      if (causes & EMPTY(i)) mailbox.emptied();
      if (causes & FULL(i)) mailbox.filled();
    });
  }
}

function assertReceives(receives: Readonly<Record<number, 32 | 128>>, { mailboxes }: TegraHspDimensions, wideMailboxes: boolean): void {
  for (const [mailbox, bits] of Object.entries(receives)) {
    assertInteger('a mailbox of receives', Number(mailbox), 0, mailboxes - 1);
    assertOneOf(`receives[${mailbox}]`, String(bits), wideMailboxes ? ['32', '128'] : ['32']);
  }
}
