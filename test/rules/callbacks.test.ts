import { of } from 'rxjs';
import { isMailboxError, txTimeout, type ChannelEvent, type MailboxError } from 'rx-mailbox';
import { handmade, type Handmade } from '../support/handmade';
import { outcome } from '../support/Journal';
import { rejection } from '../support/rejection';
import { timeline, type Timeline, type TimelineOptions } from '../support/timeline';

const oops = new Error('oops');
const boom = (): never => {
  throw oops;
};

/** What a callback does that it must not. */
const promises: [string, () => unknown][] = [
  ['a promise', () => Promise.resolve()],
  ['a promise that rejects', () => rejection()],
  ['something with a then', () => ({ then: () => undefined })],
  ['something whose then throws', () => ({ then: boom })],
];

/** A channel made by hand, and what its listeners hear. */
function listen(made: Handmade) {
  const all = handmade(made);
  const lines: string[] = [];
  const broken: ChannelEvent[] = [];
  const causes: unknown[] = [];
  all.channel.events$.subscribe((event) => event.type === 'broken' && broken.push(event));
  all.channel.txDone$.subscribe(({ message, error }) => {
    lines.push(`${message} ${error === undefined ? 'ok' : outcome(error)}`);
    if (error !== undefined) causes.push(error.cause);
  });
  return { ...all, lines, broken, causes };
}

/** Matches the event that says who broke the contract, and how. */
function brokenBy(callback: string, token?: number): unknown {
  const error = expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(callback) as unknown }) as unknown;
  const event = { type: 'broken', at: expect.any(Number) as unknown, error };
  return token === undefined ? event : { ...event, token };
}

describe('txPrepare (rule 8)', () => {
  it.each(promises)('that returns %s fails its message, which is not handed over: nobody waits for it', (_what, answer) => {
    const { channel, sent, lines, broken, causes } = listen({
      options: { txPrepare: ((message: string) => (message === 'A' ? answer() : undefined)) as never },
    });
    channel.next('A');
    channel.next('B');
    expect([sent, lines]).toEqual([['B'], ['A EIO not-sent']]);
    expect(broken).toEqual([brokenBy('txPrepare', 1)]);
    expect(causes).toEqual([broken[0]!.error]);
  });

  it.each([[5], ['x'], [null], [true], [{}], [[]], [() => 1]])('that returns %p harms nothing: its answer is ignored', (answer) => {
    const { channel, sent, broken } = listen({ options: { txPrepare: () => answer } });
    channel.next('A');
    expect([sent, broken]).toEqual([['A'], []]);
  });

  it('that throws fails its message: that is its way to say no, and not broken', () => {
    const { channel, sent, lines, broken, causes } = listen({ options: { txPrepare: boom } });
    channel.next('A');
    expect([sent, lines, broken, causes]).toEqual([[], ['A EIO not-sent'], [], [oops]]);
  });
});

describe('sendData (rule 8)', () => {
  it.each<[string, () => unknown]>([
    ...promises,
    ['nothing', () => undefined],
    ['true', () => true],
    ["'ok'", () => 'ok'],
    ['an object', () => ({})],
    ['a symbol', () => Symbol('accepted')],
  ])('that returns %s fails its message with delivery unknown, and the next one goes', (_what, answer) => {
    const { channel, link, lines, broken, causes } = listen({});
    const { sendData } = link;
    link.sendData = (message, token) => (message === 'A' ? (answer() as 'busy') : sendData(message, token));
    channel.next('A');
    channel.next('B');
    expect(lines).toEqual(['A EIO unknown']);
    expect(broken).toEqual([brokenBy('sendData', 1)]);
    expect(causes).toEqual([broken[0]!.error]);
    expect(channel.slotsAvailable).toBe(20);
  });

  it('and on a link without tokens its slot is held until its tx-done', () => {
    const { channel, link, sent, events, lines } = listen({ controller: { correlation: 'ordered' } });
    const { sendData } = link;
    link.sendData = (message, token) => (message === 'A' ? ('ok' as never) : sendData(message, token));
    channel.next('A');
    channel.next('B');
    expect(sent).toEqual([]);
    events.next({ type: 'txDone' });
    expect([sent, lines]).toEqual([['B'], ['A EIO unknown']]);
  });

  it('that throws fails its message: that is its way to say no, and not broken', () => {
    const { channel, link, lines, broken, causes } = listen({});
    link.sendData = boom;
    channel.next('A');
    expect([lines, broken, causes]).toEqual([['A EIO not-sent'], [], [oops]]);
  });
});

