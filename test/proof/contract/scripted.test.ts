import { describeController } from 'rx-mailbox/testing';
import { ScriptedDevice, scriptedFixture, type ScriptedDeviceOptions } from './ScriptedDevice';

const devices: ScriptedDeviceOptions[] = (['irq', 'poll', 'ack'] as const).flatMap((txDone) => [
  { txDone, correlation: 'tagged' },
  { txDone, correlation: 'tagged', window: 4 },
  { txDone, correlation: 'ordered', window: 1 },
  { txDone, correlation: 'ordered', window: 4 },
  { txDone, correlation: 'ordered', window: 1, reset: true },
  { txDone, correlation: 'ordered', window: 4, reset: true },
  { txDone, correlation: 'tagged', window: 4, reset: true },
  { txDone, correlation: 'untagged' },
  { txDone, correlation: 'untagged', reset: true },
]);
devices.push(
  { txDone: 'irq', correlation: 'untagged', forgetful: true },
  { txDone: 'irq', correlation: 'ordered', window: 3, forgetful: true },
  { txDone: 'irq', correlation: 'tagged', window: 2, sharedWindow: 3 },
  { txDone: 'poll', correlation: 'ordered', window: 4, sharedWindow: 1 },
);

describe.each(devices.map((options) => [JSON.stringify(options), options] as const))('a device: %s', (_name, options) => {
  describeController('contract', () => scriptedFixture(new ScriptedDevice(options)), {
    without: [
      'tooLarge',
      ...(options.sharedWindow ? [] : (['channels'] as const)),
      ...(options.txDone === 'ack' ? (['fail'] as const) : []),
    ],
    with: [
      'giveBack',
      'progress',
      ...(options.txDone === 'irq' ? (['repeat'] as const) : []),
      ...(options.sharedWindow ? (['sharedWindow'] as const) : []),
    ],
  });
});
