import { defer, EMPTY, map, repeat, retry, switchMap, takeUntil, timeout, timer, toArray } from 'rxjs';
import { isMailboxError, Mailbox, Transmission, txTimeout, TxTimeoutError } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';
import { observe } from '../support/observe';

describe('in virtual time', () => {
  it(
    'TestScheduler compares it as any Observable',
    marbles(({ script, expectObservable }) => {
      const controller = new ScriptedController<string, string, string>({
        script: script('---d---f', { d: { type: 'taken', ack: 'ok' }, f: { type: 'taken', error: 'NAK' } }),
      });
      const channel = new Mailbox(controller).requestChannel(0);
      const failure = expect.objectContaining({ code: 'EIO', delivery: 'sent', cause: 'NAK' }) as unknown;
      expectObservable(channel.send('A')).toBe('---(r|)', { r: { token: 1, ack: 'ok' } });
      expectObservable(channel.send('B')).toBe('-------#', {}, failure);
    }),
  );

  it(
    'TestScheduler unsubscribes from it as from any Observable',
    marbles(({ expectObservable }) => {
      const channel = new Mailbox(new ScriptedController()).requestChannel(0);
      const reports$ = channel.txDone$.pipe(map(({ message, error }) => `${message} ${error?.code} ${error?.delivery}`));
      expectObservable(reports$).toBe('       ---ab', { a: 'A ECANCELED unknown', b: 'B ECANCELED unknown' });
      expectObservable(channel.send('A'), '   ^--!').toBe('----');
      expectObservable(channel.send('B'), '   ^---!').toBe('----');
    }),
  );

  it(
    'the timeout of RxJS leaves it too',
    timeline((t) => {
      const { channel } = t.open({ reports: true });
      channel
        .send('A')
        .pipe(timeout(5))
        .subscribe({ error: (error: Error) => t.write(error.name) });
      t.expect('0 sendData A', expect.stringMatching('5') as string, expect.stringMatching('5') as string);
      expect(t.lines.slice(1).sort()).toEqual(['5 TimeoutError', '5 report A ECANCELED unknown']);
    }),
  );

  it(
    'repeat and retry with a delay keep to the virtual time',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone(token === 2 ? { token, error: 'NAK' } : { token }) });
      channel
        .send('A')
        .pipe(repeat({ count: 2, delay: 3 }), retry({ delay: 10, count: 1 }))
        .subscribe({ complete: () => t.write('complete') });
      t.expect('0 sendData A', '3 sendData A', '13 sendData A', '16 sendData A', '16 complete');
    }),
  );

  it(
    'a policy before retry has its own clock for each attempt, after it one for all',
    timeline((t) => {
      const { channel } = t.open();
      channel.send('A').pipe(txTimeout(10), retry(5), txTimeout(25)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '10 sendData A', '20 sendData A', '25 A ETIME unknown');
    }),
  );

  it(
    'an error of the total clock after retry is that of the attempt which was left',
    timeline((t) => {
      const { channel } = t.open();
      const reported: unknown[] = [];
      let failure: unknown;
      channel.txDone$.subscribe(({ error }) => reported.push(error));
      channel
        .send('A')
        .pipe(txTimeout(10), retry(5), txTimeout(15))
        .subscribe({ error: (error: unknown) => (failure = error) });
      t.expect('0 sendData A', '10 sendData A');
      expect(reported).toHaveLength(2);
      expect(failure).toBe(reported[1]);
      expect(failure).toEqual(new TxTimeoutError('total', 15, 'unknown'));
    }),
  );

  it(
    'timer and defer around it stay cold',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token }) });
      timer(5)
        .pipe(switchMap(() => defer(() => channel.send('A')).pipe(toArray())))
        .subscribe((receipts) => t.write(`${receipts.length} receipt`));
      t.expect('5 sendData A', '5 1 receipt');
    }),
  );
});

it('a Transmission of a closed channel errors to each of its subscribers, at once', () => {
  const channel = new Mailbox(new ScriptedController()).requestChannel(0);
  const sending$ = channel.send('A');
  channel.close();
  const errors: unknown[] = [];
  sending$.subscribe({ error: (error: unknown) => errors.push(error) });
  sending$.pipe(map(({ token }) => token)).subscribe({ error: (error: unknown) => errors.push(error) });
  expect(errors.map((error) => isMailboxError(error, 'ESHUTDOWN') && error.delivery)).toEqual(['not-sent', 'not-sent']);
});

it.each([[''], ['0'], [0], [false], [null], [undefined], [NaN], [0n]])('sends a falsy message as it is: %p', (message) => {
  const controller = new ScriptedController<unknown, unknown, unknown>();
  const channel = new Mailbox(controller).requestChannel(0);
  const reports: unknown[] = [];
  channel.txDone$.subscribe((report) => reports.push(report));
  const log = observe(channel.send(message));
  expect(controller.link().sent[0]!.message).toBe(message);
  controller.link().txDone({ token: 1, ack: message });
  expect(log).toEqual([{ token: 1, ack: message }, 'complete']);
  expect(reports).toEqual([{ token: 1, message, ack: message }]);
});

it('passes a message on by identity', () => {
  const message = { deep: [1, 2] };
  const controller = new ScriptedController<object, unknown, unknown>();
  const channel = new Mailbox(controller).requestChannel(0);
  channel.send(message).subscribe();
  expect(controller.link().sent[0]!.message).toBe(message);
});

it('operators of RxJS make no Transmission of it', () => {
  const channel = new Mailbox(new ScriptedController()).requestChannel(0);
  expect(channel.send('A').pipe(map(({ token }) => token))).not.toBeInstanceOf(Transmission);
  expect(channel.send('A').pipe(takeUntil(EMPTY))).not.toBeInstanceOf(Transmission);
});
