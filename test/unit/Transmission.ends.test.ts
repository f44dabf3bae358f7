/* eslint rxjs-x/prefer-observer: off -- every form of subscribe() is tested */

import { Observable, Subscription, UnsubscriptionError } from 'rxjs';
import { type TxReceipt } from 'rx-mailbox';
import { sources, type MakeSource } from '../support/sources';
import { recorder } from '../support/observe';
import { unhandledIn } from '../support/unhandled';

type Receipt = TxReceipt<string>;

describe.each(sources)('subscribe() of %s', (_name, make: MakeSource) => {
  describe('runs teardowns added to the Subscription', () => {
    it('after completion, in the order in which they were added', () => {
      const { source$, done } = make();
      const log: unknown[] = [];
      const subscription = source$.subscribe(recorder(log));
      subscription.add(() => log.push('first'));
      subscription.add({ unsubscribe: () => log.push('second') });
      subscription.add(new Subscription(() => log.push('third')));
      done('ok');
      expect(log).toEqual(['ok', 'complete', 'first', 'second', 'third']);
    });

    it('after an error', () => {
      const { source$, fail } = make();
      const log: unknown[] = [];
      const subscription = source$.subscribe(recorder(log));
      subscription.add(() => log.push('teardown'));
      fail('NAK');
      expect(log).toEqual([['error', 'NAK'], 'teardown']);
    });

    it('on unsubscribe, once', () => {
      const { source$ } = make();
      let teardowns = 0;
      const subscription = source$.subscribe();
      subscription.add(() => teardowns++);
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(teardowns).toBe(1);
    });

    it('at once when it is closed already', () => {
      const subscription = make({ atOnce: 'ok' }).source$.subscribe();
      let teardowns = 0;
      subscription.add(() => teardowns++);
      expect(teardowns).toBe(1);
    });

    it('but not teardowns that were removed', () => {
      const { source$ } = make();
      let teardowns = 0;
      const teardown = (): void => {
        teardowns++;
      };
      const subscription = source$.subscribe();
      subscription.add(teardown);
      subscription.remove(teardown);
      subscription.unsubscribe();
      expect(teardowns).toBe(0);
    });

    it('and throws their errors out of unsubscribe(), after all of them', () => {
      const { source$, count } = make();
      let teardowns = 0;
      const subscription = source$.subscribe();
      subscription.add(() => {
        throw new Error('first');
      });
      subscription.add(() => teardowns++);
      expect(() => subscription.unsubscribe()).toThrow(UnsubscriptionError);
      expect([teardowns, count().pending]).toEqual([1, 0]);
    });

    it('and leaves when its parent is unsubscribed', () => {
      const { source$, count } = make();
      const parent = new Subscription();
      parent.add(source$.subscribe());
      parent.unsubscribe();
      expect(count().pending).toBe(0);
    });

    it('and is removed from its parent when it has ended', () => {
      const { source$, done } = make();
      const parent = new Subscription();
      const child = source$.subscribe();
      parent.add(child);
      const remove = jest.spyOn(parent, 'remove');
      done('ok');
      expect(remove).toHaveBeenCalledWith(child);
    });
  });

  describe('does not let an observer that throws harm the sender of the notification', () => {
    it('in next: reported as unhandled, and the completion still comes', () => {
      const log: unknown[] = [];
      const oops = new Error('oops');
      const unhandled = unhandledIn(() => {
        const { source$, done } = make();
        source$.subscribe({
          next: () => {
            throw oops;
          },
          complete: () => log.push('complete'),
        });
        expect(() => done('ok')).not.toThrow();
      });
      expect([unhandled, log]).toEqual([[oops], ['complete']]);
    });

    it('in complete: reported as unhandled, and the teardowns still run', () => {
      const log: unknown[] = [];
      const oops = new Error('oops');
      const unhandled = unhandledIn(() => {
        const { source$, done } = make();
        const subscription = source$.subscribe({
          complete: () => {
            throw oops;
          },
        });
        subscription.add(() => log.push('teardown'));
        expect(() => done('ok')).not.toThrow();
        expect(subscription.closed).toBe(true);
      });
      expect([unhandled, log]).toEqual([[oops], ['teardown']]);
    });

    it('in error: reported as unhandled, and the teardowns still run', () => {
      const log: unknown[] = [];
      const oops = new Error('oops');
      const unhandled = unhandledIn(() => {
        const { source$, fail } = make();
        const subscription = source$.subscribe({
          error: () => {
            throw oops;
          },
        });
        subscription.add(() => log.push('teardown'));
        expect(() => fail('NAK')).not.toThrow();
      });
      expect([unhandled, log]).toEqual([[oops], ['teardown']]);
    });

    it('in next, from inside subscribe()', () => {
      const oops = new Error('oops');
      const unhandled = unhandledIn(() => {
        const { source$ } = make({ atOnce: 'ok' });
        expect(() =>
          source$.subscribe(() => {
            throw oops;
          }),
        ).not.toThrow();
      });
      expect(unhandled).toEqual([oops]);
    });

    it('and does not harm other messages that wait', () => {
      const log: unknown[] = [];
      const unhandled = unhandledIn(() => {
        const { source$, done } = make();
        source$.subscribe(() => {
          throw new Error('oops');
        });
        source$.subscribe(recorder(log));
        done('first');
        done('second');
      });
      expect(unhandled).toHaveLength(1);
      expect(log).toEqual(['second', 'complete']);
    });
  });

  describe('reports an error that nobody handles', () => {
    it.each<[string, (source$: Observable<Receipt>) => Subscription]>([
      ['subscribed with nothing', (source$) => source$.subscribe()],
      ['subscribed with a function', (source$) => source$.subscribe(() => undefined)],
      ['subscribed with an observer without error', (source$) => source$.subscribe({ next: () => undefined })],
      ['subscribed with null for a handler', (source$) => source$.subscribe(() => undefined, null)],
    ])('%s', (_how, subscribe) => {
      const unhandled = unhandledIn(() => {
        const { source$, fail } = make();
        subscribe(source$);
        fail('NAK');
      });
      expect(unhandled).toEqual([expect.objectContaining({ code: 'EIO', cause: 'NAK' })]);
    });

    it('but not one that comes after unsubscribing', () => {
      const unhandled = unhandledIn(() => {
        const { source$ } = make();
        source$.subscribe().unsubscribe();
      });
      expect(unhandled).toEqual([]);
    });

    it('but not one that is handled', () => {
      const unhandled = unhandledIn(() => {
        const { source$, fail } = make();
        source$.subscribe({ error: () => undefined });
        fail('NAK');
      });
      expect(unhandled).toEqual([]);
    });
  });
});
