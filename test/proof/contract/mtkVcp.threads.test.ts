import { createMtkVcp, vcpMessage, type MtkVcpOptions, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { describeController, type ControllerFixture } from 'rx-mailbox/testing';
import { numbered, numberedAnswer } from '../../support/devices/vcpDevice';
import { VcpThread } from '../../support/devices/VcpThread';

// As in mtkVcp.test.ts, with the VCP in another thread, and in real time.
const transmit = Array.from({ length: 32 }, (_, pin) => ({ pin, size: pin === 31 ? 0 : 4 }));
const receive = transmit.map(({ pin }) => ({ pin, offset: 8 * pin + 4, size: 4 }));
const without = ['fail', 'channels'] as const;

let thread: VcpThread;
beforeAll(() => {
  thread = new VcpThread();
});
afterAll(() => thread.close());

jest.setTimeout(30_000);

function fixture(options: MtkVcpOptions, behaviour: { holds?: boolean }): ControllerFixture<VcpMessage, VcpReceived> {
  const device = thread.device({ transmit, receive, ...behaviour });
  if (behaviour.holds !== true) Object.assign(device, { finish: undefined });
  return {
    controller: createMtkVcp(device.registers, { transmit, receive, ...options }),
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
    // What the other thread was told is done, and a poll period is over.
    settle: async () => {
      await device.synced();
      await new Promise((resolve) => setTimeout(resolve, 2));
    },
    dispose: () => device.close(),
  };
}

const modes: [string, MtkVcpOptions][] = [
  ['one in flight, as in Linux', {}],
  ['as many in flight as there are pins with data', { window: 31 }],
];

describe.each(modes)('VCP mailbox, the VCP in another thread: %s', (_, options) => {
  describeController('told when to take a message', () => fixture(options, { holds: true }), { without });
  describeController('takes everything at once', () => fixture(options, {}), { without: [...without, 'finish', 'block'] });
});
