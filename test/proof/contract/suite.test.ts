import { describeController } from 'rx-mailbox/testing';
import { breakDevice, ordered, tagged, untagged, extras, without, type Held } from './BrokenDevice';
import { breakLoopback, loopbackWithout } from './brokenLoopback';
import { runSuite } from './runSuite';
import { ScriptedDevice, scriptedFixture } from './ScriptedDevice';
import { virtualTime } from './virtualTime';

// Most of these run the whole suite.
jest.setTimeout(60_000);

describe('the contract suite', () => {
  it('passes a good device and a good loopback', async () => {
    for (const options of [tagged, ordered, untagged]) {
      const { failed, passed, skipped } = await runSuite(() => scriptedFixture(new ScriptedDevice(options)), without, extras);
      expect([...failed]).toEqual([]);
      expect([passed.length, skipped.length]).toEqual([37, 5]);
    }
    const { failed } = await runSuite(
      breakLoopback(() => ({})),
      loopbackWithout,
    );
    expect([...failed]).toEqual([]);
  });

  it.each([tagged, ordered, untagged, { ...ordered, reset: true }])(
    'passes a device that says every tx-done twice with its token: %j',
    async (options) => {
      const report = ({ link, token }: Held, done: object): void => {
        link.txDone({ token, ...done });
        link.txDone({ token, error: new Error('again') });
      };
      const { failed } = await runSuite(() => breakDevice(options, { report }), without);
      expect([...failed]).toEqual([]);
    },
  );

  it('fails a device whose acks are views of a buffer that it uses again', async () => {
    const view: string[] = [];
    const report = ({ link, token, message }: Held): void => {
      view[0] = `ack of ${String(message)}`;
      link.txDone({ token, ack: view });
    };
    const { failed } = await runSuite(
      () => ({ ...breakDevice(tagged, { report }), ack: (message) => [`ack of ${String(message)}`] }),
      [...without, 'fail'],
    );
    expect([...failed.values()].join('\n')).toMatch(/was told the ack of another/);
  });

  it('fails if the fixture lacks a feature that is not listed, and names the feature', async () => {
    const { failed } = await runSuite(() => {
      const { controller, message } = scriptedFixture(new ScriptedDevice(tagged));
      return { controller, message, device: () => ({ arrived: [] }), ...virtualTime() };
    });
    const missing = ['finish', 'fail', 'deliver', 'block', 'cut', 'samples', 'answers', 'tooLarge', 'channels'];
    for (const feature of missing) expect([...failed.values()].join('\n')).toContain(`the fixture has no '${feature}'`);
  });

  it('fails if the fixture has neither a peer nor a device', async () => {
    const { failed } = await runSuite(() => ({ controller: scriptedFixture(new ScriptedDevice(tagged)).controller, message: String }));
    expect(new Set(failed.values())).toEqual(new Set(['the fixture has to have a peer or a device, and not both']));
  });

  it('throws if describe and it are neither global nor given', () => {
    const { describe: globalDescribe } = globalThis;
    Object.assign(globalThis, { describe: undefined });
    try {
      expect(() => describeController('x', () => scriptedFixture(new ScriptedDevice(tagged)))).toThrow(
        new TypeError('there is no global describe and it; expected them in the options'),
      );
    } finally {
      Object.assign(globalThis, { describe: globalDescribe });
    }
  });

  it('disposes of the fixture, even after a failure', async () => {
    const disposed: number[] = [];
    let fixtures = 0;
    await runSuite(() => {
      const made = fixtures++;
      return { ...breakDevice(tagged, { finish: () => undefined }), dispose: () => void disposed.push(made) };
    }, without);
    expect(disposed).toEqual(Array.from({ length: fixtures }, (_, i) => i));
  });
});
