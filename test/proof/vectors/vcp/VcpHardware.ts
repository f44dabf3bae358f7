import type { VirtualTimeScheduler } from 'rxjs';
import { vcpMessage, type VcpMessage } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords, type MemoryRegisters } from 'rx-mailbox/registers';
import { VcpModel, vcpRegisters, type VcpArrival } from 'rx-mailbox/testing';
import type { Recorder } from '../Recorder';
import type { PlayedHardware } from '../PlayedController';
import type { ScenarioConfig } from '../Scenario';
import type { VcpPlayedLink } from './VcpPlayedLink';

const SET_IN = 0x100;
const EBUSY = 16;
/** Somebody else holds it while the scenario's controller refuses; then messages are for this pin. */
const FOREIGN = 31;
const VCP = 1;

interface Held {
  readonly msg: string;
  readonly token: number;
  readonly link: VcpPlayedLink;
  readonly arrival: VcpArrival;
}

/** One VCP, which takes a message when the scenario says so; what it takes is in the recording. */
export class VcpHardware implements PlayedHardware {
  readonly registers: MemoryRegisters;
  readonly received: never[] = [];
  private readonly model: VcpModel;
  /** What each message is called, by the word that stands for it in the slots. */
  private readonly names: string[] = [];
  private readonly held: Held[] = [];
  private readonly arrivals: VcpArrival[] = [];
  private done = false;
  private refusal = 0;

  constructor(
    readonly ch: number,
    readonly cfg: ScenarioConfig,
    readonly recorder: Recorder,
    private readonly turns: VirtualTimeScheduler,
  ) {
    this.registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters, scheduler: turns });
    this.model = new VcpModel(this.registers, { holds: true });
    this.model.received$.subscribe((arrival) => this.arrivals.push(arrival));
  }

  /** The message as the controller gets it: on a free pin, of those that the scenario's controller has room for. */
  encode(msg: string): VcpMessage {
    const waiting = this.registers.read32(SET_IN);
    const pins = Array.from({ length: this.cfg.depth || FOREIGN }, (_, pin) => pin);
    const free = pins.find((pin) => ((waiting >>> pin) & 1) === 0);
    if (free === undefined && this.cfg.depth === 0) throw new Error(`${msg} needs more than ${FOREIGN} pins`);
    const pin = this.refusal === 0 ? (free ?? 0) : FOREIGN;
    return vcpMessage({ pin, data: Uint32Array.of(this.names.push(msg) - 1) });
  }

  /** It was handed over, or refused. */
  offered(link: VcpPlayedLink, msg: string, token: number, answer: 'accepted' | 'busy'): void {
    this.recorder.write('send', this.ch, msg, answer === 'accepted' ? 0 : -(this.refusal || EBUSY));
    if (answer === 'busy') return;
    this.turn();
    const arrival = this.arrivals.pop();
    const arrived = arrival && this.names[new DataView(arrival.data.buffer).getUint32(0, true)];
    if (!arrival || arrived !== msg) throw new Error(`${msg} was accepted, and the VCP has read ${arrived ?? 'nothing'}`);
    this.held.push({ msg, token, link, arrival });
    if (this.cfg.autoBusy) this.done = false;
    else if (this.done) this.end(0);
  }

  /** Lets happen what needs no time. */
  turn(): void {
    this.turns.flush();
  }

  end(status: number): Held | undefined {
    const held = this.held.shift();
    if (!held) return undefined;
    this.recorder.write('hw', this.ch, held.msg, status);
    held.arrival.take();
    return held;
  }

  setRegister(done: boolean): void {
    this.done = done;
    if (done) while (this.end(0));
  }

  refuse(errno: number): void {
    this.refusal = errno;
    const view = errno === 0 ? this.registers.as(VCP) : this.registers;
    view.write32(SET_IN, 2 ** FOREIGN);
    this.turn();
    // Of no message of the scenario.
    this.arrivals.length = 0;
  }

  refuseOnce(): never {
    throw new Error('a VCP mailbox does not refuse for once');
  }

  drop(): never {
    throw new Error('a VCP mailbox loses nothing');
  }
}
