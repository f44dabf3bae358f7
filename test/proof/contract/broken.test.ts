import { Observable } from 'rxjs';
import type { LinkEvent, MailboxController, MailboxLink } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { describeController, falsyMessages, type ControllerFeature, type ControllerFixture, type ScriptedLink } from 'rx-mailbox/testing';
import { runSuite } from './runSuite';
import { ScriptedDevice, scriptedFixture, type Held, type ScriptedDeviceOptions } from './ScriptedDevice';
import { virtualTime } from './virtualTime';

type Link = ScriptedLink<unknown, unknown, unknown>;
type Controller = MailboxController<unknown, unknown, unknown>;
/** What a broken device does; `this` is the device. */
type Bug = ThisType<ScriptedDevice & Internals> & Record<string, unknown>;
/** What only subclasses may call. */
interface Internals {
  epoch: number;
  tell(held: Held, done: object): void;
  arrive(held: Held): void;
}

const without: ControllerFeature[] = ['tooLarge', 'channels'];
const good = ScriptedDevice.prototype as unknown as Internals & ScriptedDevice;

const ordered: ScriptedDeviceOptions = { correlation: 'ordered', window: 3 };
const tagged: ScriptedDeviceOptions = { correlation: 'tagged', window: 3 };
const untagged: ScriptedDeviceOptions = { correlation: 'untagged' };

