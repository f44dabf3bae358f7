import { createMtkVcp, type MtkVcpOptions, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { describeController, VcpModel, vcpRegisters, type ControllerFixture, type VcpModelOptions } from 'rx-mailbox/testing';
import { VcpDevice } from '../../support/devices/vcpDevice';
import { receive, transmit, vcpMessages, without, withoutFinish } from './vcpMessages';
import { virtualTime } from './virtualTime';

function fixture(options: MtkVcpOptions, behaviour: VcpModelOptions): ControllerFixture<VcpMessage, VcpReceived> {
  const time = virtualTime();
  const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters, scheduler: time.scheduler });
  const model = new VcpModel(registers, { transmit, receive, scheduler: time.scheduler, ...behaviour });
  const device = withoutFinish(new VcpDevice(registers, model), behaviour.holds);
  return {
    controller: createMtkVcp(registers, { transmit, receive, scheduler: time.scheduler, ...options }),
    device: () => device,
    ...vcpMessages,
    dispose: () => device.close(),
    ...time,
  };
}

const modes: [string, MtkVcpOptions][] = [
  ['one in flight, as in Linux', {}],
  ['one in flight, with an unlimited quarantine', { quarantine: Infinity }],
  ['four in flight', { window: 4 }],
  ['31 in flight: one for each pin with data', { window: 31 }],
];

describe.each(modes)('VCP mailbox: %s', (_, options) => {
  describeController('a VCP that takes a message when the test says so', () => fixture(options, { holds: true }), { without });
  describeController('a VCP that takes messages slowly', () => fixture(options, { latency: 2, lateClear: 3 }), {
    without: [...without, 'finish'],
  });
  describeController('a VCP that takes everything at once', () => fixture(options, {}), { without: [...without, 'finish'] });
});
