import { createMtkVcp, type MtkVcpOptions, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { describeController, type ControllerFixture } from 'rx-mailbox/testing';
import { VcpThread } from '../../support/devices/VcpThread';
import { receive, transmit, vcpMessages, without, withoutFinish } from './vcpMessages';

// As in mtkVcp.test.ts, with the VCP in another thread, and in real time.

let thread: VcpThread;
beforeAll(() => {
  thread = new VcpThread();
});
afterAll(() => thread.close());

jest.setTimeout(30_000);

function fixture(options: MtkVcpOptions, behaviour: { holds?: boolean }): ControllerFixture<VcpMessage, VcpReceived> {
  const device = withoutFinish(thread.device({ transmit, receive, ...behaviour }), behaviour.holds);
  return {
    controller: createMtkVcp(device.registers, { transmit, receive, ...options }),
    device: () => device,
    ...vcpMessages,
    // Until the other thread has done its orders and a poll period is over.
    settle: async () => {
      await device.synced();
      await new Promise((resolve) => setTimeout(resolve, 2));
    },
    dispose: () => device.close(),
  };
}

const modes: [string, MtkVcpOptions][] = [
  ['one in flight, as in Linux', {}],
  ['31 in flight: one for each pin with data', { window: 31 }],
];

describe.each(modes)('VCP mailbox, the VCP in another thread: %s', (_, options) => {
  describeController('a VCP that takes a message when the test says so', () => fixture(options, { holds: true }), { without });
  describeController('a VCP that takes everything at once', () => fixture(options, {}), { without: [...without, 'finish', 'block'] });
});
