import { Mailbox, type MailboxController, type MailboxLink } from 'rx-mailbox';
import { ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { rejection } from '../support/rejection';
import { expectRejected } from '../support/rejects';

type AnyController = MailboxController<string, string, void>;

/** A controller with one thing wrong. */
function wrong(options: Record<string, unknown>): AnyController {
  return Object.assign(new ScriptedController(), options);
}

describe('new Mailbox() rejects a wrong controller', () => {
  it.each([[undefined], [null], [5], ['uart'], [() => new ScriptedController()]])('controller %p', (controller) => {
    expectRejected(() => new Mailbox(controller as unknown as AnyController), TypeError, 'controller');
  });

  it.each<[keyof AnyController, unknown, typeof TypeError | typeof RangeError, string | RegExp]>([
    ['name', undefined, TypeError, 'string'],
    ['name', 7, TypeError, 'string'],
    ['channelCount', '2', TypeError, 'integer'],
    ['channelCount', undefined, TypeError, 'integer'],
    ['channelCount', 0, RangeError, /integer .*1/],
    ['channelCount', 1.5, RangeError, /integer .*1/],
    ['channelCount', Number.NaN, RangeError, /integer .*1/],
    ['channelCount', -Infinity, RangeError, /integer .*1/],
    ['window', '1', TypeError, /integer .*1/],
    ['window', 0, RangeError, /integer .*1/],
    ['window', -1, RangeError, /integer .*1/],
    ['window', 1.5, RangeError, /integer .*1/],
    ['window', Infinity, RangeError, /integer .*1/],
    ['window', Number.NaN, RangeError, /integer .*1/],
    ['sharedWindow', '1', TypeError, /integer .*0/],
    ['sharedWindow', null, TypeError, /integer .*0/],
    ['sharedWindow', -1, RangeError, /integer .*0/],
    ['sharedWindow', 1.5, RangeError, /integer .*0/],
    ['sharedWindow', Number.NaN, RangeError, /integer .*0/],
    ['nextChannel', 'round robin', TypeError, 'function'],
    ['txPollPeriod', '1', TypeError, /> 0/],
    ['txPollPeriod', 0, RangeError, /> 0/],
    ['txPollPeriod', -1, RangeError, /> 0/],
    ['txPollPeriod', Number.NaN, RangeError, /> 0/],
    ['txPollPeriod', Infinity, RangeError, /2147483647/],
    ['txPollPeriod', 2 ** 31, RangeError, /2147483647/],
    ['quarantine', '1', TypeError, 'Infinity'],
    ['quarantine', null, TypeError, 'Infinity'],
    ['quarantine', -1, RangeError, 'Infinity'],
    ['quarantine', Number.NaN, RangeError, 'Infinity'],
    ['quarantine', 2 ** 31, RangeError, /2147483647/],
    ['translate', 'name', TypeError, 'function'],
    ['open', undefined, TypeError, 'function'],
  ])('%s: %p', (field, value, type, accepted) => {
    expectRejected(() => new Mailbox(wrong({ [field]: value })), type, field, accepted);
    if (value !== undefined) expect(() => new Mailbox(wrong({ [field]: value }))).toThrow(String(value));
  });

  it.each([
    ['txDone', 'IRQ', ['irq', 'poll', 'ack']],
    ['txDone', undefined, ['irq', 'poll', 'ack']],
    ['correlation', 'fifo', ['tagged', 'ordered', 'untagged']],
    ['correlation', undefined, ['tagged', 'ordered', 'untagged']],
  ])('%s: %p', (field, value, accepted) => {
    expectRejected(() => new Mailbox(wrong({ [field]: value })), TypeError, field, String(value), ...accepted);
  });

  it("'untagged' allows only a window of 1", () => {
    expectRejected(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 2 })), RangeError, 'window', '2');
    expect(() => new Mailbox(new ScriptedController({ correlation: 'untagged', window: 1 }))).not.toThrow();
  });

  it.each([[null], [5], [{ scheduler: null }], [{ scheduler: 5 }], [{ scheduler: {} }]])('options of the mailbox: %j', (options) => {
    expectRejected(() => new Mailbox(new ScriptedController(), options as never), TypeError, /options|scheduler/);
  });

  it.each<[string, ScriptedOptions<string, string, void>]>([
    ['a window of a million', { window: 1e6 }],
    ['a quarantine of 0', { quarantine: 0 }],
    ['a quarantine of Infinity', { quarantine: Infinity }],
    ['the longest quarantine', { quarantine: 2 ** 31 - 1 }],
    ['the longest poll period', { txPollPeriod: 2 ** 31 - 1 }],
    ['half a millisecond', { txPollPeriod: 0.5 }],
  ])('accepted: %s', (_what, options) => {
    expect(() => new Mailbox(new ScriptedController(options))).not.toThrow();
  });
});

describe('requestChannel() rejects a wrong link, and the channel stays free', () => {
  const good: MailboxLink<string, string, void> = new ScriptedController().open(0);

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'link'],
    ['null', null, 'link'],
    ['a promise of one', Promise.resolve(good), 'controller.open returned a promise; expected a link'],
    ['no events$', { sendData: () => 'accepted' }, 'events$'],
    ['no sendData', { events$: good.events$ }, 'sendData'],
    ["no lastTxDone, which 'poll' requires", { events$: good.events$, sendData: () => 'accepted' }, 'lastTxDone'],
  ])('%s', (_what, link, says) => {
    const controller = new ScriptedController({ txDone: says === 'lastTxDone' ? 'poll' : 'irq' });
    const { open } = controller;
    controller.open = () => link as never;
    const mailbox = new Mailbox(controller);
    expectRejected(() => mailbox.requestChannel(0), TypeError, says);
    controller.open = open;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('a promise that rejects: nobody else need handle the rejection', () => {
    const controller = new ScriptedController();
    controller.open = () => rejection() as never;
    const mailbox = new Mailbox(controller);
    expectRejected(() => mailbox.requestChannel(0), TypeError, 'controller.open returned a promise');
  });

  it('a channel number that is a promise', () => {
    const controller = new ScriptedController({ translate: () => rejection() as never });
    expectRejected(() => new Mailbox(controller).requestChannel('door'), TypeError, 'controller.translate returned a promise');
  });

  it("'poll' with knowsTxDone asks nothing, so it needs no lastTxDone", () => {
    const controller = new ScriptedController({ txDone: 'poll' });
    controller.open = () => ({ events$: good.events$, sendData: () => 'accepted' }) as never;
    expect(() => new Mailbox(controller).requestChannel(0, { knowsTxDone: true })).not.toThrow();
  });
});
