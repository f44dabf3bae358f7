import { Subject, type Observable } from 'rxjs';
import type { RegisterSpace } from '../../controllers/registers/RegisterSpace';
import type { HspDoorbell } from '../../controllers/tegraHsp/HspDoorbell';
import { DB_ENABLE, DB_PENDING, DB_RAW, DB_TRIGGER } from '../../controllers/tegraHsp/layout';
import { PROBE } from './hspRegisters';

/** Two doorbells of a block: the model's own, and the driver's. */
export class HspModelDoorbells {
  /** Bus masters that rang the model's doorbell. */
  readonly rung$: Observable<number>;
  private readonly rung = new Subject<number>();

  constructor(
    private readonly registers: RegisterSpace,
    /** Where the registers of a doorbell are; `undefined` if the block lacks one of the two. */
    private readonly offsetOf: ((doorbell: HspDoorbell) => number) | undefined,
    private readonly own: HspDoorbell,
    private readonly drivers: HspDoorbell,
  ) {
    this.rung$ = this.rung.asObservable();
  }

  get exist(): boolean {
    return this.offsetOf !== undefined;
  }

  /** Rings the driver's doorbell. */
  ring(): void {
    this.registers.write32(this.at(this.drivers) + DB_TRIGGER, 1);
  }

  /** Lets the driver ring, or no longer. */
  admit(admitted: boolean): void {
    this.registers.write32(this.at(this.own) + DB_ENABLE, admitted ? 2 ** this.drivers.master : 0);
  }

  /** The model's doorbell interrupts. */
  interrupted(): void {
    const pending = this.at(this.own) + DB_PENDING;
    const masters = this.registers.read32(pending);
    this.registers.write32(pending, masters);
    for (let master = 0; master < PROBE; master++) if ((masters >>> master) & 1) this.rung.next(master);
  }

  /** Sets the registers of both to 0, as a loss of power does. */
  erase(probe: RegisterSpace): void {
    for (const doorbell of this.exist ? [this.own, this.drivers] : []) {
      for (const offset of [DB_ENABLE, DB_RAW]) probe.write32(this.at(doorbell) + offset, 0);
    }
  }

  /** Nobody can ring any more. */
  close(): void {
    this.rung.complete();
  }

  private at(doorbell: HspDoorbell): number {
    if (!this.offsetOf) throw new Error('the block has no such doorbells');
    return this.offsetOf(doorbell);
  }
}
