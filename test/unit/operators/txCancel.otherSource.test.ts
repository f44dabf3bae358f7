import { map, mergeMap, NEVER, Observable, of, pipe, repeat, Subject, take } from 'rxjs';
import { getEventListeners } from 'node:events';
import { isMailboxError, txCancel, type MailboxError, type TxReceipt } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { open as openChannel } from '../../support/open';
import { outcomes } from '../../support/outcomes';

const open = openChannel<string>;

const receipt: TxReceipt<string> = { token: 1, ack: 'ok' };
const canceled = (delivery: string): unknown => expect.objectContaining({ code: 'ECANCELED', delivery });

/** How many listeners a signal has. */
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('txCancel', () => {
  describe('on any other source', () => {
    it(
      'never, empty, single, many and error: mirrors them',
      marbles(({ cold, expectObservable }) => {
        const values = { r: receipt };
        for (const marble of ['-', '--|', '-r|', 'r-r|', '--#', '(r|)', '#', '|']) {
          expectObservable(cold(marble, values).pipe(txCancel(NEVER))).toBe(marble, values);
        }
      }),
    );

    it(
      'leaves it when it fires',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('                             -r---r', { r: receipt });
        const when = cold('                                ---x');
        expectObservable(source$.pipe(txCancel(when))).toBe('-r-#', { r: receipt }, expect.objectContaining({ code: 'ECANCELED' }));
        expectSubscriptions(source$.subscriptions).toBe('   ^--!');
        expectSubscriptions(when.subscriptions).toBe('      ^--!');
      }),
    );

    it(
      'early unsubscription: unsubscribes source and notifier',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold<TxReceipt<string>>('            ------');
        const when = cold('                                  ------x');
        expectObservable(source$.pipe(txCancel(when)), '      ^--!').toBe('----');
        expectSubscriptions(source$.subscriptions).toBe('     ^--!');
        expectSubscriptions(when.subscriptions).toBe('        ^--!');
      }),
    );

    it('already aborted: does not subscribe the source', () => {
      let subscribed = 0;
      const source$ = new Observable<TxReceipt<string>>(() => {
        subscribed++;
      });
      let failure: unknown;
      source$.pipe(txCancel(AbortSignal.abort('too late'))).subscribe({ error: (error: unknown) => (failure = error) });
      expect([subscribed, isMailboxError(failure, 'ECANCELED') && [failure.delivery, failure.cause]]).toEqual([
        0,
        ['not-sent', 'too late'],
      ]);
    });

    it('a synchronous source without end can be stopped', () => {
      let produced = 0;
      const seen: unknown[] = [];
      of(receipt)
        .pipe(
          repeat(1000),
          map((each) => (produced++, each)),
          txCancel(NEVER),
          take(3),
        )
        .subscribe((each) => seen.push(each));
      expect([seen.length, produced]).toEqual([3, 3]);
    });

    it('a synchronous source may fire the notifier', () => {
      const cancel = new Subject<void>();
      const log: unknown[] = [];
      of(receipt)
        .pipe(
          repeat(1000),
          map((each) => {
            log.push('value');
            if (log.length === 2) cancel.next();
            return each;
          }),
          txCancel(cancel),
        )
        .subscribe({ error: ({ code }: MailboxError) => log.push(code), complete: () => log.push('complete') });
      expect(log).toEqual(['value', 'value', 'ECANCELED']);
    });

    it('keeps no listener after the end', () => {
      const { signal } = new AbortController();
      of(receipt).pipe(txCancel(signal)).subscribe();
      const sending = (NEVER as Observable<TxReceipt<string>>).pipe(txCancel(signal)).subscribe();
      expect(listeners(signal)).toBe(1);
      sending.unsubscribe();
      expect(listeners(signal)).toBe(0);
    });

    const generic = pipe(
      map((each: TxReceipt<string>) => each),
      map((each) => each),
    );

    it.each<[string, string | undefined, string]>([
      ['in flight', undefined, 'unknown'],
      ['waiting', 'first', 'not-sent'],
    ])('the report of a message %s and the sender get the same object', (_where, first, delivery) => {
      const { channel } = open();
      if (first !== undefined) channel.next(first);
      const cancel = new Subject<void>();
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(generic, txCancel(cancel)));
      cancel.next();
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(notified[0]).toBe(reported[0]);
      expect(notified[0]).toEqual(canceled(delivery));
    });

    // Before sendData has answered the delivery is open, and the subscriber needs an answer: 'unknown' is never wrong.
    it.each<[string, 'accepted' | 'busy']>([
      ['accepts', 'accepted'],
      ['refuses', 'busy'],
    ])('fired from inside a sendData that %s: report and sender get the same object', (_does, answer) => {
      const { channel, link } = open();
      const cancel = new Subject<void>();
      link.sendData = () => {
        cancel.next();
        return answer;
      };
      const { notified, reported } = outcomes(channel, channel.send('A').pipe(generic, txCancel(cancel)));
      expect([notified.length, reported.length]).toEqual([1, 1]);
      expect(reported[0]).toEqual(canceled('unknown'));
      expect(notified[0]).toBe(reported[0]);
    });

    it('over several messages: each report has an error of this cancellation', () => {
      const { channel } = open();
      const cancel = new AbortController();
      const { notified, reported } = outcomes(
        channel,
        of('A', 'B').pipe(
          mergeMap((message) => channel.send(message)),
          txCancel(cancel.signal),
        ),
      );
      cancel.abort('enough');
      expect(reported.map((error) => (error as Error).cause)).toEqual(['enough', 'enough']);
      expect(reported).toContain(notified[0]);
    });
  });
});
