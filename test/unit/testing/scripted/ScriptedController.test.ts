import { map } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';

describe('ScriptedController', () => {
  // #region byHand
  it('holds a second message back until the first has been taken', () => {
    const controller = new ScriptedController();
    const channel = new Mailbox(controller).requestChannel(0);
    const log: string[] = [];
    channel.send('A').subscribe({ complete: () => log.push('A taken') });
    channel.send('B').subscribe({ error: () => log.push('B failed') });

    const link = controller.link();
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
    link.txDoneOldest();
    expect(link.sent.map(({ message }) => message)).toEqual(['A', 'B']);
    link.txDoneOldest({ error: new Error('NAK') });
    expect(log).toEqual(['A taken', 'B failed']);
  });
  // #endregion byHand

  // #region marbles
  it(
    'ignores a late tx-done',
    marbles(({ script, expectObservable }) => {
      // d: the oldest message has been taken; any other letter: a message comes in
      const controller = new ScriptedController({ script: script('--m---d--d') });
      const channel = new Mailbox(controller).requestChannel(0);
      const first$ = channel.send('A').pipe(txTimeout(4));
      const second$ = channel.send('B').pipe(map(() => 'taken'));

      expectObservable(channel).toBe('--m');
      expectObservable(first$).toBe(' ----#', {}, expect.objectContaining({ code: 'ETIME', delivery: 'unknown' }));
      expectObservable(second$).toBe('---------(t|)', { t: 'taken' });
    }),
  );
  // #endregion marbles

  it(
    'plays refusals, a failure, a link that goes down, and messages',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController<string, number, string>({
        script: script('b-r-d-f-x-u-n|', {
          d: { type: 'taken', ack: 'first' },
          f: { type: 'taken', error: 'NAK' },
          n: { type: 'received', message: 7 },
        }),
      });
      const channel = new Mailbox(controller).requestChannel(0);
      const outcome = (message: string) => channel.send(message).pipe(map(({ ack }) => ack));
      expectObservable(channel).toBe('------------n|', { n: 7 });
      expectObservable(outcome('A')).toBe('----(a|)', { a: 'first' });
      expectObservable(outcome('B')).toBe('------#', {}, expect.objectContaining({ code: 'EIO', delivery: 'sent', cause: 'NAK' }));
      expectObservable(outcome('C')).toBe('--------#', {}, expect.objectContaining({ code: 'ENETDOWN' }));
      expectObservable(outcome('D')).toBe('-------------#', {}, expect.objectContaining({ code: 'ESHUTDOWN', delivery: 'unknown' }));
    }),
  );

  it(
    'plays on when the channel changes hands, until it is unsubscribed',
    marbles(({ script, hot, flush }) => {
      const controller = new ScriptedController();
      const mailbox = new Mailbox(controller);
      const log: string[] = [];
      const first = mailbox.requestChannel(0);
      first.subscribe((message) => log.push(`first ${message}`));
      const playing = controller.play(script('-1-2-3'));
      hot('                                   --c').subscribe(() => {
        first.close();
        mailbox.requestChannel(0).subscribe((message) => log.push(`second ${message}`));
      });
      hot('                                   ----s').subscribe(() => playing.unsubscribe());
      flush();
      expect(log).toEqual(['first 1', 'second 2']);
      expect(controller.links.map(({ started, stopped }) => [started, stopped])).toEqual([
        [1, 1],
        [1, 0],
      ]);
    }),
  );

  it(
    'ends the link when the played script ends',
    marbles(({ script, expectObservable }) => {
      for (const end of ['|', '#']) {
        const controller = new ScriptedController();
        controller.play(script(`--${end}`, {}, 'gone'));
        const channel = new Mailbox(controller).requestChannel(0);
        const cause = end === '#' ? { cause: 'gone' } : {};
        expectObservable(channel).toBe('--|');
        expectObservable(channel.send('A')).toBe(
          '--#',
          {},
          expect.objectContaining({ code: end === '#' ? 'ENETDOWN' : 'ESHUTDOWN', ...cause }),
        );
      }
    }),
  );

  it(
    'answers polls',
    marbles(({ script, expectObservable, flush }) => {
      const controller = new ScriptedController({ txDone: 'poll', txPollPeriod: 2, script: script('---d') });
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(channel.send('A').pipe(map(() => 't'))).toBe('----(t|)');
      flush();
      expect(controller.link().polled).toEqual([0, 2, 4].map((at) => ({ token: 1, at })));
    }),
  );

  it('has the latest link of each channel', () => {
    const controller = new ScriptedController({ channelCount: 2, translate: Number });
    const mailbox = new Mailbox(controller);
    mailbox.requestChannel('1').close();
    const channel = mailbox.requestChannel(1);
    expect(() => controller.link(0)).toThrow('scripted: channel 0 was never opened');
    expect(controller.link(1)).toBe(controller.links[1]);
    expect([controller.opened, controller.links[0]!.stopped, controller.link(1).stopped]).toEqual([2, 1, 0]);
    expect(channel.closed).toBe(false);
  });

  it('has the properties that the options have, and no others', () => {
    const bare = new ScriptedController();
    expect(bare).toMatchObject({ name: 'scripted', channelCount: 1, txDone: 'irq', correlation: 'tagged' });
    for (const optional of ['window', 'txPollPeriod', 'quarantine', 'translate']) expect(bare).not.toHaveProperty(optional);
    const options = {
      name: 'uart',
      channelCount: 3,
      txDone: 'poll',
      correlation: 'ordered',
      window: 2,
      txPollPeriod: 5,
      quarantine: 10,
    } as const;
    expect(new ScriptedController(options)).toMatchObject(options);
  });

  it('works through a Proxy, as do its links', () => {
    const controller = new Proxy(new ScriptedController({ txDone: 'poll', reset: () => [] }), {});
    new Proxy(controller.open(0), {}).events$.subscribe();
    const link = new Proxy(controller.link(), {});
    link.refuse();
    expect([link.sendData('A', 1), link.sendData('A', 2)]).toEqual(['busy', 'accepted']);
    link.txDoneOldest();
    expect([link.lastTxDone!(2), link.outstanding, controller.link().sent.length]).toEqual([true, [], 1]);
  });
});
