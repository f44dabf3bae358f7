import { Mailbox, txCancel, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { turnEnd } from '../support/turn';

// Bugs in which a queue stopped, lost a completion, or sent again what was given up. Each test is named after a public report of it.

describe('senders give up while the link is down', () => {
  it(
    'redis/ioredis#2131: a message that timed out is not sent after the reconnect',
    marbles(({ script, cold, flush }) => {
      const { channel, link } = open({ script: script('x----u-d') });
      const journal = new Journal();
      cold('-s').subscribe(() => {
        channel.send('A').pipe(txTimeout(3)).subscribe(journal.sender('A'));
        channel.send('B').subscribe(journal.sender('B'));
      });
      flush();
      expect(journal.lines).toEqual(['A ETIME not-sent', 'B ok']);
      expect(link.sent).toMatchObject([{ message: 'B', at: 5 }]);
    }),
  );

  it('redis/node-redis#3365: a message that was cancelled is not sent after the reconnect', async () => {
    const abort = new AbortController();
    const { channel, link } = open();
    const journal = new Journal();
    link.down('ECONNRESET');
    channel.send('A').pipe(txCancel(abort.signal)).subscribe(journal.sender('A'));
    channel.send('B').subscribe(journal.sender('B'));
    abort.abort();
    await turnEnd();
    link.up();
    link.txDoneOldest();
    expect([journal.lines, handedOver(link)]).toEqual([['A ECANCELED not-sent', 'B ok'], 'B']);
  });

  it('socketio/socket.io#5334: a message in flight is not sent again by itself', () => {
    const { channel, link } = open();
    channel.next('A');
    link.down('ECONNRESET');
    link.up();
    expect(handedOver(link)).toBe('A');
  });
});

describe('a channel ends with one message in flight and one waiting', () => {
  it.each<[bug: string, how: string, end: (opened: Opened<void>) => void]>([
    ['sindresorhus/p-queue#239', 'close', ({ channel }) => channel.close()],
    ['amqp-node/amqplib#191', 'error', ({ channel }) => channel.error('server said so')],
    ['mqttjs/MQTT.js#1974', 'the end of events$', ({ link }) => link.end()],
    ['redis/ioredis#2193', 'link down, then close', ({ link, channel }) => (link.down(), channel.close())],
    ['socketio/socket.io#4964', 'an error of events$', ({ link }) => link.fail('transport close')],
    ['andywer/threads.js#461', 'disposal of the mailbox', ({ mailbox }) => mailbox[Symbol.dispose]()],
  ])('%s, %s: each settles once', (_bug, _how, end) => {
    const opened = open();
    const journal = new Journal();
    opened.channel.subscribe({ error: () => undefined });
    journal.reports(opened.channel);
    for (const name of ['A', 'B']) opened.channel.send(name).subscribe(journal.sender(name));
    end(opened);
    const seen = journal.lines.map((line) => line.replace(/ E.*/, ' failed'));
    expect(seen).toEqual(['report A failed', 'A failed', 'report B failed', 'B failed', 'txDone$ completed']);
  });

  it.each(['tagged', 'untagged'] as const)(
    'tulios/kafkajs#1167, %s: completing does not hang on a message that times out in flight and is never taken',
    (correlation) => {
      marbles(({ flush }) => {
        const { channel } = open({ correlation });
        const journal = new Journal();
        channel.send('A').pipe(txTimeout(5)).subscribe(journal.sender('A'));
        channel.complete();
        expect(channel.closed).toBe(false);
        flush();
        expect([journal.lines, channel.closed]).toEqual([['A ETIME unknown'], true]);
      })();
    },
  );

  it('amqp-node/amqplib#191: after a reset every sender has an outcome', async () => {
    const { channel, link } = open({ correlation: 'untagged', reset: () => [] });
    const journal = new Journal();
    channel.send('A').subscribe().unsubscribe();
    for (const name of ['B', 'C']) channel.send(name).subscribe(journal.sender(name));
    await turnEnd();
    link.txDone();
    link.txDone();
    expect([journal.lines, link.resets]).toEqual([['B ok', 'C ok'], 1]);
  });
});

describe('a controller that throws while it sends', () => {
  it('TencentCloud/TencentDB-Agent-Memory#518: the queue is not stuck', () => {
    const { channel, link } = open();
    const journal = new Journal();
    link.throwOnSend(new Error('sync failure'));
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    link.txDoneOldest();
    expect(journal.lines).toEqual(['A EIO not-sent', 'B ok']);
  });

  it('d3/d3-queue#49: also if it throws for a message that a completion started', () => {
    const { channel, link } = open();
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    link.throwOnSend(new Error('sync failure'));
    link.txDoneOldest();
    link.txDoneOldest();
    expect(journal.lines).toEqual(['A ok', 'B EIO not-sent', 'C ok']);
  });
});

describe('ready never comes', () => {
  it('pathosDev/actor-ts#981: every sender gets an error when the channel closes', () => {
    const { channel, link } = open({}, { txQueueLength: 2 });
    const journal = new Journal();
    journal.reports(channel);
    link.refuseUntilReady();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    expect(journal.lines).toEqual(['C ENOBUFS not-sent']);
    channel.close();
    expect(journal.lines.slice(1, -1)).toEqual([
      ...['report A ESHUTDOWN not-sent', 'A ESHUTDOWN not-sent'],
      ...['report B ESHUTDOWN not-sent', 'B ESHUTDOWN not-sent'],
    ]);
  });

  it(
    'pathosDev/actor-ts#981: a time limit works meanwhile',
    marbles(({ flush }) => {
      const { channel, link } = open();
      const journal = new Journal();
      link.refuseUntilReady();
      channel.send('A').pipe(txTimeout(5)).subscribe(journal.sender('A'));
      flush();
      expect([journal.lines, channel.slotsAvailable]).toEqual([['A ETIME not-sent'], 20]);
    }),
  );
});

describe('sending from inside a completion', () => {
  it('jessetane/queue#23: synchronous completions, each sending the next, do not overflow the stack', () => {
    const { channel, link } = open({ onSend: (_message, token, it) => it.txDone({ token }) });
    let left = 50_000;
    const next = (): void => {
      if (left-- > 0) channel.send('A').subscribe({ complete: next });
    };
    next();
    expect(link.sent).toHaveLength(50_000);
  });

  it('caolan/async#414: very many messages that complete at once do not overflow the stack either', () => {
    const { channel, link } = open({ onSend: (_message, token, it) => it.txDone({ token }) }, { txQueueLength: 50_000 });
    const journal = new Journal();
    link.down();
    for (let i = 0; i < 50_000; i++) channel.send('A').subscribe(journal.sender('A'));
    link.up();
    expect(journal.lines).toHaveLength(50_000);
  });

  it('the new message goes to the end of the queue and overtakes none', () => {
    const { channel, link } = open();
    channel.send('A').subscribe({ complete: () => channel.next('A again') });
    channel.next('B');
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('A B A again');
  });

  it('a send after a close inside a completion fails to its sender', () => {
    const mailbox = new Mailbox(new ScriptedController({ onSend: (_message, token, link) => link.txDone({ token }) }));
    const channel = mailbox.requestChannel(0);
    const journal = new Journal();
    const b = journal.sender('B');
    channel.send('A').subscribe({ complete: () => (channel.close(), channel.send('B').subscribe(b)) });
    expect(journal.lines).toEqual(['B ESHUTDOWN not-sent']);
  });
});
