import type { HspModel, HspModelOptions, VcpModelOptions } from 'rx-mailbox/testing';
import { CLR_OUT, SET_IN, wordsOf } from '../../support/devices/VcpBench';
import { FULL, HspBoard, SM } from './hsp/HspBoard';
import { startVcp, word } from './vcp/startVcp';

/** What the options of both models have in common; an answer repeats the message. */
type CommonOptions = Pick<HspModelOptions & VcpModelOptions, 'latency' | 'lateClear' | 'answersEarly' | 'holds' | 'stuck'> & {
  answers?: boolean;
};

/** A model and its driver, the test. A place is where a message goes: a mailbox, or a pin. */
export interface ModelBench {
  readonly model: Pick<HspModel, 'set' | 'reset' | 'powerOff' | 'powerOn' | 'close'>;
  readonly registers: { read32(offset: number): number };
  /** Registers of all kinds. */
  readonly offsets: readonly number[];
  /** The driver sends to one of three places. */
  send(place: number, value: number): void;
  isFull(place: number): boolean;
  /** The bits for `stuck`. */
  stuckAt(...places: number[]): number;
  /** What the model has received, as place and value. */
  received(): [place: number, value: number][];
  take(nth: number): void;
  onReceived(act: () => void): void;
  hasEnded(): boolean;
  /** How many timers are scheduled. */
  timers(): number;
  /** The model sends to the driver. */
  reply(value: number): void;
  /** What the driver can read from the model, if anything. */
  replied(): number | undefined;
  acknowledgeReply(): void;
  advance(ms?: number): void;
}

export function hspBench({ answers, ...options }: CommonOptions = {}): ModelBench {
  const answer: HspModelOptions['answer'] = ({ message }) => ({ mailbox: 1, message });
  const board = new HspBoard({ receives: { 0: 32, 2: 32, 4: 32 }, ...options, ...(answers && { answer }) });
  let ended = false;
  board.model.received$.subscribe({ complete: () => (ended = true) });
  return {
    model: board.model,
    registers: board.registers,
    offsets: [0x100, 0x304, 0x380, SM(0), 0x50104],
    send: (place, value) => board.write(SM(2 * place), FULL + value),
    isFull: (place) => board.read(SM(2 * place)) !== 0,
    stuckAt: (...places) => places.reduce((bits, place) => bits | (1 << (2 * place)), 0),
    received: () => board.arrived.map(({ mailbox, message }) => [mailbox / 2, Number(message)]),
    take: (nth) => board.arrived[nth]!.take(),
    onReceived: (act) => void board.model.received$.subscribe(act),
    hasEnded: () => ended,
    timers: () => board.scheduler.actions.length,
    reply: (value) => board.model.send(1, value),
    replied: () => (board.read(SM(1)) === 0 ? undefined : board.read(SM(1)) - FULL),
    acknowledgeReply: () => board.write(SM(1), 0),
    advance: (ms) => board.run(ms),
  };
}

export function vcpBench({ answers, ...options }: CommonOptions = {}): ModelBench {
  const answer: VcpModelOptions['answer'] = ({ data }) => ({ pin: 9, data });
  const { time, registers, model, arrived, advance, send, pins, hasEnded } = startVcp({ ...options, ...(answers && { answer }) });
  return {
    model,
    registers,
    offsets: [0, 0xfc, SET_IN, CLR_OUT],
    send,
    isFull: (place) => (pins()[0]! & (1 << place)) !== 0,
    stuckAt: (...places) => places.reduce((bits, place) => bits | (1 << place), 0),
    received: () => arrived.map((arrival) => [arrival.pin, wordsOf(arrival)[0]!]),
    take: (nth) => arrived[nth]!.take(),
    onReceived: (act) => void model.received$.subscribe(act),
    hasEnded,
    timers: () => time.actions.length,
    reply: (value) => model.raise(9, word(value)),
    replied: () => (pins()[1] === 0 ? undefined : registers.read32(72)),
    acknowledgeReply: () => registers.write32(CLR_OUT, 1 << 9),
    advance,
  };
}
