import { config } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { send, watch } from '../support/channelLog';
import { open as openChannel } from '../support/open';

const open = openChannel<string>;

describe('complete()', () => {
  it('sends every accepted message, then closes', () => {
    const { channel, link } = open();
    const log = watch(channel);
    send(channel, 'A', log);
    channel.next('B');
    channel.complete();
    expect([log, channel.closed, link.stopped]).toEqual([[], false, 0]);
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(log).toEqual(['report A ok', 'A ok', 'report B ok', 'received$ complete', 'txDone$ complete']);
    expect([channel.closed, link.stopped]).toEqual([true, 1]);
  });

  it('closes at once when nothing is pending', () => {
    const { channel } = open();
    channel.complete();
    expect(channel.closed).toBe(true);
  });

  it('accepts no more messages: send() errors, next() is ignored', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    send(channel, 'B', log);
    channel.next('C');
    expect(log).toEqual(['B ESHUTDOWN not-sent']);
    link.txDone({ token: 1 });
    expect(link.sent.map(({ message }) => message)).toEqual(['A']);
  });

  it('still delivers received messages', () => {
    const { channel, link } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    link.received('x');
    expect(log).toEqual(['received x']);
  });

  it('waits for a link that is down', () => {
    const { channel, link } = open();
    const log = watch(channel);
    link.down();
    send(channel, 'A', log);
    channel.complete();
    expect(channel.closed).toBe(false);
    link.up();
    link.txDone({ token: 1 });
    expect([log[1], channel.closed]).toEqual(['A ok', true]);
  });

  it('still retries a refused head', () => {
    const { channel, link } = open();
    link.refuse(1);
    channel.next('A');
    channel.complete();
    link.ready();
    link.txDone({ token: 1 });
    expect([link.sent.length, channel.closed]).toEqual([1, true]);
  });

  it('also ends if the last message fails or leaves', () => {
    const { channel, link } = open();
    channel.next('A');
    const leaving = channel.send('B').subscribe();
    channel.complete();
    leaving.unsubscribe();
    link.txDone({ token: 1, error: 'NAK' });
    expect(channel.closed).toBe(true);
  });

  it('does nothing the second time, and close() does not wait', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    channel.complete();
    channel.close();
    expect(log).toEqual(['report A ESHUTDOWN unknown', 'received$ complete', 'txDone$ complete']);
  });

  it('does nothing after close()', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.close();
    channel.complete();
    expect(log).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('may be called from inside the last completion', () => {
    const { channel, link } = open();
    channel.send('A').subscribe({ complete: () => channel.complete() });
    link.txDone({ token: 1 });
    expect(channel.closed).toBe(true);
  });

  it('frees the channel of a mailbox', () => {
    const { mailbox, channel } = open();
    channel.complete();
    expect(() => mailbox.requestChannel(0)).not.toThrow();
  });
});

describe('error(reason)', () => {
  it('fails everything pending with the reason as cause, then closes; receivers get the reason', () => {
    const { channel, link } = open();
    const log = watch(channel);
    const causes: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => causes.push(error?.cause));
    send(channel, 'A', log);
    send(channel, 'B', log);
    const reason = new Error('operator pulled the plug');
    channel.error(reason);
    expect(log).toEqual([
      'report A ESHUTDOWN unknown',
      'A ESHUTDOWN unknown',
      'report B ESHUTDOWN not-sent',
      'B ESHUTDOWN not-sent',
      ['received$ error', reason],
      'txDone$ complete',
    ]);
    expect(causes).toEqual([reason, reason]);
    expect([channel.closed, link.stopped]).toEqual([true, 1]);
  });

  it('completes events$', () => {
    const { channel } = open();
    let end = '';
    channel.events$.subscribe({ error: () => (end = 'error'), complete: () => (end = 'complete') });
    channel.error('reason');
    expect(end).toBe('complete');
  });

  it.each([[undefined], [null], [0], ['']])('takes %p as the reason', (reason) => {
    const { channel } = open();
    const seen: unknown[] = [];
    channel.subscribe({ error: (error: unknown) => seen.push(error), complete: () => seen.push('complete') });
    channel.error(reason);
    expect(seen).toEqual([reason]);
  });

  it('gives the reason also to a receiver that subscribes afterwards', () => {
    const { channel } = open();
    channel.error('reason');
    const seen: unknown[] = [];
    channel.subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen).toEqual(['reason']);
  });

  it('is reported as unhandled by RxJS if a receiver has no error handler', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel } = open();
      channel.subscribe();
      channel.error('reason');
      flush();
    });
    expect(unhandled).toEqual(['reason']);
  });

  it('is not reported as unhandled if there is no receiver', () => {
    const unhandled: unknown[] = [];
    config.onUnhandledError = (error) => unhandled.push(error);
    new TestScheduler(() => undefined).run(({ flush }) => {
      const { channel } = open();
      channel.txDone$.subscribe();
      channel.events$.subscribe();
      channel.error('reason');
      flush();
    });
    expect(unhandled).toEqual([]);
  });

  it('does nothing after close()', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.close();
    channel.error('reason');
    expect(log).toEqual(['received$ complete', 'txDone$ complete']);
  });

  it('does not wait on a completing channel', () => {
    const { channel } = open();
    const log = watch(channel);
    channel.next('A');
    channel.complete();
    channel.error('reason');
    expect(log).toEqual(['report A ESHUTDOWN unknown', ['received$ error', 'reason'], 'txDone$ complete']);
  });
});
