import { Mailbox, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { unhandledErrors } from '../support/unhandled';

/** A and B are sent; what the controller does wrong meanwhile must change neither's outcome. */
function twoSenders(opened: Opened<void>): Journal {
  const journal = new Journal();
  opened.channel.send('A').subscribe(journal.sender('A'));
  opened.channel.send('B').subscribe(journal.sender('B'));
  return journal;
}

describe('a controller that breaks its contract', () => {
  describe('a tx-done', () => {
    it('for nothing, before the first message', () => {
      const opened = open();
      const journal = new Journal();
      journal.events(opened.channel, 'unknownTxDone', 'lateTxDone');
      opened.link.txDone({ token: 1 });
      opened.link.txDone();
      expect(journal.lines).toEqual(['unknownTxDone 1', 'unknownTxDone']);
      const senders = twoSenders(opened);
      expect(senders.lines).toEqual([]);
      opened.link.txDone({ token: 1 });
      opened.link.txDone({ token: 2 });
      expect(senders.lines).toEqual(['A ok', 'B ok']);
    });

    it('twice', () => {
      const opened = open();
      const journal = twoSenders(opened);
      opened.link.txDone({ token: 1 });
      opened.link.txDone({ token: 1 });
      expect(journal.lines).toEqual(['A ok']);
      opened.link.txDone({ token: 2 });
      opened.link.txDone({ token: 2, error: 'NAK' });
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it('twice from inside sendData', () => {
      const journal = twoSenders(
        open({ onSend: (_message, token, link) => (link.txDone({ token }), link.txDone({ token, error: 'NAK' })) }),
      );
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it('inside each sendData', () => {
      const journal = twoSenders(open({ onSend: (_message, token, link) => link.txDone({ token }) }));
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it('inside sendData, for the next message', () => {
      const opened = open({ onSend: (_message, token, link) => link.txDone({ token: token + 1 }) });
      const journal = twoSenders(opened);
      expect(journal.lines).toEqual([]);
      opened.link.txDone({ token: 1 });
      expect(journal.lines).toEqual(['A ok']);
    });

    it('for a refused message: that is not in flight, and is still sent', () => {
      const opened = open();
      opened.link.refuseUntilReady();
      const journal = twoSenders(opened);
      opened.link.txDone({ token: 1 });
      expect([journal.lines, handedOver(opened.link)]).toEqual([[], '']);
      opened.link.ready();
      expect([journal.lines, handedOver(opened.link)]).toEqual([[], 'A']);
    });

    it('after shutdown', () => {
      const controller = new ScriptedController({ talksAfterShutdown: true });
      const mailbox = new Mailbox(controller);
      const old = mailbox.requestChannel(0);
      const journal = new Journal();
      old.send('A').subscribe(journal.sender('A'));
      old.close();
      const next = mailbox.requestChannel(0);
      next.send('B').subscribe(journal.sender('B'));
      controller.links[0]!.txDone({ token: 1 });
      controller.links[0]!.txDone({ token: 2 });
      controller.links[0]!.end();
      expect([journal.lines, next.closed]).toEqual([['A ESHUTDOWN unknown'], false]);
    });

    it.each([
      ['1', 'broken'],
      [1.5, 'unknownTxDone 1.5'],
      [Number.NaN, 'unknownTxDone NaN'],
      [null, 'broken'],
      [{}, 'broken'],
    ])('with the token %p', (token, event) => {
      const opened = open({ window: 2 });
      const journal = twoSenders(opened);
      journal.events(opened.channel);
      opened.link.txDone({ token: token as number });
      expect(journal.lines).toEqual([event]);
    });
  });

  describe('sendData', () => {
    it.each<[string, unknown]>([
      ['undefined', undefined],
      ['a promise', Promise.resolve('accepted')],
      ['true', true],
      ["'ok'", 'ok'],
    ])('returns %s: a clear error for this message, the others go', (_what, answer) => {
      const opened = open();
      const { channel, link } = opened;
      const sendData = link.sendData.bind(link);
      Object.assign(link, {
        sendData: (message: string, token: number) => (message === 'A' ? answer : sendData(message, token)),
      });
      const errors: unknown[] = [];
      const reports: unknown[] = [];
      channel.txDone$.subscribe(({ message }) => reports.push(message));
      channel.send('A').subscribe({ error: (error) => errors.push(error) });
      const journal = new Journal();
      channel.send('B').subscribe(journal.sender('B'));
      link.txDone({ token: 2 });
      expect(errors).toEqual([failure('EIO', 'unknown', { cause: expect.any(TypeError) as unknown })]);
      const { cause } = errors[0] as { cause: Error };
      for (const part of ['sendData', "'accepted'", "'busy'"]) expect(cause.message).toContain(part);
      expect([journal.lines, reports]).toEqual([['B ok'], ['A', 'B']]);
    });

    it('returns a symbol: the error can still name it', () => {
      const opened = open();
      Object.assign(opened.link, { sendData: () => Symbol('ok') });
      const journal = twoSenders(opened);
      expect(journal.lines).toEqual(['A EIO unknown', 'B EIO unknown']);
    });

    it(
      'answers busy and is ready from inside: tried again 1 ms later, until it says busy without ready',
      marbles(({ flush }) => {
        const opened = open();
        const { link } = opened;
        const sendData = link.sendData.bind(link);
        link.refuse(3);
        let attempts = 0;
        Object.assign(link, {
          sendData: (message: string, token: number) => {
            const answer = sendData(message, token);
            if (answer === 'busy' && ++attempts < 3) link.emit({ type: 'ready' });
            return answer;
          },
        });
        opened.channel.next('A');
        expect(attempts).toBe(1);
        flush();
        expect([attempts, handedOver(link)]).toEqual([3, '']);
        link.emit({ type: 'ready' });
        expect(handedOver(link)).toBe('A');
        expect(link.refused.map(({ at }) => at)).toEqual([0, 1, 2]);
      }),
    );
  });

  describe('an event', () => {
    it('of an unknown type changes no outcome, and shows as broken', () => {
      const opened = open();
      const journal = twoSenders(opened);
      const events = new Journal();
      events.events(opened.channel, 'broken');
      opened.link.emit({ type: 'reboot' } as never);
      opened.link.emit({} as never);
      opened.link.txDoneOldest();
      opened.link.txDoneOldest();
      expect([journal.lines, opened.channel.closed]).toEqual([['A ok', 'B ok'], false]);
      expect(events.lines).toEqual(['broken', 'broken']);
    });

    it.each([[undefined], [null], ['txDone'], [5]])('that is %p changes no outcome', (event) => {
      const opened = open();
      const journal = twoSenders(opened);
      unhandledErrors(() => opened.link.emit(event as never));
      opened.link.txDoneOldest();
      opened.link.txDoneOldest();
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it.each([[undefined], [null], ['txDone']])('that is %p, from inside sendData, takes no other event with it', (event) => {
      const opened = open({ onSend: (_message, token, link) => (link.emit(event as never), link.txDone({ token })) });
      const lines: string[] = [];
      unhandledErrors(() => lines.push(...twoSenders(opened).lines));
      expect(lines).toEqual(['A ok', 'B ok']);
    });

    it('up without a down, down twice, ready without busy', () => {
      const opened = open();
      const events = new Journal();
      events.events(opened.channel, 'up', 'down');
      const journal = twoSenders(opened);
      opened.link.up();
      opened.link.ready();
      opened.link.down('first');
      opened.link.down('second');
      opened.link.up();
      opened.link.up();
      opened.link.txDoneOldest();
      expect(journal.lines).toEqual(['A ENETDOWN unknown', 'B ok']);
      expect(events.lines).toEqual(['down', 'up']);
    });

    it('during startup is not lost', () => {
      const opened = open({ onStart: (link) => (link.txDone({ token: 1 }), link.down('not yet')) });
      const journal = twoSenders(opened);
      expect(handedOver(opened.link)).toBe('');
      opened.link.up();
      opened.link.txDoneOldest();
      opened.link.txDoneOldest();
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });
  });

  describe('lastTxDone', () => {
    it.each([[undefined], [null], [1], ['yes']])('answers %p: the sender gets an outcome, and the queue goes on', (answer) => {
      marbles(({ flush }) => {
        const opened = open({ txDone: 'poll', txPollPeriod: 2 });
        opened.link.setLastTxDone(1, answer as never);
        opened.link.setLastTxDone(2, true);
        const journal = new Journal();
        opened.channel.send('A').pipe(txTimeout(9)).subscribe(journal.sender('A'));
        opened.channel.send('B').pipe(txTimeout(50)).subscribe(journal.sender('B'));
        flush();
        expect(journal.lines).toHaveLength(2);
        expect(journal.lines).toContain('B ok');
      })();
    });
  });
});
