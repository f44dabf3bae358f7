import { txTimeout } from 'rx-mailbox';
import { handmade } from '../support/handmade';
import { Journal, outcome } from '../support/Journal';
import { open } from '../support/open';
import { timeline } from '../support/timeline';

// Callbacks that do what they must not. Each test is named after a public report of it.

/** What a callback becomes that somebody made async, and that fails. */
const rejected = async (): Promise<never> => Promise.reject(new Error('rejected'));

/** Runs a test and returns the rejections that nobody handled. */
async function unhandledRejections(test: () => void): Promise<unknown[]> {
  const rejections: unknown[] = [];
  const listener = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', listener);
  try {
    test();
    // Node looks for them when the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', listener);
  }
  return rejections;
}

/** Texts of the `broken` events. */
function broken({ channel }: Pick<ReturnType<typeof handmade>, 'channel'>): string[] {
  const texts: string[] = [];
  channel.events$.subscribe(({ type, error }) => type === 'broken' && texts.push(String(error)));
  return texts;
}

describe('an async callback', () => {
  it('node-serialport#381: txPrepare: nothing is written before it was prepared', async () => {
    const seen: unknown[] = [];
    const rejections = await unhandledRejections(() => {
      const set = handmade({ options: { txPrepare: rejected as never } });
      const texts = broken(set);
      set.channel.send('A').subscribe({ error: (error: unknown) => seen.push(outcome(error), set.sent, texts) });
    });
    const text = 'TypeError: txPrepare returned a promise; expected nothing, since it is not awaited';
    expect([seen, rejections]).toEqual([['EIO not-sent', [], [text]], []]);
  });

  it('node-red-contrib-modbus#547: lastTxDone: a promise is no yes', async () => {
    const rejections = await unhandledRejections(
      timeline((t) => {
        const { channel, link } = t.open({ txDone: 'poll', events: ['broken'] });
        Object.assign(link, { lastTxDone: rejected });
        channel.send('A').subscribe(t.sender('A'));
        t.expect('0 sendData A', '0 A EIO unknown', '0 broken 1');
      }),
    );
    expect(rejections).toEqual([]);
  });

  it.each([0, '', NaN, null, undefined])('node-red-contrib-modbus#547: lastTxDone: %p is no yes', (answer) => {
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', events: ['broken'] });
      Object.assign(link, { lastTxDone: () => answer });
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 A EIO unknown', '0 broken 1');
    })();
  });

  it('rusty-bacnet#499: abort: a rejection does not end the process', async () => {
    const texts: string[] = [];
    const rejections = await unhandledRejections(() => {
      const set = handmade({ link: { abort: rejected as never } });
      set.channel.events$.subscribe(({ type, error }) => type === 'broken' && texts.push(String(error)));
      set.channel.send('A').subscribe().unsubscribe();
    });
    expect([texts, rejections]).toEqual([['TypeError: abort returned a promise; expected nothing, since it is not awaited'], []]);
  });

  it('rusty-bacnet#499: sendData: its message fails, and the next one goes', async () => {
    const outcomes: string[] = [];
    const rejections = await unhandledRejections(() => {
      const set = handmade();
      const { sendData } = set.link;
      Object.assign(set.link, { sendData: rejected });
      set.channel.send('A').subscribe({ error: (error: unknown) => outcomes.push(outcome(error)) });
      Object.assign(set.link, { sendData });
      outcomes.push(...set.outcomeOf('B', 2));
    });
    expect([outcomes, rejections]).toEqual([['EIO unknown', 'ok'], []]);
  });
});

describe('two words on one message', () => {
  it.each(['tagged', 'ordered', 'untagged'] as const)(
    'vscode-languageserver-node#1474: the reply, then the error of the write: with the token it harms nobody on a link that is %s',
    (correlation) => {
      const { channel, link } = open({ correlation });
      const journal = new Journal();
      journal.events(channel, 'lateTxDone');
      for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
      link.txDone({ token: 1 });
      link.txDone({ token: 1, error: new Error('write failed') });
      link.txDone({ token: 2 });
      expect(journal.lines).toEqual(['A ok', 'lateTxDone 1', 'B ok']);
    },
  );

  it.each([null, '2', {}, true] as never[])('field report: a tx-done whose token is %p settles nothing, and shows', (token) => {
    const set = handmade();
    const texts = broken(set);
    const outcomes: string[] = [];
    set.channel.send('A').subscribe({ complete: () => outcomes.push('A') });
    set.events.next({ type: 'txDone', token });
    expect([outcomes, texts.map((text) => text.slice(0, 33))]).toEqual([[], ['TypeError: token of a tx-done is ']]);
    set.done(1);
    expect(outcomes).toEqual(['A']);
  });

  it('field report: a misspelt event shows', () => {
    const set = handmade();
    const texts = broken(set);
    set.events.next({ type: 'txdone', token: 1 } as never);
    expect(texts).toEqual([
      `TypeError: events$ emitted an event of type "txdone"; expected an event of type 'txDone', 'received', 'ready', 'refused', 'progress', 'down', 'up'`,
    ]);
  });
});

describe('a link that is always busy', () => {
  it(
    'flutter_reactive_ble#933: it says ready from inside its refusal each time: there is one attempt each millisecond',
    timeline((t) => {
      const { channel, link } = t.open();
      const refuse = link.sendData.bind(link);
      let attempts = 0;
      link.sendData = (message, token) => {
        if (++attempts > 5) return refuse(message, token);
        link.ready();
        t.write(`busy ${attempts}`);
        return 'busy';
      };
      channel.send('A').subscribe();
      t.expect('0 busy 1', '1 busy 2', '2 busy 3', '3 busy 4', '4 busy 5', '5 sendData A');
    }),
  );

  it('flutter_reactive_ble#933: in real time the event loop goes on', async () => {
    let attempts = 0;
    const { channel, events } = handmade({
      link: {
        sendData: () => {
          attempts++;
          events.next({ type: 'ready' });
          return 'busy';
        },
      },
    });
    channel.send('A').subscribe({ error: () => undefined });
    expect(attempts).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    channel.close();
  });

  it(
    'field report: txPrepare of a refused head is not called for each of 500 other sends',
    timeline((t) => {
      let prepared = 0;
      const { channel, link } = t.open({ channel: { txQueueLength: 600, txPrepare: () => prepared++ } });
      link.refuse(501);
      for (let i = 0; i < 501; i++) channel.next(`m${i}`);
      expect([prepared, link.refused.length]).toEqual([1, 501]);
      channel.close();
    }),
  );

  it(
    'field report: a lost message is asked about less and less often, so that it costs next to nothing',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', correlation: 'untagged' });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      t.at(10_000, () => {
        expect(link.polled.length).toBeLessThan(25);
        channel.close();
      });
      t.expect('0 sendData A', '5 A ETIME unknown');
    }),
  );
});
