/* eslint rxjs-x/no-redundant-notify: off -- what comes after the end is what some tests are about */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config, map, Observable, of, Subject, Subscriber, Subscription, throwError } from 'rxjs';
import { unhandledErrors } from '../support/unhandled';
import { withoutConstructor } from '../../src/util/withoutConstructor';
import { hasNoTeardowns, KNOWS_TEARDOWNS } from '../../src/util/teardowns';

// What src uses of RxJS that RxJS does not promise. Where a version of RxJS changes one of these, the test of it fails, by its name.

/** The private names of RxJS that src may use; each has a test below. */
const TESTED = ['_complete', '_error', '_finalizers', '_parentage'];

/** A private field or method, of whatever type. */
const privately = (object: object, name: string): unknown => (object as Record<string, unknown>)[name];

const nothing = (): void => undefined;

it('the RxJS under test is the one that was asked for', () => {
  const { expectedRxjs } = globalThis as { expectedRxjs?: string };
  const { version } = JSON.parse(readFileSync(join(require.resolve('rxjs'), '../../../package.json'), 'utf8')) as { version: string };
  if (expectedRxjs === undefined) expect(version).toMatch(/^7\.\d+\.\d+$/);
  else expect(version).toBe(expectedRxjs);
});

it('src uses no private name of RxJS that is not tested here', () => {
  const subscription = new Subscription();
  subscription.add(nothing);
  const objects = [subscription, Subscription.prototype, new Subscriber(), Subscriber.prototype]
    .concat([new Observable(nothing), Observable.prototype, new Subject(), Subject.prototype] as never[])
    .flatMap((object) => Object.getOwnPropertyNames(object));
  const names = new Set(objects.filter((name) => name.startsWith('_') || name === 'isStopped' || name === 'initialTeardown'));
  expect([...names]).toEqual(expect.arrayContaining([...TESTED, '_next', '_subscribe', '_trySubscribe', 'isStopped']));
  const src = join(__dirname, '../../src');
  const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, ''))
    .join('\n');
  const used = [...names].filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  expect(TESTED).toEqual(expect.arrayContaining(used));
});

describe('Subscription._parentage', () => {
  it('is the parent, while there is one', () => {
    const [parent, child] = [new Subscription(), new Subscription()];
    parent.add(child);
    expect(privately(child, '_parentage')).toBe(parent);
  });

  it('is not null while there is a parent, however many there have been', () => {
    const [first, second, child] = [new Subscription(), new Subscription(), new Subscription()];
    first.add(child);
    second.add(child);
    expect(privately(child, '_parentage')).toEqual([first, second]);
    first.remove(child);
    expect(privately(child, '_parentage')).toEqual([second]);
  });

  it('is null, or missing, where there never was a parent', () => {
    expect(privately(new Subscription(), '_parentage') ?? null).toBeNull();
  });
});

describe('Subscription._finalizers', () => {
  it('is a list of what runs at the end', () => {
    const subscription = new Subscription();
    subscription.add(nothing);
    expect(privately(subscription, '_finalizers')).toEqual([nothing]);
  });

  it('is null, or missing, where nothing was added', () => {
    expect(privately(new Subscription(), '_finalizers') ?? null).toBeNull();
  });

  it('and _parentage are all that unsubscribe() looks at: without them it has nothing to do', () => {
    const looked = new Set<string>();
    const subscription = new Proxy(new Subscription(), {
      get(target, name) {
        looked.add(String(name));
        return Reflect.get(target, name) as unknown;
      },
    });
    subscription.unsubscribe();
    // A teardown that was given to the constructor is a third place; nobody gives one to a record.
    expect([...looked].sort()).toEqual(['_finalizers', '_parentage', 'closed', 'initialTeardown', 'unsubscribe']);
  });

  it('and _parentage are where this library looks for them', () => {
    expect(KNOWS_TEARDOWNS).toBe(true);
  });
});

describe('a Subscription without the fields that its constructor makes', () => {
  class Bare extends withoutConstructor(Subscription) {}

  it('has nothing to do at its end', () => {
    expect(hasNoTeardowns(new Bare())).toBe(true);
  });

  it('says that it has something to do when a teardown was added, or a parent', () => {
    const [parent, child, other] = [new Subscription(), new Bare(), new Bare()];
    parent.add(child);
    other.add(nothing);
    expect([hasNoTeardowns(child), hasNoTeardowns(other)]).toEqual([false, false]);
  });

  it('is not closed, and closed once it has been unsubscribed', () => {
    const bare = new Bare();
    expect(bare.closed ?? false).toBe(false);
    bare.unsubscribe();
    expect(bare.closed).toBe(true);
  });

  it('runs its teardowns once, in order', () => {
    const bare = new Bare();
    const ran: string[] = [];
    bare.add(() => ran.push('first'));
    bare.add(new Subscription(() => ran.push('second')));
    bare.unsubscribe();
    bare.unsubscribe();
    expect(ran).toEqual(['first', 'second']);
  });

  it('runs a teardown at once that is added after its end', () => {
    const bare = new Bare();
    bare.unsubscribe();
    const ran: string[] = [];
    bare.add(() => ran.push('teardown'));
    expect(ran).toEqual(['teardown']);
  });

  it('removes a teardown, also where there is none', () => {
    const bare = new Bare();
    const ran: string[] = [];
    const teardown = (): void => void ran.push('teardown');
    bare.remove(teardown);
    bare.add(teardown);
    bare.remove(teardown);
    bare.unsubscribe();
    expect(ran).toEqual([]);
  });

  it('ends with its parents, and is removed from them when it ends first', () => {
    const [first, second, child] = [new Subscription(), new Subscription(), new Bare()];
    first.add(child);
    second.add(child);
    second.add(child);
    child.unsubscribe();
    expect([privately(first, '_finalizers'), privately(second, '_finalizers')]).toEqual([[], []]);
    const [parent, other] = [new Subscription(), new Bare()];
    parent.add(other);
    parent.unsubscribe();
    expect(other.closed).toBe(true);
  });
});

