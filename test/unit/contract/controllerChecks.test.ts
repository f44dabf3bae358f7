import { NEVER } from 'rxjs';
import { Mailbox, type ChannelOptions, type MailboxController, type MailboxLink } from 'rx-mailbox';
import { assertCallbacks, assertLink } from '../../../src/contract/controllerChecks';

const link = { events$: NEVER, sendData: () => 'accepted' as const };
const controller: MailboxController<string, string, void> = {
  name: 'uart',
  channelCount: 2,
  txDone: 'irq',
  correlation: 'tagged',
  open: () => link,
};

describe('a link', () => {
  it.each(['peekData', 'flush', 'abort', 'reset'])('whose %s is no function is refused', (method) => {
    expect(() => assertCallbacks({ ...link, [method]: 5 }, 'irq')).toThrow(new TypeError(`link.${method} is 5; expected a function`));
    expect(() => assertCallbacks({ ...link, [method]: undefined }, 'irq')).not.toThrow();
  });

  it('that is a promise is refused: open() is not awaited', () => {
    const handlers: unknown[][] = [];
    const promise = { then: (...given: unknown[]) => handlers.push(given) };
    expect(() => assertLink(promise)).toThrow(new TypeError('controller.open returned a promise; expected a link'));
    expect(handlers).toHaveLength(1);
  });

  it('of a controller whose open() is async leaves the channel free', () => {
    let opened: unknown = Promise.resolve(link);
    const mailbox = new Mailbox({ ...controller, open: () => opened as MailboxLink<string, string, void> });
    expect(() => mailbox.requestChannel(0)).toThrow(TypeError);
    opened = link;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });
});

describe('translate', () => {
  it.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(0), 'controller.translate returned a promise; expected a channel number'],
    ['a text', 'one', `the channel of 'x' is "one"; expected an integer from 0 to 1`],
    ['nothing', undefined, `the channel of 'x' is undefined; expected an integer from 0 to 1`],
    ['a number that is no channel', 2, `the channel of 'x' is 2; expected an integer from 0 to 1`],
  ])('that returns %s is refused', (_what, index, text) => {
    const mailbox = new Mailbox({ ...controller, translate: () => index as number });
    expect(() => mailbox.requestChannel('x')).toThrow(text);
  });
});

describe('options of a channel', () => {
  it.each<[keyof ChannelOptions<string>, unknown, string]>([
    ['quarantine', -1, 'options.quarantine is -1; expected milliseconds, 0 to 2147483647, or Infinity'],
    ['txPrepare', 'crc', 'options.txPrepare is "crc"; expected a function'],
    ['knowsTxDone', 1, 'options.knowsTxDone is 1; expected a boolean'],
  ])('%s: %p', (option, value, text) => {
    expect(() => new Mailbox(controller).requestChannel(0, { [option]: value })).toThrow(text);
  });
});
