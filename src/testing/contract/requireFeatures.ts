import type { Need } from './Need';
import type { ControllerFixture } from './ControllerFixture';
import type { FarEnd } from './FarEnd';

/** Throws if the fixture lacks a feature, so that a test that cannot run does not pass. */
export function requireFeatures<Tx, Rx, Ack>(
  features: readonly Need[],
  fixture: ControllerFixture<Tx, Rx, Ack>,
  { device, canFinish }: FarEnd<Tx, Rx>,
): void {
  const has: Record<Need, unknown> = {
    finish: canFinish,
    fail: device.fail,
    deliver: device.deliver,
    block: device.block && device.unblock,
    cut: device.cut && device.restore,
    samples: fixture.samples,
    answers: fixture.answers,
    tooLarge: 'tooLarge' in fixture,
    channels: fixture.controller.channelCount > 1,
    repeat: device.repeat,
    progress: device.progress,
    giveBack: device.giveBack && device.unblock,
    sharedWindow: fixture.controller.sharedWindow !== undefined && fixture.controller.channelCount > 1,
  };
  for (const feature of features) {
    if (!has[feature]) throw new Error(`the fixture has no '${feature}': give it one, or list it in the option \`without\``);
  }
}
