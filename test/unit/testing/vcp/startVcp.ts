import { VirtualTimeScheduler } from 'rxjs';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { VcpModel, vcpRegisters, type VcpArrival, type VcpModelOptions } from 'rx-mailbox/testing';
import { CLR_OUT, SET_IN } from '../../../support/devices/VcpBench';

/** A VCP mailbox in virtual time; the test is the driver. */
export function startVcp(options: VcpModelOptions = {}) {
  const time = new VirtualTimeScheduler();
  const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters, scheduler: time });
  const model = new VcpModel(registers, { scheduler: time, ...options });
  const arrived: VcpArrival[] = [];
  let ended = false;
  model.received$.subscribe({ next: (arrival) => arrived.push(arrival), complete: () => (ended = true) });
  const advance = (ms = 0): void => {
    time.maxFrames = time.frame + ms;
    time.flush();
    time.frame = time.maxFrames;
  };
  /** Sends as a driver does. */
  const send = (pin: number, value: number): void => {
    registers.write32(8 * pin, value);
    registers.write32(SET_IN, 2 ** pin);
  };
  const pins = () => [registers.read32(SET_IN), registers.read32(CLR_OUT)];
  return { time, registers, model, arrived, advance, send, pins, hasEnded: () => ended };
}

/** A message of one word. */
export const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
