import { concatWith, from, map, NEVER, type Observable } from 'rxjs';
import { sendTo, type TxReceipt } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { unhandledErrors } from '../support/unhandled';

describe('a failure stays where it happened (rule 8)', () => {
  it("a message's error ends neither its channel nor txDone$", () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.reports(channel);
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    link.txDoneOldest({ error: 'NAK' });
    link.txDoneOldest();
    expect(journal.lines).toEqual(['report A EIO sent', 'A EIO sent', 'report B ok', 'B ok']);
    expect(channel.closed).toBe(false);
  });

  it(
    "a message's error does not end another sender's wait",
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ window: 2, script: script('--f--d', { f: { type: 'taken', error: 'NAK' } }) });
      expectObservable(channel.send('A')).toBe('             --#', undefined, failure('EIO', 'sent'));
      expectObservable(channel.send('B').pipe(map(() => 'r'))).toBe('-----(r|)');
    }),
  );

  it(
    "a message's error does not end sendTo",
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script('  --f--d--d', { f: { type: 'taken', error: 'NAK' } }) });
      const reports$ = from(['A', 'B', 'C']).pipe(
        concatWith(NEVER),
        sendTo(channel),
        map(({ message, error }) => `${message} ${error?.code ?? 'ok'}`),
      );
      expectObservable(reports$).toBe('            --a--b--c', { a: 'A EIO', b: 'B ok', c: 'C ok' });
    }),
  );

  it('a failed next() changes nothing when nothing is subscribed', () => {
    const { channel, link } = open({}, { txQueueLength: 2 });
    const unhandled = unhandledErrors(() => {
      link.throwOnSend('no');
      for (const message of ['A', 'B', 'C', 'D', 'one too many']) channel.next(message);
      link.txDoneOldest({ error: 'NAK' });
      link.down();
      channel.close();
    });
    expect([unhandled, handedOver(link)]).toEqual([[], 'B C']);
  });

  describe('a subscriber that throws is reported as RxJS does, and does not stop the queue', () => {
    const oops = new Error('oops');
    const boom = (): never => {
      throw oops;
    };

    it.each<[string, Partial<Record<'next' | 'error' | 'complete', () => never>>, unknown]>([
      ['next', { next: boom }, undefined],
      ['complete', { complete: boom }, undefined],
      ['error', { error: boom }, 'NAK'],
    ])("a sender's %s", (_which, observer, error) => {
      const { channel, link } = open();
      const journal = new Journal();
      journal.reports(channel);
      const unhandled = unhandledErrors(() => {
        channel.send('A').subscribe(observer);
        channel.send('B').subscribe(journal.sender('B'));
        link.txDoneOldest(error === undefined ? {} : { error });
        link.txDoneOldest();
      });
      expect(unhandled).toEqual([oops]);
      expect(journal.lines).toEqual([error === undefined ? 'report A ok' : 'report A EIO sent', 'report B ok', 'B ok']);
    });

    it("a sender's next, which is still completed", () => {
      const { channel, link } = open();
      const completed = jest.fn();
      const unhandled = unhandledErrors(() => {
        channel.send('A').subscribe({ next: boom, complete: completed });
        link.txDoneOldest();
      });
      expect(unhandled).toEqual([oops]);
      expect(completed).toHaveBeenCalledTimes(1);
    });

    it('a projection, whose error belongs to its own sender', () => {
      const { channel, link } = open();
      const journal = new Journal();
      channel
        .send('A')
        .pipe(map((): TxReceipt<void> => boom()))
        .subscribe(journal.sender('A'));
      channel.send('B').subscribe(journal.sender('B'));
      link.txDoneOldest();
      link.txDoneOldest();
      expect(journal.lines).toEqual(['A Error: oops', 'B ok']);
    });

    it.each(['txDone$', 'events$'] as const)('of %s', (stream) => {
      const { channel, link } = open();
      const journal = new Journal();
      const unhandled = unhandledErrors(() => {
        (channel[stream] as Observable<unknown>).subscribe(boom);
        channel.send('A').subscribe(journal.sender('A'));
        channel.send('B').subscribe(journal.sender('B'));
        link.txDoneOldest();
        link.txDoneOldest();
      });
      expect(unhandled.length).toBeGreaterThan(0);
      expect(new Set(unhandled)).toEqual(new Set([oops]));
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it('of the received messages', () => {
      const { channel, link } = open();
      const journal = new Journal();
      const unhandled = unhandledErrors(() => {
        channel.subscribe(boom);
        channel.subscribe((message) => journal.write(`received ${message}`));
        channel.send('A').subscribe(journal.sender('A'));
        link.received('x');
        link.txDoneOldest();
        link.received('y');
      });
      expect(unhandled).toEqual([oops, oops]);
      expect(journal.lines).toEqual(['received x', 'A ok', 'received y']);
    });

    it('a teardown of a sender', () => {
      const { channel, link } = open();
      const journal = new Journal();
      const unhandled = unhandledErrors(() => {
        channel.send('A').subscribe(journal.sender('A')).add(boom);
        channel.send('B').subscribe(journal.sender('B'));
        link.txDoneOldest();
        link.txDoneOldest();
      });
      expect(unhandled).toEqual([expect.objectContaining({ errors: [oops] })]);
      expect(journal.lines).toEqual(['A ok', 'B ok']);
    });

    it('a sender without an error handler, whose error is unhandled as anywhere in RxJS', () => {
      const { channel, link } = open();
      const journal = new Journal();
      const unhandled = unhandledErrors(() => {
        channel.send('A').subscribe();
        channel.send('B').subscribe(journal.sender('B'));
        link.txDoneOldest({ error: 'NAK' });
        link.txDoneOldest();
      });
      expect(unhandled).toEqual([failure('EIO', 'sent')]);
      expect(journal.lines).toEqual(['B ok']);
    });

    it('a receiver without an error handler, when the channel ends with an error', () => {
      const { channel } = open();
      const journal = new Journal();
      journal.reports(channel);
      const unhandled = unhandledErrors(() => {
        channel.subscribe();
        channel.next('A');
        channel.error(oops);
      });
      expect(unhandled).toEqual([oops]);
      expect(journal.lines).toEqual(['report A ESHUTDOWN unknown', 'txDone$ completed']);
    });
  });
});
