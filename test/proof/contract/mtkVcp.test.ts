import { createMtkVcp, vcpMessage, type MtkVcpOptions, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { describeController, VcpModel, vcpRegisters, type ControllerFixture, type VcpModelOptions } from 'rx-mailbox/testing';
import { numbered, numberedAnswer, VcpDevice } from '../../support/devices/vcpDevice';
import { virtualTime } from './virtualTime';

// Each pin has the first word of its slots for messages to the VCP, and the second for those from it; towards it, pin 31 is a mere signal.
const transmit = Array.from({ length: 32 }, (_, pin) => ({ pin, size: pin === 31 ? 0 : 4 }));
const receive = transmit.map(({ pin }) => ({ pin, offset: 8 * pin + 4, size: 4 }));

/** A register cannot say that a message failed, and there is one channel. */
const without = ['fail', 'channels'] as const;

function fixture(options: MtkVcpOptions, behaviour: VcpModelOptions): ControllerFixture<VcpMessage, VcpReceived> {
  const time = virtualTime();
  const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters, scheduler: time.scheduler });
  const model = new VcpModel(registers, { transmit, receive, scheduler: time.scheduler, ...behaviour });
  const device = new VcpDevice(registers, model);
  // Without a controller there is no register access that takes it, so what the model does not hold is taken when it is read.
  if (behaviour.holds !== true) Object.assign(device, { finish: undefined });
  return {
    controller: createMtkVcp(registers, { transmit, receive, scheduler: time.scheduler, ...options }),
    device: () => device,
    message: (n) => numbered(n, 31),
    answer: numberedAnswer,
    samples: {
      zeros: vcpMessage({ pin: 3, data: new Uint8Array(4) }),
      ones: vcpMessage({ pin: 0, data: new Uint8Array(4).fill(255) }),
      'a signal': vcpMessage({ pin: 31, data: new Uint8Array(0) }),
    },
    answers: { zeros: { pin: 0, data: new Uint8Array(4) }, ones: { pin: 31, data: new Uint8Array(4).fill(255) } },
    tooLarge: vcpMessage({ pin: 3, data: new Uint8Array(8) }),
    dispose: () => device.close(),
    ...time,
  };
}

const modes: [string, MtkVcpOptions][] = [
  ['one in flight, as in Linux', {}],
  ['one in flight, and its pin counts until it is cleared', { quarantine: Infinity }],
  ['four in flight', { window: 4 }],
  ['as many in flight as there are pins with data', { window: 31 }],
];

describe.each(modes)('VCP mailbox: %s', (_, options) => {
  describeController('a VCP that is told when to take a message', () => fixture(options, { holds: true }), { without });
  describeController('a VCP that takes its time', () => fixture(options, { latency: 2, lateClear: 3 }), {
    without: [...without, 'finish'],
  });
  describeController('a VCP that takes everything at once', () => fixture(options, {}), { without: [...without, 'finish'] });
});
