/* eslint rxjs-x/prefer-observer: off -- every form of subscribe() is tested */

import { isObservable, Observable, of, Subject, Subscriber, Subscription, type Observer, type PartialObserver } from 'rxjs';
import { Transmission, type TxReceipt } from 'rx-mailbox';
import { sources, type MakeSource } from '../support/sources';
import { recorder } from '../support/observe';

type Receipt = TxReceipt<string>;

describe.each(sources)('subscribe() of %s', (_name, make: MakeSource) => {
  describe('takes', () => {
    it('nothing', () => {
      const { source$, done, count } = make();
      const subscription = source$.subscribe();
      expect(count().started).toBe(1);
      done('ok');
      expect(subscription.closed).toBe(true);
    });

    it.each([[null], [undefined]])('%p', (nothing) => {
      const { source$, done } = make();
      const subscription = source$.subscribe(nothing as unknown as undefined);
      done('ok');
      expect(subscription.closed).toBe(true);
    });

    it('a function', () => {
      const { source$, done } = make();
      const seen: unknown[] = [];
      source$.subscribe((receipt) => seen.push(receipt));
      done('ok');
      expect(seen).toEqual([{ token: 1, ack: 'ok' }]);
    });

    it('three functions', () => {
      const log: unknown[] = [];
      const { next, error, complete } = recorder(log);
      const first = make();
      first.source$.subscribe(next, error, complete);
      first.done('ok');
      const second = make();
      second.source$.subscribe(next, error, complete);
      second.fail('NAK');
      expect(log).toEqual(['ok', 'complete', ['error', 'NAK']]);
    });

    it.each([[null], [undefined]])('three functions, of which some are %p', (none) => {
      const log: unknown[] = [];
      const { error, complete } = recorder(log);
      const first = make();
      first.source$.subscribe(none as undefined, none as undefined, complete);
      first.done('ok');
      const second = make();
      second.source$.subscribe(none as undefined, error);
      second.fail('NAK');
      expect(log).toEqual(['complete', ['error', 'NAK']]);
    });

    it.each<[string, (o: Observer<Receipt>) => PartialObserver<Receipt>, unknown[]]>([
      ['next', ({ next }) => ({ next }), ['ok']],
      ['complete', ({ complete }) => ({ complete }), ['complete']],
      ['error', ({ error }) => ({ error }), []],
      ['next and complete', ({ next, complete }) => ({ next, complete }), ['ok', 'complete']],
      ['nothing at all', () => ({}) as PartialObserver<Receipt>, []],
    ])('a partial observer with %s', (_has, part, expected) => {
      const { source$, done } = make();
      const log: unknown[] = [];
      source$.subscribe(part(recorder(log)));
      done('ok');
      expect(log).toEqual(expected);
    });

    it('an observer whose methods need their this', () => {
      class Box {
        readonly log: unknown[] = [];
        next(receipt: Receipt): void {
          this.log.push(receipt.ack);
        }
        error(): void {
          this.log.push('error');
        }
        complete(): void {
          this.log.push('complete');
        }
      }
      const [first, second, box] = [make(), make(), new Box()];
      first.source$.subscribe(box);
      first.done('ok');
      second.source$.subscribe(box);
      second.fail('NAK');
      expect(box.log).toEqual(['ok', 'complete', 'error']);
    });

    it('an observer whose methods change meanwhile', () => {
      const { source$, done } = make();
      const log: unknown[] = [];
      const observer: { next: () => unknown } = { next: () => log.push('old') };
      source$.subscribe(observer);
      observer.next = () => log.push('new');
      done('ok');
      expect(log).toEqual(['new']);
    });

    it('a Subject, which then ends with it', () => {
      const { source$, done } = make();
      const subject = new Subject<Receipt>();
      const log: unknown[] = [];
      subject.subscribe(recorder(log));
      const subscription = source$.subscribe(subject);
      expect(subscription).toBeInstanceOf(Subscription);
      done('ok');
      expect(log).toEqual(['ok', 'complete']);
    });

    it('a Subscriber, and returns that', () => {
      const { source$, done } = make();
      const log: unknown[] = [];
      const subscriber = new Subscriber<Receipt>(recorder(log) as Subscriber<Receipt>);
      expect(source$.subscribe(subscriber)).toBe(subscriber);
      done('ok');
      expect(log).toEqual(['ok', 'complete']);
      expect(subscriber.closed).toBe(true);
    });

    it('a Subscriber, whose unsubscribe() leaves', () => {
      const { source$, count } = make();
      const subscriber = new Subscriber<Receipt>(recorder([]) as Subscriber<Receipt>);
      source$.subscribe(subscriber);
      expect(count().pending).toBe(1);
      subscriber.unsubscribe();
      expect(count().pending).toBe(0);
    });

    it('a Subscriber that is closed: then nothing stays pending', () => {
      const { source$, count } = make();
      const subscriber = new Subscriber<Receipt>(recorder([]) as Subscriber<Receipt>);
      subscriber.unsubscribe();
      source$.subscribe(subscriber);
      expect(count().pending).toBe(0);
    });
  });

  describe('returns a Subscription', () => {
    it('that is a Subscription of RxJS', () => {
      expect(make().source$.subscribe()).toBeInstanceOf(Subscription);
    });

    it('that is open until the outcome, also inside next, error and complete, and closed afterwards', () => {
      const seen: unknown[] = [];
      const first = make();
      const done: Subscription = first.source$.subscribe({
        next: () => seen.push(['next', done.closed]),
        complete: () => seen.push(['complete', done.closed]),
      });
      seen.push(['pending', done.closed]);
      first.done('ok');
      seen.push(['settled', done.closed]);
      const second = make();
      const failed: Subscription = second.source$.subscribe({ error: () => seen.push(['error', failed.closed]) });
      second.fail('NAK');
      seen.push(['settled', failed.closed]);
      expect(seen).toEqual([
        ['pending', false],
        ['next', false],
        ['complete', false],
        ['settled', true],
        ['error', false],
        ['settled', true],
      ]);
    });

    it('that is closed when the outcome came from inside subscribe()', () => {
      const log: unknown[] = [];
      const subscription = make({ atOnce: 'ok' }).source$.subscribe(recorder(log));
      log.push('returned');
      expect(log).toEqual(['ok', 'complete', 'returned']);
      expect(subscription.closed).toBe(true);
    });

    it('whose unsubscribe() leaves without a notification', () => {
      const { source$, count } = make();
      const log: unknown[] = [];
      const subscription = source$.subscribe(recorder(log));
      subscription.unsubscribe();
      expect([subscription.closed, count().pending, log]).toEqual([true, 0, []]);
    });

    it('whose unsubscribe() does nothing the second time', () => {
      const { source$, count } = make();
      const subscription = source$.subscribe();
      source$.subscribe();
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(count()).toEqual({ started: 2, pending: 1 });
    });

    it('whose unsubscribe() does nothing after the outcome', () => {
      const { source$, done } = make();
      const log: unknown[] = [];
      const subscription = source$.subscribe(recorder(log));
      done('ok');
      subscription.unsubscribe();
      expect(log).toEqual(['ok', 'complete']);
    });

    it('that may be unsubscribed in next: of an Observable no completion follows, what has got its receipt is complete', () => {
      const { source$, done } = make();
      const log: unknown[] = [];
      const subscription = source$.subscribe({
        next: () => {
          log.push('next');
          subscription.unsubscribe();
        },
        complete: () => log.push('complete'),
      });
      done('ok');
      expect(log).toEqual(source$ instanceof Transmission ? ['next', 'complete'] : ['next']);
    });

    it('that is closed before its source notices that it left', () => {
      const source = make();
      const seen: boolean[] = [];
      const subscription = source.source$.subscribe();
      source.onLeft = () => seen.push(subscription.closed);
      subscription.unsubscribe();
      expect(seen).toEqual([true]);
    });

    it('that its source may unsubscribe once more', () => {
      const source = make();
      let left = 0;
      const subscription = source.source$.subscribe();
      source.onLeft = () => {
        left++;
        subscription.unsubscribe();
      };
      subscription.unsubscribe();
      expect(left).toBe(1);
    });
  });

  it('is an Observable, by class and by isObservable()', () => {
    const { source$ } = make();
    expect(source$).toBeInstanceOf(Observable);
    expect(isObservable(source$)).toBe(true);
  });

  it('does nothing until it is called, and starts anew each time', () => {
    const { source$, count } = make();
    expect(count().started).toBe(0);
    source$.subscribe();
    source$.subscribe();
    expect(count().started).toBe(2);
  });

  it('gives each subscription its own outcome', () => {
    const { source$, done, fail } = make();
    const [first, second]: unknown[][] = [[], []];
    source$.subscribe(recorder(first!));
    source$.subscribe(recorder(second!));
    fail('NAK');
    done('ok');
    expect([first, second]).toEqual([[['error', 'NAK']], ['ok', 'complete']]);
  });

  it('may be called from inside an outcome', () => {
    const { source$, done } = make();
    const log: unknown[] = [];
    source$.subscribe({ ...recorder(log), complete: () => source$.subscribe(recorder(log)) });
    done('first');
    done('second');
    expect(log).toEqual(['first', 'second', 'complete']);
  });
});

it('send() returns a Transmission, and operators of RxJS make a plain Observable of it', () => {
  const source$ = sources[1]![1]().source$;
  expect(source$).toBeInstanceOf(Transmission);
  expect(source$.pipe((source) => source)).toBeInstanceOf(Transmission);
  expect(of(1)).not.toBeInstanceOf(Transmission);
});
