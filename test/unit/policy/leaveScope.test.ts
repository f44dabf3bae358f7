import { EMPTY, map, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { TxCanceledError, type Delivery, type MailboxError } from '../../../src/contract/errors';
import { leaveSource } from '../../../src/policy/leaveSource';
import { leaveWith, takeReason } from '../../../src/policy/leaveScope';

const makeError = (delivery: Delivery): MailboxError => new TxCanceledError(delivery, 'a test');

/** A source that is left: what a message does that comes so far. */
const message = (delivery: Delivery, errors: unknown[]): Observable<never> =>
  new Observable(() => () => takeReason((reason) => errors.push(reason?.(delivery))));

describe('leaveWith', () => {
  it('gives the reason to whoever is unsubscribed meanwhile, and returns the error that was given', () => {
    const errors: unknown[] = [];
    const subscription = message('not-sent', errors)
      .pipe(
        map((each) => each),
        map((each) => each),
      )
      .subscribe();
    const told = leaveWith(makeError, () => subscription.unsubscribe());
    expect(errors).toEqual([told]);
    expect(errors[0]).toBe(told);
    expect(told).toMatchObject({ code: 'ECANCELED', delivery: 'not-sent' });
  });

  it('gives messages that came equally far the same error', () => {
    const errors: unknown[] = [];
    const subscriptions = [message('unknown', errors).subscribe(), message('unknown', errors).subscribe()];
    leaveWith(makeError, () => subscriptions.forEach((each) => each.unsubscribe()));
    expect(errors[0]).toBe(errors[1]);
  });

  it('gives each message how far it came, and returns the least certain', () => {
    const errors: unknown[] = [];
    const subscriptions = (['not-sent', 'unknown', 'not-sent'] as const).map((delivery) => message(delivery, errors).subscribe());
    const told = leaveWith(makeError, () => subscriptions.forEach((each) => each.unsubscribe()));
    expect(errors.map((error) => (error as MailboxError).delivery)).toEqual(['not-sent', 'unknown', 'not-sent']);
    expect(told).toBe(errors[1]);
  });

  it('makes an error also where nobody was left: nothing is known then', () => {
    expect(leaveWith(makeError, () => undefined)).toMatchObject({ code: 'ECANCELED', delivery: 'unknown' });
  });

  it('its reason is over afterwards', () => {
    const errors: unknown[] = [];
    leaveWith(makeError, () => undefined);
    message('unknown', errors).subscribe().unsubscribe();
    expect(errors).toEqual([undefined]);
  });

  it('its reason is over also when unsubscribing throws', () => {
    const errors: unknown[] = [];
    expect(() =>
      leaveWith(makeError, () => {
        throw new Error('oops');
      }),
    ).toThrow('oops');
    message('unknown', errors).subscribe().unsubscribe();
    expect(errors).toEqual([undefined]);
  });

  it('within another one has its own reason, and then the outer one is back', () => {
    const errors: unknown[] = [];
    const [inner, outer] = [message('unknown', errors).subscribe(), message('unknown', errors).subscribe()];
    const other = (delivery: Delivery): MailboxError => new TxCanceledError(delivery, 'another reason');
    const told: MailboxError[] = [];
    told.push(
      leaveWith(makeError, () => {
        told.push(leaveWith(other, () => inner.unsubscribe()));
        outer.unsubscribe();
      }),
    );
    expect(errors).toEqual(told);
    expect(errors[0]).toBe(told[0]);
    expect(errors[1]).toBe(told[1]);
    expect((errors[0] as Error).message).toContain('another reason');
  });
});

describe('takeReason', () => {
  it('takes the reason out of scope: what is told from there may leave others for reasons of its own', () => {
    const errors: unknown[] = [];
    const other = message('unknown', errors).subscribe();
    const first = new Observable(() => () => takeReason(() => other.unsubscribe())).subscribe();
    leaveWith(makeError, () => first.unsubscribe());
    expect(errors).toEqual([undefined]);
  });

  it('puts it back for the next one, also when the first throws', () => {
    const errors: unknown[] = [];
    const second = message('unknown', errors).subscribe();
    leaveWith(makeError, () => {
      expect(() =>
        takeReason(() => {
          throw new Error('oops');
        }),
      ).toThrow('oops');
      second.unsubscribe();
    });
    expect(errors).toEqual([expect.objectContaining({ code: 'ECANCELED' })]);
  });
});

describe('leaveSource', () => {
  type Leave = (make: (delivery: Delivery) => MailboxError) => void;

  /** A source and what leaves it. */
  function set(source$: Observable<unknown>) {
    const watch: { leave?: Leave; stopped: number } = { stopped: 0 };
    const left$ = leaveSource(source$, (leave) => {
      watch.leave = leave;
      return () => watch.stopped++;
    });
    const log: unknown[] = [];
    const subscribe = () =>
      left$.subscribe({
        next: (value) => log.push(value),
        error: (error: unknown) => log.push(error instanceof Error ? (error as MailboxError).code : error),
        complete: () => log.push('complete'),
      });
    return { watch, log, subscribe };
  }

  it.each<[string, Observable<unknown>, unknown[], number]>([
    ['never', NEVER, [], 0],
    ['empty', EMPTY, ['complete'], 1],
    ['single', of(1), [1, 'complete'], 1],
    ['many', of(1, 2, 3), [1, 2, 3, 'complete'], 1],
    ['error', throwError(() => 'broken'), ['broken'], 1],
  ])('mirrors its source, and stops watching with its end: %s', (_kind, source$, expected, stopped) => {
    const { log, subscribe, watch } = set(source$);
    subscribe();
    expect([log, watch.stopped]).toEqual([expected, stopped]);
  });

  it('left: unsubscribes the source first, then tells the error that the source was given', () => {
    const errors: unknown[] = [];
    const order: string[] = [];
    const { watch } = set(NEVER);
    let told: unknown;
    const source$ = new Observable<never>(() => () => {
      order.push('source left');
      takeReason((reason) => errors.push(reason?.('unknown')));
    });
    leaveSource(source$, (leave) => {
      watch.leave = leave;
      return () => undefined;
    }).subscribe({
      error: (error: unknown) => {
        order.push('told');
        told = error;
      },
    });
    watch.leave?.(makeError);
    expect(order).toEqual(['source left', 'told']);
    expect(told).toBe(errors[0]);
  });

  it('left before the source is subscribed: does not subscribe it, and the error is not-sent', () => {
    let subscribed = 0;
    let told: unknown;
    const source$ = new Observable(() => {
      subscribed++;
    });
    leaveSource(source$, (leave) => {
      leave(makeError);
      return () => undefined;
    }).subscribe({ error: (error: unknown) => (told = error) });
    expect(subscribed).toBe(0);
    expect(told).toMatchObject({ code: 'ECANCELED', delivery: 'not-sent' });
  });

  it('left by its own source, while that is being subscribed', () => {
    const { log, subscribe, watch } = set(
      new Observable((subscriber) => {
        for (let i = 0; i < 5 && !subscriber.closed; i++) {
          subscriber.next(i);
          if (i === 2) watch.leave?.(makeError);
        }
      }),
    );
    subscribe();
    expect(log).toEqual([0, 1, 2, 'ECANCELED']);
  });

  it('left twice, or after the end, tells nothing more', () => {
    const source = new Subject<number>();
    const { log, subscribe, watch } = set(source);
    subscribe();
    watch.leave?.(makeError);
    watch.leave?.(makeError);
    source.next(1);
    expect(log).toEqual(['ECANCELED']);
    const done = set(EMPTY);
    done.subscribe();
    done.watch.leave?.(makeError);
    expect(done.log).toEqual(['complete']);
  });

  it('unsubscribed: leaves the source without a reason, and stops watching', () => {
    const errors: unknown[] = [];
    const { log, subscribe, watch } = set(message('unknown', errors));
    subscribe().unsubscribe();
    expect([log, errors, watch.stopped]).toEqual([[], [undefined], 1]);
  });

  it('watches anew for each subscription', () => {
    let watched = 0;
    const left$ = leaveSource(NEVER, () => {
      watched++;
      return () => undefined;
    });
    left$.subscribe();
    left$.subscribe();
    expect(watched).toBe(2);
  });
});
