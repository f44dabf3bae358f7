import { txCancel } from 'rx-mailbox';
import { open, type Opened } from '../support/open';
import { unhandledErrors } from '../support/unhandled';

// Bugs in which a failure that nobody waited for ended the process. Each test is named after a public report of it.

describe('a message that nobody waits for causes no uncaught exception', () => {
  it.each<[string, (opened: Opened<void>) => void]>([
    ['fails at the device', ({ link }) => link.txDoneOldest({ error: new Error('NAK') })],
    ['is in flight when the link goes down', ({ link }) => link.down('ECONNRESET')],
    ['is pending when the channel closes', ({ channel }) => channel.close()],
    ['is pending when the channel ends with an error and nobody receives', ({ channel }) => channel.error(new Error('why'))],
    ['is pending when events$ errors and nobody receives', ({ link }) => link.fail(new Error('transport close'))],
    [
      'meets a controller that throws',
      ({ channel, link }) => (link.throwOnSend(new Error('sync failure'), 9), link.txDoneOldest(), channel.next('C')),
    ],
  ])('cardstack/boxel#5330: next() that %s', (_how, end) => {
    const opened = open({}, { txQueueLength: 1 });
    const unhandled = unhandledErrors(() => {
      for (const message of ['A', 'B', 'one too many']) opened.channel.next(message);
      end(opened);
      opened.channel.next('after the end');
    });
    expect(unhandled).toEqual([]);
  });

  it('anomalyco/opencode#12369: aborting waiting messages whose senders handle it', () => {
    const { channel } = open();
    const abort = new AbortController();
    const errors: unknown[] = [];
    const unhandled = unhandledErrors(() => {
      for (const message of ['A', 'B', 'C']) {
        channel
          .send(message)
          .pipe(txCancel(abort.signal))
          .subscribe({ error: (error) => errors.push(error) });
      }
      abort.abort();
    });
    expect([errors.length, unhandled]).toEqual([3, []]);
  });

  it('redis/node-redis#2165: a reply after the abort', () => {
    const { channel, link } = open();
    const abort = new AbortController();
    const unhandled = unhandledErrors(() => {
      channel
        .send('A')
        .pipe(txCancel(abort.signal))
        .subscribe({ error: () => undefined });
      abort.abort();
      link.txDone({ token: 1, error: new Error('late, and failed') });
    });
    expect(unhandled).toEqual([]);
  });

  it('a sender that unsubscribed gets no error, so none can be unhandled', () => {
    const { channel, link } = open();
    const unhandled = unhandledErrors(() => {
      channel.send('A').subscribe().unsubscribe();
      link.txDone({ token: 1, error: new Error('NAK') });
      channel.close();
    });
    expect(unhandled).toEqual([]);
  });
});
