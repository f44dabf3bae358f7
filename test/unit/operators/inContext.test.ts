import { AsyncLocalStorage } from 'node:async_hooks';
import { EMPTY, map, NEVER, of, range, Subject, take, tap, throwError } from 'rxjs';
import { inContext, Mailbox, Transmission, txCancel, txTap, txTimeout, type RunInContext } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { errorOf } from '../../support/errorOf';
import { open as openChannel } from '../../support/open';
import { rejection } from '../../support/rejection';
import { timeline } from '../../support/timeline';
import { unhandledErrors } from '../../support/unhandled';
import { contextCases } from './contextCases';

const open = openChannel<string>;
const oops = new Error('oops');

/** Calls at once, in no context. */
const plain = (): RunInContext => (run) => run();

describe('inContext', () => {
  // #region example
  it('notifies each sender in the store in which it has sent', () => {
    const request = new AsyncLocalStorage<string>();
    const controller = new ScriptedController();
    const channel = new Mailbox(controller).requestChannel(0);
    const log: string[] = [];
    const send = (message: string) =>
      channel
        .send(message)
        .pipe(inContext(() => AsyncLocalStorage.snapshot()))
        .subscribe(() => log.push(`${message} of ${request.getStore()}`));

    request.run('request 1', () => send('A'));
    request.run('request 2', () => send('B'));
    // One link brings the outcomes of all, in a store of its own or in none.
    controller.link().txDone({ token: 1 });
    controller.link().txDone({ token: 2 });

    expect(log).toEqual(['A of request 1', 'B of request 2']);
  });
  // #endregion example

  describe('with AsyncLocalStorage', () => {
    const store = new AsyncLocalStorage<string>();
    contextCases({
      enter: (name, act) => store.run(name, act),
      current: () => store.getStore() ?? 'none',
      capture: () => AsyncLocalStorage.snapshot(),
    });

    it('as in the real world, where a timer of one sender ends the message of another one', async () => {
      const { channel } = open({ window: 2 });
      const told: string[] = [];
      await Promise.all(
        ['A', 'B'].map(
          (name) =>
            new Promise<void>((resolve) => {
              store.run(name, () =>
                channel
                  .send(name)
                  .pipe(
                    txTimeout(1),
                    inContext(() => AsyncLocalStorage.snapshot()),
                  )
                  .subscribe({ error: () => (told.push(`${name} in ${store.getStore()}`), resolve()) }),
              );
            }),
        ),
      );
      expect(told).toEqual(['A in A', 'B in B']);
    });
  });

  describe('on a Transmission', () => {
    it('gives a Transmission, in any order with the other operators', () => {
      const { channel } = open();
      const context = inContext(plain);
      const tap = txTap({ queued: () => undefined });
      expect(channel.send('A').pipe(context)).toBeInstanceOf(Transmission);
      expect(channel.send('A').pipe(context, txTimeout({ inFlight: 5 }), txCancel(EMPTY), tap)).toBeInstanceOf(Transmission);
      expect(channel.send('A').pipe(tap, txCancel(EMPTY), txTimeout({ silence: 5 }), context, context)).toBeInstanceOf(Transmission);
    });

    it('leaves the source as it was', () => {
      let captures = 0;
      const { channel } = open();
      const plain$ = channel.send('A');
      plain$.pipe(inContext(() => (captures++, plain())));
      plain$.subscribe();
      expect(captures).toBe(0);
    });

    it('captures once for each subscription, and not before', () => {
      let captures = 0;
      const { channel, link } = open({ window: 2 });
      const sending$ = channel.send('A').pipe(inContext(() => (captures++, plain())));
      expect(captures).toBe(0);
      sending$.subscribe();
      sending$.subscribe();
      link.txDone({ token: 1 });
      expect(captures).toBe(2);
    });

    it('the last one is the outermost: it is entered first', () => {
      const { channel, link } = open();
      const log: string[] = [];
      const context = (name: string) => inContext(() => (run) => (log.push(`into ${name}`), run(), log.push(`out of ${name}`)));
      channel
        .send('A')
        .pipe(context('first'), context('last'))
        .subscribe({ complete: () => log.push('ok') });
      link.txDone({ token: 1 });
      expect(log).toEqual(['into first', 'into last', 'ok', 'out of last', 'out of first']);
    });

    it(
      'unsubscribing leaves the message, and enters no context',
      timeline((t) => {
        const { channel } = t.open({ reports: true });
        const sending = channel
          .send('A')
          .pipe(inContext(() => () => t.write('context')))
          .subscribe(t.sender('A'));
        t.at(3, () => sending.unsubscribe());
        t.expect('0 sendData A', '3 report A ECANCELED unknown');
      }),
    );

    it('a subscriber that leaves in next still gets its completion', () => {
      const { channel, link } = open();
      const log: string[] = [];
      const sending = channel
        .send('A')
        .pipe(inContext(plain))
        .subscribe({ next: () => (log.push('next'), sending.unsubscribe()), complete: () => log.push('complete') });
      link.txDone({ token: 1 });
      expect(log).toEqual(['next', 'complete']);
    });

    it('an outcome that nobody handles enters no context', () => {
      const entered: string[] = [];
      const { channel, link } = open();
      channel
        .send('A')
        .pipe(inContext(() => (run) => (entered.push('context'), run())))
        .subscribe();
      link.txDone({ token: 1 });
      expect(entered).toEqual([]);
    });
  });

  describe('a capture that fails', () => {
    const text = 'expected a function that calls the function that it is given';
    const throws = (): never => {
      throw oops;
    };

    it.each<[string, () => unknown, unknown]>([
      ['that throws', throws, oops],
      ['that returns nothing', () => undefined, new TypeError(`capture returned undefined; ${text}`)],
      ['that returns no function', () => ({}), new TypeError(`capture returned an object; ${text}`)],
      ['that returns a promise', () => Promise.resolve(plain()), new TypeError(`capture returned a promise; ${text}`)],
      ['that returns a promise which rejects', () => rejection(), new TypeError(`capture returned a promise; ${text}`)],
    ])('%s: nothing is sent, no report is made, and its sender is told', (_what, capture, cause) => {
      const { channel, link } = open();
      const reports: unknown[] = [];
      channel.txDone$.subscribe((report) => reports.push(report));
      const error = errorOf(channel.send('A').pipe(txTimeout(5), inContext(capture as () => RunInContext)));
      expect([error.code, error.delivery, String(error.cause)]).toEqual(['EIO', 'not-sent', String(cause)]);
      expect([link.sent, reports]).toEqual([[], []]);
    });

    it('on another source: that is not subscribed, and the error is told', () => {
      let subscribed = false;
      const errors: unknown[] = [];
      const source$ = new Subject<number>();
      source$.subscribe = () => {
        subscribed = true;
        throw oops;
      };
      source$.pipe(inContext(throws)).subscribe({ error: (error: unknown) => errors.push(error) });
      expect([subscribed, errors]).toEqual([false, [oops]]);
    });
  });

  describe('a context that misbehaves: nobody loses an outcome', () => {
    const contexts: [string, RunInContext, unknown[]][] = [
      ['that does not call', () => undefined, []],
      [
        'that throws before it calls',
        () => {
          throw oops;
        },
        [oops, oops],
      ],
      [
        'that throws after it has called',
        (run) => {
          run();
          throw oops;
        },
        [oops, oops],
      ],
      [
        'that calls twice',
        (run) => {
          run();
          run();
        },
        [],
      ],
      ['that calls later', (run) => void Promise.resolve().then(run), []],
    ];

    it.each(contexts)('%s, on a Transmission', (_what, context, reported) => {
      const log: string[] = [];
      const errors = unhandledErrors(() => {
        const { channel, link } = open();
        channel
          .send('A')
          .pipe(inContext(() => context))
          .subscribe({ next: () => log.push('next'), complete: () => log.push('complete') });
        link.txDone({ token: 1 });
      });
      expect(log).toEqual(['next', 'complete']);
      expect(errors).toEqual(reported);
    });

    it.each(contexts)('%s, with a failure', (_what, context, reported) => {
      const log: string[] = [];
      const errors = unhandledErrors(() => {
        const { channel, link } = open();
        channel
          .send('A')
          .pipe(inContext(() => context))
          .subscribe({ error: ({ code }: { code: string }) => log.push(code) });
        link.txDone({ token: 1, error: 'NAK' });
      });
      expect(log).toEqual(['EIO']);
      expect(errors).toEqual(reported.slice(1));
    });

    it.each(contexts)('%s, on another source', (_what, context, reported) => {
      const log: unknown[] = [];
      const errors = unhandledErrors(() => {
        of(1)
          .pipe(inContext(() => context))
          .subscribe({ next: (value) => log.push(value), complete: () => log.push('complete') });
      });
      expect(log).toEqual([1, 'complete']);
      expect(errors).toEqual(reported);
    });
  });

  describe('errors that nobody handles stay unhandled', () => {
    it('the outcome of a sender without an error handler', () => {
      const errors = unhandledErrors(() => {
        const { channel, link } = open();
        channel.send('A').pipe(inContext(plain)).subscribe();
        link.txDone({ token: 1, error: 'NAK' });
      });
      expect(errors).toMatchObject([{ code: 'EIO', cause: 'NAK' }]);
    });

    it('the error of another source', () => {
      const errors = unhandledErrors(() => {
        throwError(() => oops)
          .pipe(inContext(plain))
          .subscribe();
      });
      expect(errors).toEqual([oops]);
    });

    it('what a handler throws: the completion follows, and so does the next sender', () => {
      const log: string[] = [];
      const errors = unhandledErrors(() => {
        const { channel, link } = open();
        channel
          .send('A')
          .pipe(inContext(plain))
          .subscribe({
            next: () => {
              throw oops;
            },
            complete: () => log.push('A complete'),
          });
        channel.send('B').subscribe({ complete: () => log.push('B complete') });
        link.txDone({ token: 1 });
        link.txDone({ token: 2 });
      });
      expect([log, errors]).toEqual([['A complete', 'B complete'], [oops]]);
    });
  });

  describe('on any other source', () => {
    it(
      'never, empty, single, many and error: mirrors them',
      marbles(({ cold, expectObservable }) => {
        for (const marble of ['-', '--|', '-a|', 'a-b|', '--#', '(a|)', '#', '|']) {
          expectObservable(cold(marble).pipe(inContext(plain))).toBe(marble);
        }
      }),
    );

    it(
      'early unsubscription: unsubscribes the source',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('                                    --a--b--');
        expectObservable(source$.pipe(inContext(plain)), '        ^---!').toBe('--a');
        expectSubscriptions(source$.subscriptions).toBe('         ^---!');
      }),
    );

    it('a source that emits while it is being subscribed stops when its subscriber has left', () => {
      const values: number[] = [];
      range(0, 1000)
        .pipe(
          tap((value) => values.push(value)),
          inContext(plain),
          take(3),
        )
        .subscribe();
      expect(values).toEqual([0, 1, 2]);
    });

    it('unsubscribing enters no context', () => {
      const entered: string[] = [];
      NEVER.pipe(inContext(() => (run) => (entered.push('context'), run())))
        .subscribe()
        .unsubscribe();
      expect(entered).toEqual([]);
    });

    it('received messages, too', () => {
      const store = new AsyncLocalStorage<string>();
      const { channel, link } = open();
      const seen: unknown[] = [];
      store.run('receiver', () =>
        channel
          .pipe(
            map((message) => message),
            inContext(() => AsyncLocalStorage.snapshot()),
          )
          .subscribe((message) => seen.push([message, store.getStore()])),
      );
      store.run('link', () => link.received('hello'));
      expect(seen).toEqual([['hello', 'receiver']]);
    });
  });

  it.each([undefined, null, 1, {}])('a capture that is no function is a TypeError: %p', (capture) => {
    expect(() => inContext(capture as never)).toThrow(TypeError);
  });
});
