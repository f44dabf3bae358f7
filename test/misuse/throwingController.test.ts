import { NEVER, Observable, throwError } from 'rxjs';
import { Mailbox, txCancel, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { turnEnd } from '../support/turn';
import { unhandledErrors } from '../support/unhandled';

const oops = new Error('oops');
const boom = (): never => {
  throw oops;
};

/** Senders of all these messages, written down; and the reports. */
function sendAll({ channel }: Opened<void>, ...names: string[]): Journal {
  const journal = new Journal();
  journal.reports(channel);
  for (const name of names) channel.send(name).subscribe(journal.sender(name));
  return journal;
}

describe('a controller that throws', () => {
  it.each([[oops], ['text'], [null], [undefined], [0]])('in sendData (%p): this message fails, the others go', (error) => {
    const opened = open();
    const errors: unknown[] = [];
    opened.link.throwOnSend(error);
    opened.channel.send('A').subscribe({ error: (reason) => errors.push(reason) });
    const journal = sendAll(opened, 'B', 'C');
    opened.link.txDoneOldest();
    opened.link.txDoneOldest();
    expect(errors).toEqual([failure('EIO', 'not-sent', { cause: error })]);
    expect(journal.lines).toEqual(['report B ok', 'B ok', 'report C ok', 'C ok']);
  });

  it('in sendData after a tx-done: the message was not handed over, and the tx-done settles nothing', () => {
    const opened = open({ onSend: (message, token, link) => message === 'A' && (link.txDone({ token }), boom()) });
    opened.channel.events$.subscribe();
    const journal = sendAll(opened, 'A', 'B');
    opened.link.txDoneOldest();
    opened.link.txDone({ token: 2 });
    expect(journal.lines).toEqual(['report A EIO not-sent', 'A EIO not-sent', 'report B ok', 'B ok']);
  });

  it('in sendData, always: every message fails, none waits', () => {
    const opened = open();
    opened.link.throwOnSend(oops, 1000);
    const journal = sendAll(opened, 'A', 'B', 'C');
    expect(journal.lines.filter((line) => !line.startsWith('report'))).toEqual(['A EIO not-sent', 'B EIO not-sent', 'C EIO not-sent']);
    expect(opened.channel.slotsAvailable).toBe(20);
  });

  it('in txPrepare: this message fails without being handed over, the others go', () => {
    const opened = open({}, { txPrepare: (message) => (message === 'A' ? boom() : undefined) });
    const journal = sendAll(opened, 'A', 'B');
    opened.link.txDoneOldest();
    expect(journal.lines).toEqual(['report A EIO not-sent', 'A EIO not-sent', 'report B ok', 'B ok']);
    expect(handedOver(opened.link)).toBe('B');
  });

  it('in txPrepare of a message that waited: it was never taken', () => {
    const opened = open({}, { txPrepare: (message) => (message === 'B' ? boom() : undefined) });
    const journal = sendAll(opened, 'A', 'B');
    opened.link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok', 'A ok', 'report B EIO not-sent', 'B EIO not-sent']);
    expect(handedOver(opened.link)).toBe('A');
  });

  it(
    'in lastTxDone: the message settles, the others are asked about',
    marbles(({ flush }) => {
      const opened = open({ txDone: 'poll', txPollPeriod: 2, window: 2 });
      const { link, channel } = opened;
      const lastTxDone = link.lastTxDone!;
      Object.assign(link, { lastTxDone: (token: number) => (token === 1 ? boom() : lastTxDone(token)) });
      const errors: unknown[] = [];
      channel.send('A').subscribe({ error: (error) => errors.push(error) });
      const journal = sendAll(opened, 'B', 'C');
      for (const token of [2, 3]) link.setLastTxDone(token, true);
      flush();
      expect(errors).toEqual([failure('EIO', 'unknown', { cause: oops })]);
      expect(journal.lines.filter((line) => !line.includes('A'))).toEqual(['report B ok', 'B ok', 'report C ok', 'C ok']);
    }),
  );

  it(
    'in abort: leaving is safe without it',
    marbles(({ flush }) => {
      const opened = open({ abort: true });
      Object.assign(opened.link, { abort: boom });
      const journal = new Journal();
      opened.channel.send('A').pipe(txTimeout(3)).subscribe(journal.sender('A'));
      opened.channel.send('B').subscribe(journal.sender('B'));
      flush();
      opened.link.txDone({ token: 2 });
      expect(journal.lines).toEqual(['A ETIME unknown', 'B ok']);
    }),
  );

  it.each<[string, () => Observable<unknown>]>([
    ['throws', boom],
    ['errors', () => throwError(() => oops)],
    ['returns nothing to subscribe', () => undefined as never],
  ])('in reset, which %s: it counts as down', async (_how, reset) => {
    const opened = open({ correlation: 'untagged', reset });
    const { channel, link } = opened;
    const journal = new Journal();
    journal.events(channel, 'down', 'up');
    channel.send('A').subscribe().unsubscribe();
    channel.send('B').subscribe(journal.sender('B'));
    await turnEnd();
    expect([journal.lines, handedOver(link)]).toEqual([['down'], 'A']);
    link.up();
    expect(handedOver(link)).toBe('A B');
    link.txDone();
    expect(journal.lines).toEqual(['down', 'up', 'B ok']);
  });

  it.each<[string, () => Observable<unknown>]>([
    ['throws', boom],
    ['errors', () => throwError(() => oops)],
  ])('in flush, which %s: flush errors with it, messages are untouched', (_how, flush) => {
    const opened = open({ flush });
    const journal = sendAll(opened, 'A');
    const errors: unknown[] = [];
    opened.channel.flush(10).subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual([oops]);
    opened.link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok', 'A ok']);
  });

  it('in open: requestChannel throws it, and the channel stays free', () => {
    const controller = new ScriptedController();
    const { open } = controller;
    const mailbox = new Mailbox(controller);
    controller.open = boom;
    expect(() => mailbox.requestChannel(0)).toThrow(oops);
    controller.open = open;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('while events$ is being subscribed: requestChannel throws it, and the channel stays free', () => {
    let broken = true;
    const controller = new ScriptedController({ onStart: () => (broken ? boom() : undefined) });
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow(oops);
    broken = false;
    expect(mailbox.requestChannel(0).closed).toBe(false);
  });

  it('in peekData: its caller gets the error, the senders do not', () => {
    const opened = open({ peekData: boom });
    const journal = sendAll(opened, 'A');
    expect(() => opened.channel.peekData()).toThrow(oops);
    opened.link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok', 'A ok']);
  });

  describe('in a teardown', () => {
    /** A link whose events$ cannot be let go quietly. */
    function openStubborn(): Opened<void> {
      const controller = new ScriptedController({ window: 1 });
      const { open } = controller;
      controller.open = (index) => Object.assign(open.call(controller, index), { events$: new Observable<never>(() => boom) });
      const mailbox = new Mailbox(controller);
      return { controller, mailbox, channel: mailbox.requestChannel(0), link: controller.link() };
    }

    it('of events$, on close(): everything settles, the streams complete, the channel is free, and the error is reported', () => {
      const opened = openStubborn();
      const journal = sendAll(opened, 'A', 'B');
      const unhandled = unhandledErrors(() => opened.channel.close());
      expect(journal.lines).toEqual([
        ...['report A ESHUTDOWN unknown', 'A ESHUTDOWN unknown', 'report B ESHUTDOWN not-sent', 'B ESHUTDOWN not-sent'],
        'txDone$ completed',
      ]);
      expect(unhandled).toEqual([expect.objectContaining({ errors: [oops] })]);
      expect(opened.mailbox.requestChannel(0).closed).toBe(false);
    });

    it('of events$, on close() of the mailbox: the other channels close, too', () => {
      const controller = new ScriptedController({ channelCount: 2 });
      const { open } = controller;
      controller.open = (index) =>
        index === 0
          ? Object.assign(open.call(controller, index), { events$: new Observable<never>(() => boom) })
          : open.call(controller, index);
      const mailbox = new Mailbox(controller);
      const channels = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
      unhandledErrors(() => mailbox.close());
      expect(channels.map(({ closed }) => closed)).toEqual([true, true]);
    });

    it('of reset, when the link goes down meanwhile: the message in flight fails and the queue goes on', async () => {
      const opened = open({ correlation: 'ordered', window: 2, reset: () => new Observable<never>(() => boom) });
      const { channel, link } = opened;
      const journal = new Journal();
      const leaving = channel.send('A').subscribe();
      channel.send('B').subscribe(journal.sender('B'));
      channel.send('C').subscribe(journal.sender('C'));
      leaving.unsubscribe();
      await turnEnd();
      unhandledErrors(() => link.down('cable'));
      expect(journal.lines).toEqual(['B ENETDOWN unknown']);
      link.up();
      link.txDone();
      expect(journal.lines).toEqual(['B ENETDOWN unknown', 'C ok']);
    });

    it('of reset, on close(): everything settles', async () => {
      const opened = open({ correlation: 'untagged', reset: () => new Observable<never>(() => boom) });
      const { channel, link } = opened;
      channel.send('A').subscribe().unsubscribe();
      const journal = sendAll(opened, 'B');
      await turnEnd();
      expect(link.resets).toBe(1);
      unhandledErrors(() => channel.close());
      expect(journal.lines).toEqual(['report B ESHUTDOWN not-sent', 'B ESHUTDOWN not-sent', 'txDone$ completed']);
      expect(link.stopped).toBe(1);
    });

    it("of a sender's notifier: its own outcome and the others' arrive", () => {
      const opened = open();
      const journal = new Journal();
      journal.reports(opened.channel);
      const unhandled = unhandledErrors(() => {
        opened.channel
          .send('A')
          .pipe(txCancel(new Observable<never>(() => boom)), txTimeout(50), txCancel(NEVER))
          .subscribe(journal.sender('A'));
        opened.channel.send('B').subscribe(journal.sender('B'));
        opened.link.txDoneOldest();
        opened.link.txDoneOldest();
      });
      expect(journal.lines).toEqual(['report A ok', 'A ok', 'report B ok', 'B ok']);
      expect(unhandled).toEqual([expect.objectContaining({ errors: [oops] })]);
    });
  });
});