const devices: [bug: string, options: ScriptedDeviceOptions, Bug, caught: RegExp][] = [
  [
    'says tx-done for nothing',
    ordered,
    {
      deliver(message: unknown) {
        this.controller.link().txDone();
        good.deliver.call(this, message);
      },
    },
    /txDone, and nothing is in flight/,
  ],
  [
    'says tx-done twice',
    untagged,
    {
      tell(held: Held, done: object) {
        good.tell.call(this, held, done);
        good.tell.call(this, held, done);
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'says tx-done twice, with the token',
    tagged,
    {
      tell(held: Held, done: object) {
        good.tell.call(this, held, done);
        good.tell.call(this, held, done);
      },
    },
    /txDone of a message that is not in flight/,
  ],
  [
    'says tx-done when it has the message, not when it is taken',
    ordered,
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        held.link.txDone({ ack: `ack of ${String(held.message)}` });
      },
      tell() {
        // It has been said.
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'swallows a message',
    tagged,
    {
      arrive(held: Held) {
        if (held.token % 7 === 0) held.link.txDone({ token: held.token, ack: `ack of ${String(held.message)}` });
        else good.arrive.call(this, held);
      },
    },
    /told ok, and it never arrived as it was/,
  ],
  [
    'loses a message and its tx-done',
    tagged,
    {
      arrive(held: Held) {
        if (held.token % 7 !== 0) good.arrive.call(this, held);
      },
    },
    /waited in vain for: .*\nchannel 0: 100 sent/,
  ],
  [
    'sends a message twice',
    tagged,
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        if (held.token % 7 === 0) this.arrived.push(held.message);
        if (held.token % 7 === 0) this.held.push(held);
      },
    },
    /arrived 2 times/,
  ],
  [
    'sends in another order',
    { ...tagged, window: 2 },
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        if (held.token % 2 === 1 || this.arrived.length < 2) return;
        for (const list of [this.arrived, this.held] as unknown[][]) list.push(...list.splice(-2).reverse());
      },
    },
    /what arrived: /,
  ],
  [
    'says tx-done with the token of another',
    tagged,
    {
      tell(held: Held, done: object) {
        const other = held.link.outstanding.at(-1) ?? held;
        good.tell.call(this, { ...held, token: other.token }, done);
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'says tx-done without the token',
    tagged,
    {
      tell({ link }: Held, done: object) {
        link.txDone(done);
      },
    },
    /txDone without a token/,
  ],
  [
    'says tx-done of an owner to the next',
    untagged,
    {
      take(nth: number, done: object) {
        this.tell({ ...this.held[nth]!, link: this.controller.link() }, done);
      },
    },
    /what the senders of the next owner were told/,
  ],
  [
    'says tx-done from before the link was down after it',
    ordered,
    {
      take(nth: number, done: object) {
        if (this.held[nth]!.link === this.controller.link()) this.tell(this.held[nth]!, done);
      },
    },
    /what the later senders were told|while it is down/,
  ],
  [
    'says nothing when the link is lost',
    ordered,
    {
      cut() {
        this.epoch++;
      },
    },
    /what the senders in flight were told|waited in vain/,
  ],
  [
    'stays down',
    ordered,
    {
      restore() {
        // Nobody hears of it.
      },
    },
    /waited in vain/,
  ],
  [
    'forgets to say ready',
    tagged,
    {
      unblock() {
        this.controller.link().refuse(0);
      },
    },
    /waited in vain/,
  ],
  [
    'takes a message that it has no room for',
    tagged,
    {
      block() {
        Object.assign(this.controller.link(), { sendData: () => 'accepted' });
      },
      unblock() {
        delete (this.controller.link() as { sendData?: unknown }).sendData;
        this.controller.link().ready();
      },
    },
    /waited in vain/,
  ],
  [
    'answers neither accepted nor busy',
    tagged,
    {
      block() {
        Object.assign(this.controller.link(), { sendData: () => undefined });
      },
    },
    /sendData returned undefined/,
  ],
  [
    'throws where it should say busy',
    tagged,
    {
      block() {
        this.controller.link().throwOnSend(new Error('no room'), 5);
      },
    },
    /what the senders were told/,
  ],
  [
    'takes a failure for success',
    tagged,
    {
      fail(nth: number) {
        this.finish(nth);
      },
    },
    /what the senders were told/,
  ],
  [
    'says that everything has been taken when asked',
    { ...tagged, txDone: 'poll' },
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        held.link.setLastTxDone(held.token, { ack: `ack of ${String(held.message)}` });
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'says txDone although it is polled',
    { ...tagged, txDone: 'poll' },
    {
      tell({ link, token }: Held, done: object) {
        link.setLastTxDone(token, done);
        link.txDone({ token });
      },
    },
    /tx-dones are learned by 'poll'/,
  ],
  [
    'says the ack of another message',
    tagged,
    {
      tell(held: Held, done: object) {
        good.tell.call(this, held, { ...done, ack: `ack of message ${held.token}` });
      },
    },
    /was told the ack of another/,
  ],
  [
    'receives in another order',
    tagged,
    {
      deliver(message: unknown) {
        const late = (this as unknown as { late: unknown[] }).late;
        late.push(message);
        if (late.length === 2) for (const each of late.splice(0).reverse()) good.deliver.call(this, each);
      },
      late: [],
    },
    /what was received|waited in vain/,
  ],
  [
    'delivers to an owner that has left',
    tagged,
    {
      deliver(message: unknown) {
        this.controller.links[0]!.received(message);
      },
      talks: true,
    },
    /says received after shutdown/,
  ],
  [
    'cannot be opened twice',
    tagged,
    {
      start(link: Link) {
        if (this.controller.opened > 1) link.fail(new Error('in use'));
      },
    },
    /in use/,
  ],
];

function breakDevice(options: ScriptedDeviceOptions, bug: Bug): ControllerFixture<unknown, unknown, unknown> {
  class Broken extends ScriptedDevice {}
  const { talks, late, ...methods } = bug as Record<string, unknown>;
  Object.assign(Broken.prototype, methods);
  const device = new Broken(options);
  if (late) Object.assign(device, { late: [] });
  if (talks) talkAfterShutdown(device.controller);
  return scriptedFixture(device);
}

/** Its links go on speaking to whoever has unsubscribed. */
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

/** A loopback whose links are changed by `bug`. */
function breakLoopback(
  bug: (link: MailboxLink<unknown, unknown, unknown>, controller: Controller) => Partial<MailboxLink<unknown, unknown, unknown>>,
) {
  return (): ControllerFixture<unknown, unknown, unknown> => {
    const time = virtualTime();
    const [near, far] = createLoopback<unknown, unknown, unknown>({
      scheduler: time.scheduler,
      window: 2,
      correlation: 'ordered',
      latency: 1,
    });
    const controller: Controller = {
      ...near,
      open: (index) => {
        const link = near.open(index);
        const changed: MailboxLink<unknown, unknown, unknown> = {
          events$: link.events$,
          sendData: (message, token) => link.sendData(message, token),
        };
        return Object.assign(changed, bug(link, near));
      },
    };
    return {
      controller,
      peer: far,
      message: (n) => ({ n }),
      samples: { ...falsyMessages, date: new Date(0) },
      answers: falsyMessages,
      takenWhenReceived: true,
      ...time,
    };
  };
}

const loopbacks: [bug: string, fixture: () => ControllerFixture<unknown, unknown, unknown>, caught: RegExp][] = [
  [
    'says tx-done before the receivers have returned',
    breakLoopback((link) => {
      let emit: (event: LinkEvent<unknown, unknown>) => void = () => undefined;
      return {
        events$: new Observable((subscriber) => {
          emit = (event) => subscriber.next(event);
          return link.events$.subscribe((event) => event.type !== 'txDone' && emit(event));
        }),
        sendData: (message, token) => {
          const answer = link.sendData(message, token);
          emit({ type: 'txDone' });
          return answer;
        },
      };
    }),
    /told ok before it had been taken/,
  ],
  [
    'copies badly',
    breakLoopback((link) => ({ sendData: (message, token) => link.sendData(JSON.parse(JSON.stringify(message) ?? 'null'), token) })),
    /date: |undefined: /,
  ],
  [
    'takes falsy messages for none',
    breakLoopback((link) => ({ sendData: (message, token) => (message ? link.sendData(message, token) : 'busy') })),
    /waited in vain/,
  ],
  [
    'changes the message that it was given',
    breakLoopback((link) => ({
      sendData: (message, token) => {
        if (typeof message === 'object' && message !== null) Object.assign(message, { header: token });
        return link.sendData(message, token);
      },
    })),
    /was changed by sending it/,
  ],
  [
    'does not receive falsy messages',
    breakLoopback((link) => ({
      events$: new Observable((subscriber) =>
        link.events$.subscribe((event) => (event.type !== 'received' || event.message) && subscriber.next(event)),
      ),
    })),
    /waited in vain/,
  ],
  [
    'does not let the channel go',
    breakLoopback((link) => ({
      events$: new Observable(
        (subscriber) =>
          void link.events$.subscribe({ next: (event) => subscriber.next(event), error: (reason) => subscriber.error(reason) }),
      ),
    })),
    /has an owner/,
  ],
];

// Each runs the whole suite.
jest.setTimeout(60_000);

describe('the contract suite', () => {
  it('passes a good device and a good loopback', async () => {
    for (const options of [tagged, ordered, untagged]) {
      const { failed, passed, skipped } = await runSuite(() => scriptedFixture(new ScriptedDevice(options)), without);
      expect([...failed]).toEqual([]);
      expect([passed.length, skipped.length]).toEqual([31, 2]);
    }
    const { failed } = await runSuite(
      breakLoopback(() => ({})),
      ['finish', 'fail', 'block', 'tooLarge', 'channels'],
    );
    expect([...failed]).toEqual([]);
  });

  it.each(devices)('fails a device that %s', async (_bug, options, bug, caught) => {
    const { failed } = await runSuite(() => breakDevice(options, bug), without);
    expect([...failed.values()].join('\n')).toMatch(caught);
  });

  it.each(loopbacks)('fails a controller that %s', async (_bug, fixture, caught) => {
    const { failed } = await runSuite(fixture, ['finish', 'fail', 'block', 'tooLarge', 'channels']);
    expect([...failed.values()].join('\n')).toMatch(caught);
  });

  it('fails where the fixture lacks something that is not listed, and says what', async () => {
    const { failed } = await runSuite(() => {
      const { controller, message } = scriptedFixture(new ScriptedDevice(tagged));
      return { controller, message, device: () => ({ arrived: [] }), ...virtualTime() };
    });
    const missing = ['finish', 'fail', 'deliver', 'block', 'cut', 'samples', 'answers', 'tooLarge', 'channels'];
    for (const feature of missing) expect([...failed.values()].join('\n')).toContain(`the fixture has no '${feature}'`);
  });

  it('needs a peer or a device', async () => {
    const { failed } = await runSuite(() => ({ controller: scriptedFixture(new ScriptedDevice(tagged)).controller, message: String }));
    expect(new Set(failed.values())).toEqual(new Set(['the fixture has to have a peer or a device, and not both']));
  });

  it('needs describe and it, global or given', () => {
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

  it('disposes of the fixture, also after a failure', async () => {
    const disposed: number[] = [];
    let fixtures = 0;
    await runSuite(() => {
      const made = fixtures++;
      return { ...breakDevice(tagged, { finish: () => undefined }), dispose: () => void disposed.push(made) };
    }, without);
    expect(disposed).toEqual(Array.from({ length: fixtures }, (_, i) => i));
  });
});
