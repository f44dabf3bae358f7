import type { VirtualTimeScheduler } from 'rxjs';
import type { MemoryRegisters } from 'rx-mailbox/registers';
import type { HspArrival, HspModel } from 'rx-mailbox/testing';
import type { Recorder } from '../Recorder';
import type { PlayedHardware } from '../PlayedController';
import type { HspPlayedLink } from './HspPlayedLink';

const EBUSY = 16;
const IS_FULL = 0x8000_0000;
/** What somebody else writes; no message of a scenario. */
const FOREIGN = 0x7fff_ffff;

interface Held {
  readonly msg: string;
  readonly token: number;
  readonly link: HspPlayedLink;
}

/** One mailbox, from which the other processor takes a message when the scenario says so; what it takes is in the recording. */
export class HspHardware implements PlayedHardware {
  readonly mailbox: number;
  /** Messages for the driver without an interrupt. */
  readonly received = {
    push: (message: number): void => {
      this.model.loseInterrupts();
      this.receive(message);
    },
  };
  private readonly names: string[] = [];
  private readonly held: Held[] = [];
  private readonly arrivals: HspArrival[] = [];
  private refusal = 0;
  private refusalOnce = 0;

  constructor(
    readonly ch: number,
    readonly recorder: Recorder,
    private readonly registers: MemoryRegisters,
    private readonly model: HspModel,
    private readonly turns: VirtualTimeScheduler,
  ) {
    this.mailbox = 2 * ch;
    model.received$.subscribe((arrival) => {
      if (arrival.mailbox === this.mailbox) this.arrivals.push(arrival);
    });
  }

  /** The message as the controller gets it. While the scenario's controller refuses, another producer was quicker. */
  encode(msg: string): number {
    if ((this.refusal || this.refusalOnce) && !this.isFull) this.write(IS_FULL + FOREIGN);
    return this.names.push(msg) - 1;
  }

  /** It was handed over, or refused. */
  offered(link: HspPlayedLink, msg: string, token: number, answer: 'accepted' | 'busy'): void {
    const errno = answer === 'accepted' ? 0 : -(this.refusalOnce || this.refusal || EBUSY);
    this.refusalOnce = 0;
    this.recorder.write('send', this.ch, msg, errno);
    if (answer === 'accepted') this.held.push({ msg, token, link });
  }

  /** Lets happen what needs no time. What the other producer wrote for once is taken at once. */
  turn(): void {
    this.turns.flush();
    if (this.refusal === 0) this.takeForeign();
    this.turns.flush();
  }

  /** The other processor takes what is in the mailbox, if it is of a scenario; there is no way for it to say that this failed. */
  end(): Held | undefined {
    this.turns.flush();
    const held = this.held.shift();
    if (!held) return undefined;
    const arrival = this.arrivals.shift();
    const name = this.names[Number(arrival?.message)];
    if (name !== held.msg) throw new Error(`${held.msg} was accepted, and the other processor has read ${name ?? 'nothing'}`);
    this.recorder.write('hw', this.ch, held.msg, 0);
    arrival!.take();
    return held;
  }

  /** The other processor takes a message, unless it is mode 3, without an interrupt. */
  readUnheard(mode: number): void {
    this.model.loseInterrupts();
    if (mode !== 3) this.end();
  }

  /** From now on interrupts are heard; in mode 2 everything is read that is sent meanwhile. */
  hear(mode: number): void {
    this.model.loseInterrupts(0);
    this.turns.flush();
    while (mode === 2 && this.end()) this.turns.flush();
  }

  refuse(errno: number): void {
    this.refusal = errno;
  }

  refuseOnce(errno: number): void {
    this.refusalOnce = errno;
  }

  receive(message: number): void {
    this.model.send(this.mailbox + 1, message);
    this.turns.flush();
  }

  interruptForNothing(): void {
    this.model.interruptForNothing();
    this.turns.flush();
  }

  setRegister(): never {
    throw new Error('a mailbox is not polled');
  }

  drop(): never {
    throw new Error('a mailbox loses nothing');
  }

  private get isFull(): boolean {
    return this.registers.read32(this.at) >= IS_FULL;
  }

  private get at(): number {
    return 0x10000 + this.mailbox * 0x8000;
  }

  private write(value: number): void {
    this.registers.write32(this.at, value);
  }

  private takeForeign(): void {
    if (this.arrivals[0]?.message === FOREIGN) this.arrivals.shift()!.take();
  }
}
