import { map, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { observe } from '../../../support/observe';

describe('ScriptedController', () => {
  it(
    'gives the oldest message back at n, and takes it again at r',
    marbles(({ script, expectObservable, flush }) => {
      const controller = new ScriptedController({ window: 2, script: script('-n-r-d-d') });
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(channel.send('A').pipe(map(() => 't'))).toBe('-------(t|)');
      expectObservable(channel.send('B').pipe(map(() => 't'))).toBe('-----(t|)');
      flush();
      expect(controller.link().sent.map(({ message, token, at }) => `${at} ${message} ${token}`)).toEqual(['0 A 1', '0 B 2', '3 A 1']);
    }),
  );

  it(
    'gives nothing back where nothing is outstanding',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController({ script: script('-n') });
      expectObservable(controller.open(0).events$).toBe('--');
    }),
  );

  it(
    'says why it gives a message back',
    marbles(({ script, expectObservable, hot }) => {
      const controller = new ScriptedController({ script: script('-n', { n: { type: 'returned', error: 'NAK' } }) });
      const link = controller.open(0);
      expectObservable(link.events$).toBe('-n', { n: { type: 'refused', token: 7, error: 'NAK' } });
      hot('s').subscribe(() => link.sendData('A', 7));
    }),
  );

  it(
    'begins the silence of the oldest message anew at p',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController({ window: 2, script: script('---p') });
      const channel = new Mailbox(controller).requestChannel(0);
      const error = expect.objectContaining({ code: 'ETIME', delivery: 'unknown' }) as unknown;
      expectObservable(channel.send('A').pipe(txTimeout({ silence: 4 }))).toBe('-------#', {}, error);
      expectObservable(channel.send('B').pipe(txTimeout({ silence: 4 }))).toBe('----#', {}, error);
    }),
  );

  it.each(['irq', 'poll'] as const)('says of an error whether the message reached the device, %s', (txDone) => {
    marbles(({ script, expectObservable }) => {
      const lost = { type: 'taken', error: 'cable', delivery: 'not-sent' } as const;
      const controller = new ScriptedController({ txDone, txPollPeriod: 2, script: script('-l', { l: lost }) });
      const channel = new Mailbox(controller).requestChannel(0);
      const error = expect.objectContaining({ code: 'EIO', delivery: 'not-sent', cause: 'cable' }) as unknown;
      expectObservable(channel.send('A')).toBe(txDone === 'irq' ? '-#' : '--#', {}, error);
    })();
  });

  it('has a window that a function tells, so that it may change', () => {
    let window = 0;
    const controller = new ScriptedController({ window: () => window });
    const channel = new Mailbox(controller).requestChannel(0);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    const seen = [0, 2, 1, 3].map((now) => {
      window = now;
      controller.link().ready();
      return controller.link().sent.length;
    });
    expect(seen).toEqual([0, 2, 2, 3]);
  });

  it.each([
    ['a number', 1],
    ['a function', () => 1],
  ])('shares a window between its channels, from %s', (_, sharedWindow) => {
    const controller = new ScriptedController({ channelCount: 2, sharedWindow });
    const mailbox = new Mailbox(controller);
    for (const index of [0, 1]) mailbox.requestChannel(index).next('x');
    expect(controller.links.map(({ sent }) => sent.length)).toEqual([1, 0]);
    controller.link(0).txDoneOldest();
    expect(controller.links.map(({ sent }) => sent.length)).toEqual([1, 1]);
  });

  it('asks which channel goes next', () => {
    const asked: number[][] = [];
    let window = 0;
    const controller = new ScriptedController({
      channelCount: 3,
      sharedWindow: () => window,
      nextChannel: (ready) => (asked.push([...ready]), Math.max(...ready)),
    });
    const mailbox = new Mailbox(controller);
    for (const index of [0, 1, 2]) mailbox.requestChannel(index).next('x');
    window = 1;
    controller.link(0).ready();
    expect([asked, controller.links.map(({ sent }) => sent.length)]).toEqual([[[0, 1, 2]], [0, 0, 1]]);
  });

  it('lets each link learn of a tx-done in a way of its own', () => {
    const methods = ['irq', 'ack'] as const;
    const controller = new ScriptedController({ channelCount: 2, correlation: 'ordered', linkTxDone: (index) => methods[index]! });
    const mailbox = new Mailbox(controller);
    const channels = [0, 1].map((index) => mailbox.requestChannel(index));
    const seen = channels.map((channel) => observe(channel.send('A').pipe(map(() => 'taken'))));
    controller.link(0).txDoneOldest();
    channels[1]!.acknowledge();
    expect(seen).toEqual([
      ['taken', 'complete'],
      ['taken', 'complete'],
    ]);
  });

  it('takes its time from the mailbox', () => {
    const scheduler = new VirtualTimeScheduler();
    scheduler.frame = 42;
    const controller = new ScriptedController();
    new Mailbox(controller, { scheduler }).requestChannel(0).next('A');
    expect(controller.link().sent).toEqual([{ message: 'A', token: 1, at: 42 }]);
  });

  it('has what may change as getters, and has nothing that the options leave out', () => {
    const bare = new ScriptedController();
    for (const optional of ['window', 'sharedWindow', 'nextChannel']) expect(bare).not.toHaveProperty(optional);
    let window = 1;
    const controller = new ScriptedController({ window: () => window, sharedWindow: () => 2 * window });
    window = 5;
    expect(controller).toMatchObject({ window: 5, sharedWindow: 10 });
  });
});
