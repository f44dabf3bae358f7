import type { VirtualTimeScheduler } from 'rxjs';
import type { HspModel } from 'rx-mailbox/testing';
import type { Recorder } from '../Recorder';
import type { PlayedHardware } from '../PlayedController';
import type { ScenarioConfig } from '../Scenario';
import type { DoorbellPlayedLink } from './DoorbellPlayedLink';

const EBUSY = 16;

interface Held {
  readonly msg: string;
  readonly token: number;
  readonly link: DoorbellPlayedLink;
}

/**
 * A doorbell, and memory beside it that holds the messages: it refuses when that is full, as a doorbell cannot.
 *
 * Every message that is handed over has to ring at the other processor, once.
 */
export class DoorbellHardware implements PlayedHardware {
  readonly received: number[] = [];
  private readonly held: Held[] = [];
  private refusal = 0;
  private rings = 0;

  constructor(
    readonly ch: number,
    readonly cfg: ScenarioConfig,
    readonly recorder: Recorder,
    private readonly model: HspModel,
    private readonly turns: VirtualTimeScheduler,
  ) {
    model.rung$.subscribe(() => this.rings++);
  }

  get hasRoom(): boolean {
    return this.refusal === 0 && (this.cfg.depth === 0 || this.held.length < this.cfg.depth);
  }

  offered(link: DoorbellPlayedLink, msg: string, token: number, isTaken: boolean): void {
    this.recorder.write('send', this.ch, msg, isTaken ? 0 : -(this.refusal || EBUSY));
    if (!isTaken) return;
    this.held.push({ msg, token, link });
    this.turn();
    if (this.rings !== 1) throw new Error(`${msg} was handed over, and the other processor heard ${this.rings} rings`);
    this.rings = 0;
  }

  turn(): void {
    this.turns.flush();
  }

  end(status: number): Held | undefined {
    const held = this.held.shift();
    if (held) this.recorder.write('hw', this.ch, held.msg, status);
    return held;
  }

  refuse(errno: number): void {
    this.refusal = errno;
  }

  receive(message: number): void {
    this.received.push(message);
    this.model.ring();
    this.turn();
  }

  refuseOnce(): never {
    throw new Error('no scenario of this method refuses for once');
  }

  setRegister(): never {
    throw new Error('a doorbell is not polled');
  }

  drop(): never {
    throw new Error('a doorbell loses nothing');
  }
}