describe('abort (rule 8)', () => {
  it.each(promises)('that returns %s shows as broken, and changes nothing', (_what, answer) => {
    const { channel, lines, broken } = listen({ link: { abort: answer as never } });
    channel.send('A').subscribe().unsubscribe();
    expect([lines, broken]).toEqual([['A ECANCELED unknown'], [brokenBy('abort', 1)]]);
  });

  it('that throws shows as broken, with what it threw as the cause', () => {
    const { channel, lines, broken } = listen({ link: { abort: boom } });
    channel.send('A').subscribe().unsubscribe();
    expect([lines, broken]).toEqual([['A ECANCELED unknown'], [brokenBy('abort', 1)]]);
    expect((broken[0]!.error as Error).cause).toBe(oops);
  });

  it('that returns anything else harms nothing', () => {
    const { channel, broken } = listen({ link: { abort: () => true } });
    channel.send('A').subscribe().unsubscribe();
    expect(broken).toEqual([]);
  });
});

describe('lastTxDone (rule 8)', () => {
  /** One message whose question is answered like that, and one after it. */
  function ask(t: Timeline, answer: () => unknown, options: TimelineOptions = {}) {
    const opened = t.open({ txDone: 'poll', txPollPeriod: 10, reports: true, events: ['broken'], ...options });
    Object.assign(opened.link, { lastTxDone: (token: number) => (token === 1 ? answer() : true) });
    const errors: unknown[] = [];
    opened.channel.events$.subscribe(({ type, error }) => type === 'broken' && errors.push(error));
    opened.channel.send('A').subscribe({ error: (error: MailboxError) => errors.push(error.cause) });
    opened.channel.next('B');
    return errors;
  }

  it.each(promises)('that returns %s fails its message with delivery unknown', (_what, answer) =>
    timeline((t) => {
      const errors = ask(t, answer);
      t.expect('0 sendData A', '0 sendData B', '0 report A EIO unknown', '0 report B ok', '0 broken 1');
      expect(errors).toHaveLength(2);
      expect(errors[0]).toBe(errors[1]);
      expect((errors[0] as Error).message).toContain('lastTxDone returned');
    })(),
  );

  it(
    'that throws fails its message with what it threw as the cause, and shows as broken',
    timeline((t) => {
      const errors = ask(t, boom);
      t.expect('0 sendData A', '0 sendData B', '0 report A EIO unknown', '0 report B ok', '0 broken 1');
      expect(errors).toEqual([expect.objectContaining({ name: 'TypeError', message: 'lastTxDone threw', cause: oops }), oops]);
    }),
  );
});

describe('peekData (rule 8)', () => {
  it.each<[string, () => unknown]>([...promises, ['1', () => 1], ["''", () => ''], ['nothing', () => undefined], ['null', () => null]])(
    'that returns %s shows as broken, and means false',
    (_what, answer) => {
      const { channel, broken } = listen({ link: { peekData: answer as never } });
      expect(channel.peekData()).toBe(false);
      expect(broken).toEqual([brokenBy('peekData')]);
    },
  );
});

describe('reset (rule 8)', () => {
  it.each<[string, () => unknown, string]>([
    ['a promise that rejects', () => rejection(oops), 'oops'],
    ['nothing to subscribe', () => 5, '5'],
  ])('that returns %s is a down', async (_what, answer, text) => {
    const { channel, lines } = listen({ controller: { correlation: 'ordered' }, link: { reset: answer as never } });
    const reasons: unknown[] = [];
    channel.events$.subscribe(({ type, error }) => type === 'down' && reasons.push(error));
    channel.send('A').subscribe().unsubscribe();
    // What a promise has to say comes some microtasks later.
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(lines).toEqual(['A ECANCELED unknown']);
    expect(reasons).toEqual([expect.objectContaining({ message: expect.stringContaining(text) as unknown })]);
  });
});

