import { Mailbox, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { open } from '../support/open';
import { expectRejected } from '../support/rejects';

type ErrorType = typeof TypeError | typeof RangeError;

describe('requestChannel', () => {
  it.each<[unknown, ErrorType]>([
    [-1, RangeError],
    [4, RangeError],
    [1.5, RangeError],
    [Number.NaN, RangeError],
    [Infinity, RangeError],
    [undefined, TypeError],
    [null, TypeError],
    [{}, TypeError],
    [1n, TypeError],
  ])('an unknown channel, %p: says which, and which there are', (which, type) => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: 4 }));
    expectRejected(() => mailbox.requestChannel(which as number), type, 'which');
    if (type === RangeError) expectRejected(() => mailbox.requestChannel(which as number), type, String(which), /0 to 3/);
  });

  it('a symbol, which has no text of its own', () => {
    const mailbox = new Mailbox(new ScriptedController());
    expectRejected(() => mailbox.requestChannel(Symbol('rx') as never), TypeError, 'which');
  });

  it('a name where the controller has none', () => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: 4 }));
    expectRejected(() => mailbox.requestChannel('rx'), TypeError, 'which', 'rx', /0 to 3/);
    expectRejected(() => mailbox.requestChannel('0'), TypeError, 'which');
  });

  it.each<[unknown, ErrorType]>([
    [-1, RangeError],
    [2, RangeError],
    [0.5, RangeError],
    [Number.NaN, RangeError],
    [undefined, TypeError],
    ['1', TypeError],
  ])('a translation to %p names what was asked for', (index, type) => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: 2, translate: () => index as number }));
    expectRejected(() => mailbox.requestChannel('door'), type, 'door');
  });

  it('a translation that throws: its own error, and nothing is opened', () => {
    const unknown = new RangeError("no channel 'door' in the device tree");
    const controller = new ScriptedController({
      translate: () => {
        throw unknown;
      },
    });
    expect(() => new Mailbox(controller).requestChannel('door')).toThrow(unknown);
    expect(controller.opened).toBe(0);
  });

  it.each<[keyof ChannelOptions<string>, unknown, ErrorType, string | RegExp]>([
    ['name', 5, TypeError, 'string'],
    ['txQueueLength', '5', TypeError, /integer .*0/],
    ['txQueueLength', -1, RangeError, /integer .*0/],
    ['txQueueLength', 1.5, RangeError, /integer .*0/],
    ['txQueueLength', Number.NaN, RangeError, /integer .*0/],
    ['txQueueLength', Infinity, RangeError, /integer .*0/],
    ['knowsTxDone', 1, TypeError, 'boolean'],
    ['knowsTxDone', 'yes', TypeError, 'boolean'],
    ['txPrepare', {}, TypeError, 'function'],
    ['quarantine', '5', TypeError, 'Infinity'],
    ['quarantine', -1, RangeError, 'Infinity'],
    ['quarantine', Number.NaN, RangeError, 'Infinity'],
    ['quarantine', 2 ** 31, RangeError, /2147483647/],
    ['whileDown', 'drop', TypeError, /'wait'.*'fail'/],
    ['whileDown', true, TypeError, /'wait'.*'fail'/],
    ['overflow', 'drop-newest', TypeError, /'reject'.*'drop-oldest'/],
    ['overflow', null, TypeError, /'reject'.*'drop-oldest'/],
    ['latest', true, TypeError, 'function'],
    ['latest', 'id', TypeError, 'function'],
  ])('options.%s: %p', (option, value, type, accepted) => {
    const controller = new ScriptedController();
    const mailbox = new Mailbox(controller);
    expectRejected(() => mailbox.requestChannel(0, { [option]: value }), type, option, accepted);
    expect(controller.opened).toBe(0);
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it.each([[null], [5], ['fast']])('options %p', (options) => {
    expectRejected(() => new Mailbox(new ScriptedController()).requestChannel(0, options as never), TypeError, 'options');
  });
});

describe('acknowledge', () => {
  it.each([[null], [5], ['1']])('result %p', (result) => {
    const { channel } = open({ txDone: 'ack' });
    expectRejected(() => channel.acknowledge(result as never), TypeError, 'result');
  });

  it('a token that is no number', () => {
    const { channel } = open({ txDone: 'ack' });
    const journal = new Journal();
    channel.send('A').subscribe(journal.sender('A'));
    expectRejected(() => channel.acknowledge({ token: '1' as never }), TypeError, 'token', 'integer');
    expect(journal.lines).toEqual([]);
  });

  it('on a closed channel it does nothing', () => {
    const { channel } = open({ txDone: 'ack' });
    const journal = new Journal();
    channel.send('A').subscribe(journal.sender('A'));
    channel.close();
    channel.acknowledge({ token: 1 });
    expect(journal.lines).toEqual(['A ESHUTDOWN unknown']);
  });
});

describe('flush', () => {
  it.each<[unknown, ErrorType]>([
    [0, RangeError],
    [0.5, RangeError],
    [-1, RangeError],
    [Number.NaN, RangeError],
    [Infinity, RangeError],
    [2 ** 31, RangeError],
    ['10', TypeError],
    [undefined, TypeError],
    [null, TypeError],
  ])('limit %p throws at the call', (limit, type) => {
    const { channel, link } = open({ flush: () => [] });
    expectRejected(() => channel.flush(limit as number), type, 'limit', '1 to 2147483647');
    expect(link.flushed).toEqual([]);
  });
});

describe('a closed channel', () => {
  it('ignores every call that ends it', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.close();
    journal.reports(channel);
    channel.close();
    channel.complete();
    channel.error('why');
    channel[Symbol.dispose]();
    expect([journal.lines, link.stopped]).toEqual([['txDone$ completed'], 1]);
  });

  it('has no data to peek at', () => {
    const { channel } = open({ peekData: () => true });
    expect(channel.peekData()).toBe(true);
    channel.close();
    expect(channel.peekData()).toBe(false);
  });

  it('has no data to peek at if the controller cannot tell', () => {
    expect(open().channel.peekData()).toBe(false);
  });
});
