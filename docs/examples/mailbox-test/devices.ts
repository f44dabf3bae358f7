import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { createMtkVcp, vcpMessage } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters, mailboxTest, VcpModel, vcpRegisters, type MailboxTest } from 'rx-mailbox/testing';
import { encodeWord, TCU_BYTES } from '../tegra-tcu/tcuWord';

/** A channel to try, and somebody at the other side who answers every message in capitals. */
export interface Device {
  readonly test: MailboxTest<void>;
  /** The other side hangs: it takes nothing any more. */
  stop(): void;
  /** And goes on. */
  start(): void;
  close(): void;
}

const SIZE = 128;
const inCapitals = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));

/** No hardware: a message is bytes, and a signal is not used. */
function loopback(): Device {
  const [near, far] = createLoopback<Uint8Array>();
  const others = new Mailbox(far);
  const listen = () => {
    const channel = others.requestChannel(0);
    channel.subscribe((bytes) => channel.next(inCapitals(bytes)));
    return channel;
  };
  let other = listen();
  const channel = new Mailbox(near).requestChannel(0);
  const test = mailboxTest(channel);
  return {
    test,
    stop: () => other.close(),
    start: () => {
      if (other.closed) other = listen();
    },
    close() {
      test.close();
      channel.close();
      other.close();
    },
  };
}

/** Mailboxes 0 and 1 carry the signal, up to 3 bytes; messages are in memory. Without a signal the message is in both. */
function hsp(): Device {
  const variant = 'tegra234';
  const map = hspRegisters(variant);
  const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17 });
  const [toDevice, toUs] = [new Uint8Array(SIZE), new Uint8Array(SIZE)];
  const model = new HspModel(registers, {
    variant,
    receives: { 0: 32 },
    answer({ message }) {
      toUs.set(inCapitals(toDevice));
      return { mailbox: 1, message };
    },
  });
  const mailbox = new Mailbox(createTegraHsp(registers, { variant }).mailboxes);
  const rx = mailbox.requestChannel('sm:1:rx');
  const test = mailboxTest((options) => mailbox.requestChannel('sm:0:tx', options), {
    rx,
    area: { tx: toDevice, rx: toUs },
    encode(bytes) {
      if (bytes.length <= TCU_BYTES) return encodeWord({ bytes });
      throw new RangeError(`${bytes.length} bytes for a word; expected at most ${TCU_BYTES}, as a signal if the message is longer`);
    },
  });
  return {
    test,
    stop: () => model.set({ stuck: 0b1 }),
    start: () => model.set({ stuck: 0 }),
    close() {
      test.close();
      rx.close();
      model.close();
    },
  };
}

/** The signal is the number of the pin, 0 without one; messages are in the window, the answers behind them. */
function vcp(): Device {
  const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters });
  const pins = Array.from({ length: 32 }, (_, pin) => pin);
  const transmit = pins.map((pin) => ({ pin, offset: 0, size: SIZE }));
  const receive = pins.map((pin) => ({ pin, offset: SIZE, size: SIZE }));
  const model = new VcpModel(registers, { transmit, receive, answer: ({ pin, data }) => ({ pin, data: inCapitals(data) }) });
  const channel = new Mailbox(createMtkVcp(registers, { receive })).requestChannel(0);
  const test = mailboxTest(channel, {
    encode(bytes, signal) {
      const data = new Uint8Array(SIZE);
      data.set(bytes);
      return vcpMessage({ pin: Number(new TextDecoder().decode(signal)), offset: 0, data });
    },
    decode: ({ data }) => data,
  });
  return {
    test,
    stop: () => model.set({ stuck: 0xffff_ffff }),
    start: () => model.set({ stuck: 0 }),
    close() {
      test.close();
      channel.close();
      model.close();
    },
  };
}

export const devices: ReadonlyMap<string, () => Device> = new Map([
  ['loopback', loopback],
  ['hsp', hsp],
  ['vcp', vcp],
]);
