import { Observable } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import type { ControllerExtra, ControllerFeature, ControllerFixture, ScriptedLink } from 'rx-mailbox/testing';
import { runSuite } from './runSuite';
import { ScriptedDevice, scriptedFixture, type Held, type ScriptedDeviceOptions } from './ScriptedDevice';

export type { Held };
export type Link = ScriptedLink<unknown, unknown, unknown>;
/** Methods that replace those of a good device; `this` is the device. */
export type Bug = ThisType<ScriptedDevice & Internals> & Record<string, unknown>;
/** A bug, the device that has it, and the text by which the suite has to report it. */
export type BrokenDevice = [bug: string, options: ScriptedDeviceOptions, Bug, reported: RegExp];
/** Protected members of a device. */
interface Internals {
  epoch: number;
  report(held: Held, done: object): void;
  arrive(held: Held): void;
  sendBack(token: number, link: Link): void;
}

/** What a scripted device does not have. */
export const without: ControllerFeature[] = ['tooLarge', 'channels'];
/** What it has that few transports have. */
export const extras: ControllerExtra[] = ['giveBack', 'progress', 'repeat'];
export const good = ScriptedDevice.prototype as unknown as Internals & ScriptedDevice;

export const ordered: ScriptedDeviceOptions = { correlation: 'ordered', window: 3 };
export const tagged: ScriptedDeviceOptions = { correlation: 'tagged', window: 3 };
export const untagged: ScriptedDeviceOptions = { correlation: 'untagged' };

/** The suite has to find each of these bugs. */
export function describeBrokenDevices(topic: string, devices: BrokenDevice[]): void {
  // Each test runs the whole suite.
  jest.setTimeout(60_000);
  describe(`the contract suite, ${topic}`, () => {
    it.each(devices)('fails a device that %s', async (_bug, options, bug, reported) => {
      const { failed } = await runSuite(
        () => breakDevice(options, bug),
        without,
        options.sharedWindow ? [...extras, 'sharedWindow'] : extras,
      );
      expect([...failed.values()].join('\n')).toMatch(reported);
    });
  });
}

/** A fixture whose device has this bug. */
export function breakDevice(options: ScriptedDeviceOptions, bug: Bug): ControllerFixture<unknown, unknown, unknown> {
  class Broken extends ScriptedDevice {}
  const { talks, late, ...methods } = bug as Record<string, unknown>;
  Object.assign(Broken.prototype, methods);
  const device = new Broken(options);
  if (late) Object.assign(device, { late: [] });
  if (talks) talkAfterShutdown(device.controller);
  return scriptedFixture(device);
}

/** Makes its links emit to subscribers that have unsubscribed. */
function talkAfterShutdown(controller: ScriptedDevice['controller']): void {
  const open = controller.open.bind(controller);
  controller.open = (index) => {
    const link = open(index);
    const events$ = new Observable<LinkEvent<unknown, unknown>>();
    const { events$: real } = link;
    events$.subscribe = ((observer: { next(event: unknown): void }) => {
      real.subscribe((event) => observer.next(event));
      return { unsubscribe: () => undefined };
    }) as never;
    return Object.assign(link, { events$ });
  };
}