describe('events$ (rule 8)', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'txDone'],
    ['a number', 5],
    ['an object without a type', {}],
    ['an unknown type', { type: 'reboot' }],
    ['a misspelt type', { type: 'txdone', token: 1 }],
    ['a promise', Promise.resolve({ type: 'txDone', token: 1 })],
  ])('that emits %s shows as broken, and changes nothing', (_what, event) => {
    const { events, outcomeOf, broken } = listen({});
    events.next(event as never);
    expect(broken).toEqual([brokenBy('events$')]);
    expect(outcomeOf('A', 1)).toEqual(['ok']);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', '1'],
    ['an object', {}],
  ])('that emits a tx-done whose token is %s shows as broken, and settles nothing', (_what, token) => {
    const { channel, events, lines, broken } = listen({ controller: { correlation: 'ordered' } });
    channel.next('A');
    events.next({ type: 'txDone', token: token as never });
    expect([lines, broken]).toEqual([[], [brokenBy('token of a tx-done')]]);
  });

  it.each([[0], [1.5], [-1], [Number.NaN]])('that emits a tx-done with a number that is no token, %p: an unknown tx-done', (token) => {
    const { channel, events, broken } = listen({});
    const unknown: unknown[] = [];
    channel.events$.subscribe((event) => event.type === 'unknownTxDone' && unknown.push(event.token));
    channel.next('A');
    events.next({ type: 'txDone', token });
    expect([unknown, broken]).toEqual([[token], []]);
  });

  it('that emits an event whose type throws shows as broken, and the next event comes', () => {
    const { events, outcomeOf, broken } = listen({});
    events.next(Object.defineProperty({}, 'type', { get: boom }) as never);
    expect(broken).toEqual([brokenBy('events$')]);
    expect(outcomeOf('A', 1)).toEqual(['ok']);
  });
});

describe('a callback that breaks the contract (rule 8)', () => {
  it('is heard of by nobody where nobody listens, and nothing else changes', () => {
    const { channel, events, outcomeOf } = handmade({ link: { abort: boom, peekData: () => 1 as never } });
    channel.send('A').subscribe().unsubscribe();
    channel.peekData();
    events.next({ type: 'reboot' } as never);
    channel.close();
    expect(outcomeOf('B', 2)).toEqual(['ESHUTDOWN']);
  });

  it(
    'shows in its place among the other events',
    timeline((t) => {
      const { channel, link } = t.open({ abort: true });
      Object.assign(link, { abort: boom });
      channel.events$.subscribe(({ type, token }) => t.write(`${type} ${token}`));
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 queued 1', '0 sent 1', '3 left 1', '3 settled 1', '3 broken 1', '3 A ETIME unknown');
    }),
  );

  it('has a cause that is an error of its own: a MailboxError only carries it', () => {
    const { channel, causes } = listen({ options: { txPrepare: (() => Promise.resolve()) as never } });
    channel.next('A');
    expect(causes).toHaveLength(1);
    expect([causes[0] instanceof TypeError, isMailboxError(causes[0])]).toEqual([true, false]);
  });

  it('in flush, which returns a promise that rejects: flush errors with it, and nothing else does', async () => {
    const { channel, broken } = listen({ link: { flush: () => rejection(oops) } });
    const errors: unknown[] = [];
    channel.flush(10).subscribe({ error: (error) => errors.push(error) });
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect([errors, broken]).toEqual([[oops], []]);
  });

  it('an Observable is no answer of sendData either', () => {
    const { channel, link, lines, broken } = listen({});
    link.sendData = () => of('accepted') as never;
    channel.next('A');
    expect([lines, broken]).toEqual([['A EIO unknown'], [brokenBy('sendData', 1)]]);
  });
});