it('Subscription.unsubscribe() asks `closed`, and sets it before it runs a teardown', () => {
  const seen: unknown[] = [];
  class Watched extends withoutConstructor(Subscription) {
    private ended = false;
    // @ts-expect-error -- as the records of this library do it
    override get closed(): boolean {
      return this.ended;
    }
    override set closed(closed: boolean) {
      seen.push(closed);
      this.ended = closed;
    }
  }
  const watched = new Watched();
  watched.add(() => seen.push('teardown'));
  watched.unsubscribe();
  watched.unsubscribe();
  expect(seen).toEqual([true, 'teardown']);
});

describe('a Subscriber that overrides', () => {
  class Overridden extends Subscriber<string> {
    readonly log: unknown[] = [];
    ended = false;
    override next(value: string): void {
      if (this.ended || this.closed) super.next(value);
      else this.log.push(value);
    }
    protected override _error(error: unknown): void {
      this.ended = true;
      this.log.push(['error', error]);
    }
    protected override _complete(): void {
      this.ended = true;
      this.log.push('complete');
    }
  }

  it('next is given every value, whoever emits it', () => {
    const [one, two] = [new Overridden(), new Overridden()];
    const subject = new Subject<string>();
    subject.subscribe(one);
    subject.next('A');
    of('A').subscribe(two);
    expect([one.log, two.log]).toEqual([['A'], ['A', 'complete']]);
  });

  it('next may leave what comes after the end to RxJS, which reports it and does nothing else', () => {
    const stopped: unknown[] = [];
    config.onStoppedNotification = (notification) => stopped.push(notification);
    const ended = [new Overridden(), new Overridden(), new Overridden()] as const;
    try {
      unhandledErrors(() => {
        ended[0].complete();
        ended[1].error('cable');
        ended[2].unsubscribe();
        for (const subscriber of ended) subscriber.next('A');
      });
    } finally {
      config.onStoppedNotification = null;
    }
    expect(stopped).toEqual(Array(3).fill({ kind: 'N', value: 'A', error: undefined }));
    expect(ended.map(({ log }) => log)).toEqual([['complete'], [['error', 'cable']], []]);
  });

  it('_error hears the error from there, and nothing follows', () => {
    const subscriber = new Overridden();
    subscriber.error('cable');
    subscriber.error('again');
    subscriber.complete();
    subscriber.next('A');
    expect(subscriber.log).toEqual([['error', 'cable']]);
  });

  it('_complete hears the completion from there, and nothing follows', () => {
    const subscriber = new Overridden();
    subscriber.complete();
    subscriber.complete();
    subscriber.error('cable');
    subscriber.next('A');
    expect(subscriber.log).toEqual(['complete']);
  });

  it('_error and _complete has to unsubscribe itself: RxJS does not do it for them', () => {
    const [failed, completed] = [new Overridden(), new Overridden()];
    failed.error('cable');
    completed.complete();
    expect([failed.closed, completed.closed]).toEqual([false, false]);
  });

  it('them is what an Observable subscribes, itself and not something around it', () => {
    const subscriber = new Overridden();
    let subscribed: unknown;
    const source$ = new Observable<string>((given) => {
      subscribed = given;
      given.next('A');
    });
    expect(source$.subscribe(subscriber)).toBe(subscriber);
    expect([subscribed, subscriber.log]).toEqual([subscriber, ['A']]);
  });
});

describe('an Observable without the fields that its constructor makes', () => {
  class Bare extends withoutConstructor(Observable)<string> {
    subscribed: unknown[] = [];
    override subscribe(...args: unknown[]): Subscription {
      this.subscribed.push(args[0]);
      return of('A').subscribe(...(args as [never]));
    }
  }

  it('is subscribed by operators through the method that everybody calls', () => {
    const bare = new Bare();
    const log: string[] = [];
    bare.pipe(map((value) => `${value}!`)).subscribe((value) => log.push(value));
    expect([log, bare.subscribed]).toEqual([['A!'], [expect.any(Subscriber)]]);
  });

  it('gives operators an Observable that has it as its source', () => {
    const bare = new Bare();
    const lifted = (privately(bare, 'lift') as (this: Bare, operator: unknown) => Observable<string>).call(bare, {
      call: (subscriber: Subscriber<string>, source$: Observable<string>) => source$.subscribe(subscriber),
    });
    const log: string[] = [];
    lifted.subscribe((value) => log.push(value));
    expect([log, privately(lifted, 'source')]).toEqual([['A'], bare]);
  });
});

it('an error notification that nobody handles is reported to config.onUnhandledError, later', () => {
  const error = new Error('nobody');
  expect(
    unhandledErrors(() => {
      const reported = config.onUnhandledError!;
      let now = true;
      config.onUnhandledError = (reason) => {
        expect(now).toBe(false);
        reported(reason);
      };
      throwError(() => error).subscribe();
      now = false;
    }),
  ).toEqual([error]);
});
