/* eslint rxjs-x/no-redundant-notify: off -- what comes after the end is what some tests are about */

import {
  BehaviorSubject,
  config,
  from,
  map,
  merge,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  share,
  startWith,
  Subject,
  takeWhile,
  UnsubscriptionError,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import { LinkSubscriber, type LinkListener, type LinkTransitions } from '../../../src/channel/LinkSubscriber';
import { reportUnhandled } from '../../../src/util/reportUnhandled';
import { thrown } from '../../support/errorOf';
import { open, type Opened } from '../../support/open';
import { unhandledIn } from '../../support/unhandled';

type Event = LinkEvent<string, void>;
type Source = Observable<Event>;

const message = (text: string): Event => ({ type: 'received', message: text });

/** Hears what a source emits, as a channel does. */
interface Listening {
  /** Every message, and the end. */
  readonly log: unknown[];
  /** Listens no more. */
  stop(): void;
}

/** What the listener does with each message besides writing it down. */
type OnMessage = (text: string, listening: Listening) => void;
type Listen = (source$: Source, onMessage?: OnMessage, onEnd?: () => void) => Listening;

const nothing = (): void => undefined;

/** The measure: a plain observer, which RxJS wraps in what makes it safe. */
const observer: Listen = (source$, onMessage = nothing, onEnd = nothing) => {
  let subscription: Unsubscribable | undefined = undefined;
  const listening: Listening = { log: [], stop: () => subscription?.unsubscribe() };
  subscription = source$.subscribe({
    next: (event) => {
      if (event.type !== 'received') return;
      listening.log.push(event.message);
      onMessage(event.message, listening);
    },
    error: (reason: unknown) => {
      listening.log.push(['error', reason]);
      onEnd();
    },
    complete: () => {
      listening.log.push('complete');
      onEnd();
    },
  });
  return listening;
};

/** A channel of which only the side towards the link is there. */
class Listener implements LinkListener<string, void>, LinkTransitions<void>, Listening {
  readonly log: unknown[] = [];
  readonly brokenBy: string[] = [];
  readonly settings = { method: 'irq' } as const;
  readonly machine = this;
  readonly sequencer = { insideLink: false, defer: nothing };
  closed = false;
  readonly subscriber = new LinkSubscriber<string, void>(this);
  private reason: unknown = undefined;

  constructor(
    source$: Source,
    private readonly onMessage: OnMessage,
    private readonly onEnd: () => void,
  ) {
    try {
      this.subscriber.start(source$);
    } catch (error) {
      this.log.push(['error', error]);
    }
  }

  stop(): void {
    this.closed = true;
    this.subscriber.stop();
  }

  received(text: string): void {
    this.log.push(text);
    this.onMessage(text, this);
  }

  down(reason: unknown): void {
    this.reason = reason;
  }

  close(options?: { cause: unknown }): void {
    this.log.push(options ? ['error', this.reason] : 'complete');
    try {
      this.onEnd();
    } finally {
      this.stop();
    }
  }

  /** A channel shows it as an event. Here it counts as reported, which is what RxJS does with what an observer throws. */
  broken(error: TypeError): void {
    this.brokenBy.push(error.message);
    reportUnhandled(error.cause ?? error);
  }

  txDone = nothing;
  unknownTxDone = nothing;
  ready = nothing;
  refusedBack = nothing;
  progress = nothing;
  up = nothing;
}

const link: Listen = (source$, onMessage = nothing, onEnd = nothing) => new Listener(source$, onMessage, onEnd);

/** A source that the test drives, and how often its teardown has run. */
function driven(onTeardown: () => void = nothing) {
  const state = { subscriber: undefined as Subscriber<Event> | undefined, teardowns: 0 };
  const source$ = new Observable<Event>((subscriber) => {
    state.subscriber = subscriber;
    return () => {
      state.teardowns++;
      onTeardown();
    };
  });
  return {
    source$,
    next: (text: string) => state.subscriber!.next(message(text)),
    error: (reason: unknown) => state.subscriber!.error(reason),
    complete: () => state.subscriber!.complete(),
    closed: () => state.subscriber!.closed,
    teardowns: () => state.teardowns,
  };
}

type Driven = ReturnType<typeof driven>;

/** What `config.onStoppedNotification` hears meanwhile. */
function stoppedIn(test: () => void): unknown[] {
  const stopped: unknown[] = [];
  config.onStoppedNotification = (notification) => stopped.push(notification);
  try {
    expect(unhandledIn(test)).toEqual([]);
  } finally {
    config.onStoppedNotification = null;
  }
  return stopped;
}

function secondCopy(): typeof import('rxjs') {
  let copy: typeof import('rxjs') | undefined;
  jest.isolateModules(() => (copy = jest.requireActual('rxjs')));
  return copy!;
}

const oops = new Error('oops');
const fail = (): never => {
  throw oops;
};

/** What is thrown from timers meanwhile: at nobody. */
function thrownLater(test: () => void): unknown[] {
  const errors: unknown[] = [];
  jest.useFakeTimers();
  try {
    test();
    while (jest.getTimerCount() > 0) {
      try {
        jest.runOnlyPendingTimers();
      } catch (error) {
        errors.push(error);
      }
    }
  } finally {
    jest.useRealTimers();
  }
  return errors;
}

const ends: [how: string, end: (source: Driven) => void, last: unknown][] = [
  ['completed', (source) => source.complete(), 'complete'],
  ['failed', (source) => source.error('cable'), ['error', 'cable']],
];

describe.each<[string, Listen]>([
  ['an observer of RxJS', observer],
  ["the subscriber of a link's events$", link],
])('%s', (_name, listen) => {
  describe('hears', () => {
    it('every value, in order', () => {
      const source = driven();
      const { log } = listen(source.source$);
      for (const text of ['A', 'B', 'C']) source.next(text);
      expect(log).toEqual(['A', 'B', 'C']);
    });

    it('what is emitted while it subscribes', () => {
      const { log } = listen(from(['A', 'B'].map(message)));
      expect(log).toEqual(['A', 'B', 'complete']);
    });

    it('an error while it subscribes, after the values before it', () => {
      const source$ = new Observable<Event>((subscriber) => {
        subscriber.next(message('A'));
        subscriber.error('cable');
      });
      expect(listen(source$).log).toEqual(['A', ['error', 'cable']]);
    });

    it('what the source throws while it is subscribed, as an error', () => {
      expect(listen(new Observable<Event>(fail)).log).toEqual([['error', oops]]);
    });

    it('a value that is emitted from inside another one, at once', () => {
      const source = driven();
      const { log } = listen(source.source$, (text) => text === 'A' && source.next('B'));
      source.next('A');
      expect(log).toEqual(['A', 'B']);
    });

    it.each(ends)('from inside a value that the source has %s', (_how, end, last) => {
      const source = driven();
      const { log } = listen(source.source$, () => end(source));
      source.next('A');
      source.next('B');
      expect([log, source.teardowns()]).toEqual([['A', last], 1]);
    });
  });

  describe('hears nothing', () => {
    it.each(ends)('once the source has %s', (_how, end, last) => {
      const source = driven();
      const { log } = listen(source.source$);
      end(source);
      source.next('A');
      source.error('again');
      source.complete();
      expect(log).toEqual([last]);
    });

    it.each(ends)('while it hears that the source has %s', (_how, end, last) => {
      const source = driven();
      const { log } = listen(source.source$, nothing, () => {
        source.next('A');
        source.complete();
      });
      end(source);
      expect(log).toEqual([last]);
    });

    it('once it has unsubscribed', () => {
      const source = driven();
      const listening = listen(source.source$);
      listening.stop();
      source.next('A');
      source.error('cable');
      source.complete();
      expect(listening.log).toEqual([]);
    });

    it('once it has unsubscribed from inside a value', () => {
      const source = driven();
      const { log } = listen(source.source$, (_text, listening) => listening.stop());
      source.next('A');
      source.next('B');
      expect([log, source.teardowns(), source.closed()]).toEqual([['A'], 1, true]);
    });

    it('of what a teardown emits', () => {
      const source = driven(() => {
        source.next('A');
        source.error('cable');
      });
      const listening = listen(source.source$);
      listening.stop();
      expect(listening.log).toEqual([]);
    });
  });

  describe('tells config.onStoppedNotification', () => {
    it.each(ends)('of everything that comes after the source has %s', (_how, end) => {
      const stopped = stoppedIn(() => {
        const source = driven();
        listen(source.source$);
        end(source);
        source.next('A');
        source.error('again');
        source.complete();
      });
      expect(stopped).toMatchObject([{ kind: 'N', value: message('A') }, { kind: 'E', error: 'again' }, { kind: 'C' }]);
    });

    it('of everything that comes after it has unsubscribed', () => {
      const stopped = stoppedIn(() => {
        const source = driven();
        listen(source.source$).stop();
        source.next('A');
        source.complete();
      });
      expect(stopped).toMatchObject([{ kind: 'N', value: message('A') }, { kind: 'C' }]);
    });

    it('of nothing else', () => {
      const stopped = stoppedIn(() => {
        const source = driven();
        listen(source.source$);
        source.next('A');
        source.complete();
      });
      expect(stopped).toEqual([]);
    });
  });

  describe('lets the source go', () => {
    it.each(ends)('when that has %s: its teardown runs once, after the end was heard', (_how, end, last) => {
      const order: unknown[] = [];
      const source = driven(() => order.push('teardown'));
      const listening = listen(source.source$);
      end(source);
      listening.stop();
      expect([listening.log, order, source.closed()]).toEqual([[last], ['teardown'], true]);
    });

    it.each(ends)('when that has %s while it was being subscribed: the teardown runs as soon as it is there', (_how, end, last) => {
      let teardowns = 0;
      const source$ = new Observable<Event>((subscriber) => {
        end({ complete: () => subscriber.complete(), error: (reason: unknown) => subscriber.error(reason) } as Driven);
        return () => teardowns++;
      });
      const { log } = listen(source$);
      expect([log, teardowns]).toEqual([[last], 1]);
    });

    it('when it unsubscribes, once', () => {
      const source = driven();
      const listening = listen(source.source$);
      listening.stop();
      listening.stop();
      expect([source.teardowns(), source.closed()]).toEqual([1, true]);
    });

    it('and what the source has added to its subscriber, in order', () => {
      const ran: string[] = [];
      const source$ = new Observable<Event>((subscriber) => {
        subscriber.add(() => ran.push('first'));
        subscriber.add(NEVER.subscribe());
        subscriber.add({ unsubscribe: () => ran.push('second') });
        return () => ran.push('returned');
      });
      listen(source$).stop();
      expect(ran).toEqual(['first', 'second', 'returned']);
    });

    it('through operators', () => {
      const source = driven();
      const listening = listen(
        source.source$.pipe(
          map((event) => event),
          share(),
        ),
      );
      source.next('A');
      listening.stop();
      expect([listening.log, source.teardowns()]).toEqual([['A'], 1]);
    });

    it('when an operator has ended it', () => {
      const source = driven();
      const { log } = listen(source.source$.pipe(takeWhile((event) => event.type === 'received' && event.message !== 'B')));
      source.next('A');
      source.next('B');
      expect([log, source.teardowns()]).toEqual([['A', 'complete'], 1]);
    });
  });

  describe('when it throws', () => {
    it('at a value: the source notices nothing, the error is reported, and the next value comes', () => {
      const source = driven();
      let log: unknown[] = [];
      const unhandled = unhandledIn(() => {
        ({ log } = listen(source.source$, (text) => text === 'A' && fail()));
        expect(() => source.next('A')).not.toThrow();
        source.next('B');
      });
      expect([unhandled, log, source.teardowns()]).toEqual([[oops], ['A', 'B'], 0]);
    });

    it('at a value while it subscribes: the same', () => {
      let log: unknown[] = [];
      const unhandled = unhandledIn(() => {
        ({ log } = listen(of(message('A'), message('B')), (text) => text === 'A' && fail()));
      });
      expect([unhandled, log]).toEqual([[oops], ['A', 'B', 'complete']]);
    });

    it.each(ends)('when the source has %s: that notices nothing, the error is reported, and the teardown runs', (_how, end) => {
      const source = driven();
      const unhandled = unhandledIn(() => {
        listen(source.source$, nothing, fail);
        expect(() => end(source)).not.toThrow();
      });
      expect([unhandled, source.teardowns(), source.closed()]).toEqual([[oops], 1, true]);
    });
  });

  describe('listens to', () => {
    it('a Subject', () => {
      const source$ = new Subject<Event>();
      const { log } = listen(source$);
      source$.next(message('A'));
      expect([log, source$.observed]).toEqual([['A'], true]);
      source$.complete();
      expect([log, source$.observed]).toEqual([['A', 'complete'], false]);
    });

    it('a Subject that has ended', () => {
      const [completed, failed] = [new Subject<Event>(), new Subject<Event>()];
      completed.complete();
      failed.error('cable');
      expect([listen(completed).log, listen(failed).log]).toEqual([['complete'], [['error', 'cable']]]);
    });

    it('a BehaviorSubject, from its current value on', () => {
      const source$ = new BehaviorSubject<Event>(message('A'));
      const listening = listen(source$);
      source$.next(message('B'));
      listening.stop();
      expect([listening.log, source$.observed]).toEqual([['A', 'B'], false]);
    });

    it('a ReplaySubject, from its first value on', () => {
      const source$ = new ReplaySubject<Event>(2);
      source$.next(message('A'));
      source$.next(message('B'));
      expect(listen(source$).log).toEqual(['A', 'B']);
    });

    it('an Observable with operators', () => {
      const source$ = new Subject<Event>();
      const { log } = listen(merge(source$, NEVER).pipe(startWith(message('A'))));
      source$.next(message('B'));
      expect(log).toEqual(['A', 'B']);
    });

    it('the read-only view of a Subject', () => {
      const source$ = new Subject<Event>();
      const { log } = listen(source$.asObservable());
      source$.next(message('A'));
      expect(log).toEqual(['A']);
    });
  });

  describe('listens to another copy of RxJS:', () => {
    const copy = secondCopy();

    it('values, completion and teardown', () => {
      let teardowns = 0;
      let their: import('rxjs').Subscriber<Event>;
      const { log } = listen(new copy.Observable<Event>((subscriber) => ((their = subscriber), () => teardowns++)));
      their!.next(message('A'));
      their!.complete();
      their!.next(message('B'));
      expect([log, teardowns]).toEqual([['A', 'complete'], 1]);
    });

    it('an error, also while it subscribes', () => {
      expect(listen(copy.throwError(() => 'cable') as Source).log).toEqual([['error', 'cable']]);
    });

    it('a Subject with operators, until it unsubscribes', () => {
      const source$ = new copy.Subject<Event>();
      const listening = listen(source$.pipe(copy.map((event) => event)));
      source$.next(message('A'));
      listening.stop();
      source$.next(message('B'));
      expect([listening.log, source$.observed]).toEqual([['A'], false]);
    });
  });
});

describe('a teardown that throws', () => {
  it('when the link shuts down: is reported, and the others run', () => {
    const ran: string[] = [];
    const unhandled = unhandledIn(() => {
      const source$ = new Observable<Event>((subscriber) => {
        subscriber.add(fail);
        return () => ran.push('teardown');
      });
      const listening = link(source$);
      expect(() => listening.stop()).not.toThrow();
    });
    expect([unhandled, ran]).toEqual([[new UnsubscriptionError([oops])], ['teardown']]);
  });

  it.each(ends)('when events$ has %s: is reported, and does not reach the source', (_how, end, last) => {
    const source = driven(fail);
    let log: unknown[] = [];
    const unhandled = unhandledIn(() => {
      ({ log } = link(source.source$));
      expect(() => end(source)).not.toThrow();
    });
    expect([unhandled, log]).toEqual([[new UnsubscriptionError([oops])], [last]]);
  });
});

describe('an event that cannot be read breaks the contract, does not reach the link, and the next one is heard', () => {
  const EXPECTED = "expected an event of type 'txDone', 'received', 'ready', 'refused', 'progress', 'down', 'up'";

  it.each<[string, unknown, string]>([
    ['undefined', undefined, `events$ emitted undefined; ${EXPECTED}`],
    ['null', null, `events$ emitted null; ${EXPECTED}`],
    ['a number', 5, `events$ emitted 5; ${EXPECTED}`],
    ['a string', 'ready', `events$ emitted "ready"; ${EXPECTED}`],
    ['an object without a type', {}, `events$ emitted an object; ${EXPECTED}`],
    ['an event of a type that there is not', { type: 'txdone' }, `events$ emitted an event of type "txdone"; ${EXPECTED}`],
    ['an event whose type is an object', { type: {} }, `events$ emitted an event of type an object; ${EXPECTED}`],
    [
      'an object whose type throws',
      {
        get type(): never {
          return fail();
        },
      },
      'an event of events$ threw',
    ],
  ])('%s', (_what, event, text) => {
    const source = new Subject<Event>();
    let listener: Listener | undefined;
    unhandledIn(() => {
      listener = new Listener(source, nothing, nothing);
      expect(() => source.next(event as Event)).not.toThrow();
      source.next(message('A'));
    });
    expect([listener?.brokenBy, listener?.log]).toEqual([[text], ['A']]);
  });

  it('what it threw is the cause', () => {
    const { channel, link } = open();
    const causes: unknown[] = [];
    channel.events$.subscribe(({ error }) => causes.push((error as Error).cause));
    link.emit({
      type: 'received',
      get message(): never {
        return fail();
      },
    });
    expect(causes).toEqual([oops]);
  });
});

describe('a listener of a channel that throws', () => {
  const listeners: [what: string, listen: (opened: Opened<void>, fail: () => void) => void][] = [
    ['a receiver', ({ channel }, fail) => channel.subscribe(fail)],
    ['a listener of events$', ({ channel }, fail) => channel.events$.subscribe(fail)],
    ['a listener of txDone$', ({ channel }, fail) => channel.txDone$.subscribe(fail)],
    ['a sender', ({ channel }, fail) => channel.send('first').subscribe(fail)],
  ];

  it.each(listeners)('%s: the link notices nothing, the error is reported, and others hear everything', (_what, listen) => {
    const received: string[] = [];
    let outcomes = 0;
    const unhandled = unhandledIn(() => {
      const opened = open({ window: 2 });
      let first = true;
      listen(opened, () => {
        if (first) throw ((first = false), oops);
      });
      const { channel, link } = opened;
      channel.subscribe((text) => received.push(text));
      channel.send('A').subscribe({ complete: () => outcomes++ });
      expect(() => {
        while (link.outstanding.length > 0) link.txDoneOldest();
        link.received('B');
        link.received('C');
      }).not.toThrow();
    });
    expect([unhandled, received, outcomes]).toEqual([[oops], ['B', 'C'], 1]);
  });
});

describe('with config.useDeprecatedSynchronousErrorHandling', () => {
  // RxJS says on the console that it is deprecated.
  beforeEach(() => {
    for (const method of ['warn', 'log'] as const) jest.spyOn(console, method).mockImplementation();
    config.useDeprecatedSynchronousErrorHandling = true;
  });
  afterEach(() => {
    config.useDeprecatedSynchronousErrorHandling = false;
    jest.restoreAllMocks();
  });

  it.each<[string, Listen]>([
    ['an observer of RxJS', observer],
    ['the link', link],
  ])('%s hears values and the end, and its teardown runs', (_name, listen) => {
    const source = driven();
    const { log } = listen(source.source$);
    source.next('A');
    source.complete();
    source.next('B');
    expect([log, source.teardowns()]).toEqual([['A', 'complete'], 1]);
  });

  it('what the source throws while it is subscribed still fails the start', () => {
    expect(link(new Observable<Event>(fail)).log).toEqual([['error', oops]]);
  });

  it('a channel that throws at an event does not harm the link, and hears the next one', () => {
    let log: unknown[] = [];
    const source = driven();
    const errors = thrownLater(() => {
      ({ log } = link(source.source$, (text) => text === 'A' && fail()));
      expect(() => source.next('A')).not.toThrow();
      source.next('B');
    });
    expect([errors, log]).toEqual([[oops], ['A', 'B']]);
  });

  it('a channel that throws at the end does not harm the link, whose teardown runs', () => {
    const source = driven();
    const errors = thrownLater(() => {
      link(source.source$, nothing, fail);
      expect(() => source.complete()).not.toThrow();
    });
    expect([errors, source.teardowns()]).toEqual([[oops], 1]);
  });

  it('a receiver that throws does not harm the link, and others hear everything', () => {
    const received: string[] = [];
    thrownLater(() => {
      const { channel, link } = open();
      channel.subscribe(fail);
      channel.subscribe((text) => received.push(text));
      expect(() => {
        link.received('A');
        link.received('B');
      }).not.toThrow();
    });
    expect(received).toEqual(['A', 'B']);
  });

  it.each(['next', 'complete'] as const)('a sender that throws in %s does not harm the link, nor the sender behind it', (where) => {
    let [first, second] = [0, 0];
    const errors = thrownLater(() => {
      const { channel, link } = open({ window: 2 });
      channel.send('A').subscribe({ complete: () => first++, [where]: fail });
      channel.send('B').subscribe({ complete: () => second++ });
      expect(() => {
        link.txDone({ token: 1 });
        link.txDone({ token: 2 });
      }).not.toThrow();
    });
    expect([errors, first, second]).toEqual([[oops], where === 'next' ? 1 : 0, 1]);
  });
});

describe('while it starts up', () => {
  it('throws what events$ fails with, whatever that is', () => {
    const listener = new Listener(NEVER, nothing, nothing);
    for (const reason of [new Error('no device'), 'no device', undefined, null]) {
      const source$ = new Observable<Event>((subscriber) => subscriber.error(reason));
      expect(thrown(() => new LinkSubscriber<string, void>(listener).start(source$))).toBe(reason);
    }
  });

  it('shuts a link down that has closed its channel meanwhile, and hears no more of it', () => {
    let teardowns = 0;
    const source$ = new Observable<Event>((subscriber) => {
      subscriber.next(message('A'));
      subscriber.next(message('B'));
      return () => teardowns++;
    });
    const { log } = link(source$, (_text, listening) => listening.stop());
    expect([log, teardowns]).toEqual([['A'], 1]);
  });
});
