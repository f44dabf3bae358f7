import { map } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { turnEnd } from '../support/turn';

// Bugs in which a completion went to the wrong sender. Each test is named after a public report of it.

describe('a late tx-done after a timeout, with the next message in flight', () => {
  it(
    'freenet/freenet-stdlib#96, tagged: the next message keeps waiting for its own',
    marbles(({ script, expectObservable, flush }) => {
      const late = { type: 'txDone', token: 1 } as const;
      const own = { type: 'txDone', token: 2 } as const;
      const { channel, link } = open({ script: script('                   ----l--o', { l: late, o: own }) });
      expectObservable(channel.send('A').pipe(txTimeout(2))).toBe('               --#', undefined, failure('ETIME', 'unknown'));
      expectObservable(channel.send('B').pipe(map(({ token }) => token))).toBe('  -------(t|)', { t: 2 });
      flush();
      expect(link.sent.map(({ at }) => at)).toEqual([0, 2]);
    }),
  );

  it(
    'appcues/mojito#32, ordered: the late tx-done is swallowed, the next one belongs to the next message',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open<string>({
        correlation: 'ordered',
        script: script('                                     ----1--2', {
          1: { type: 'txDone', ack: 'of A' },
          2: { type: 'txDone', ack: 'of B' },
        }),
      });
      expectObservable(channel.send('A').pipe(txTimeout(2))).toBe('               --#', undefined, failure('ETIME', 'unknown'));
      expectObservable(channel.send('B').pipe(map(({ ack }) => ack))).toBe('      -------(b|)', { b: 'of B' });
      flush();
      expect(link.sent.map(({ at }) => at)).toEqual([0, 4]);
    }),
  );

  it(
    'yaacov/node-modbus-serial#264, untagged: the next message is not sent before the late tx-done has come, so no off-by-one begins',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open<string>({
        correlation: 'untagged',
        script: script('                                     ----1--2--3', {
          1: { type: 'txDone', ack: 'of A' },
          2: { type: 'txDone', ack: 'of B' },
          3: { type: 'txDone', ack: 'of C' },
        }),
      });
      expectObservable(channel.send('A').pipe(txTimeout(2))).toBe('               --#', undefined, failure('ETIME', 'unknown'));
      expectObservable(channel.send('B').pipe(map(({ ack }) => ack))).toBe('      -------(b|)', { b: 'of B' });
      expectObservable(channel.send('C').pipe(map(({ ack }) => ack))).toBe('      ----------(c|)', { c: 'of C' });
      flush();
      expect(link.sent.map(({ at }) => at)).toEqual([0, 4, 7]);
    }),
  );

  it(
    'slowtec/tokio-modbus#59, untagged: if the late tx-done never comes, the quarantine ends the wait',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open({ correlation: 'untagged', quarantine: 4, script: script('--------d') });
      expectObservable(channel.send('A').pipe(txTimeout(2))).toBe('               --#', undefined, failure('ETIME', 'unknown'));
      expectObservable(channel.send('B').pipe(map(() => 'r'))).toBe('             --------(r|)');
      flush();
      expect(link.sent.map(({ at }) => at)).toEqual([0, 6]);
    }),
  );

  it('Cloud-Automation/node-modbus#224: a response without a request is an event, not an exception', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, 'lateTxDone', 'unknownTxDone');
    channel.send('A').subscribe().unsubscribe();
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(journal.lines).toEqual(['lateTxDone 1', 'unknownTxDone 2']);
  });
});

describe('three in flight, tx-dones out of order, one of them late', () => {
  it(
    'innoveit/react-native-ble-manager#253: no write gets the callback of another',
    marbles(({ script, expectObservable }) => {
      const done = (token: number) => ({ type: 'txDone', token, ack: `of ${token}` }) as const;
      const { channel } = open<string>({ window: 3, script: script('---3--1--2-4', { 1: done(1), 2: done(2), 3: done(3), 4: done(4) }) });
      const ack = (message: string) => channel.send(message).pipe(map((receipt) => receipt.ack));
      expectObservable(channel.send('A').pipe(txTimeout(2))).toBe('--#', undefined, failure('ETIME', 'unknown'));
      expectObservable(ack('B')).toBe('                              ---------(r|)', { r: 'of 2' });
      expectObservable(ack('C')).toBe('                              ---(r|)', { r: 'of 3' });
      expectObservable(ack('D')).toBe('                              -----------(r|)', { r: 'of 4' });
    }),
  );

  it(
    'Koenkk/zigbee-herdsman#1851, ordered: held slots among three in flight keep the count',
    marbles(({ script, expectObservable }) => {
      const done = (n: number) => ({ type: 'txDone', ack: `${n}` }) as const;
      const { channel } = open<string>({
        correlation: 'ordered',
        window: 3,
        script: script('                                  ---1-2-3-4', { 1: done(1), 2: done(2), 3: done(3), 4: done(4) }),
      });
      const ack = (message: string) => channel.send(message).pipe(map((receipt) => receipt.ack));
      expectObservable(ack('A')).toBe('                 ---(r|)', { r: '1' });
      expectObservable(channel.send('B').pipe(txTimeout(2))).toBe('--#', undefined, failure('ETIME', 'unknown'));
      expectObservable(ack('C')).toBe('                 -------(r|)', { r: '3' });
      expectObservable(ack('D')).toBe('                 ---------(r|)', { r: '4' });
    }),
  );
});

describe('duplicate, unknown and early tx-dones', () => {
  it('tulios/kafkajs#257: a duplicate changes nothing and frees no second slot', () => {
    const { channel, link } = open();
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    link.txDone({ token: 1 });
    link.txDone({ token: 1 });
    expect([journal.lines, handedOver(link)]).toEqual([['A ok'], 'A B']);
  });

  it('Cloud-Automation/node-modbus#227: an unknown token changes nothing', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.send('A').subscribe(journal.sender('A'));
    link.txDone({ token: 4711 });
    expect(journal.lines).toEqual([]);
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['A ok']);
  });

  it('stoprocent/noble#68: a tx-done before sendData has returned is for the message being sent, not for another', () => {
    const { channel } = open({ window: 2, onSend: (message, token, link) => message !== 'A' && link.txDone({ token }) });
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    expect(journal.lines).toEqual(['B ok', 'C ok']);
  });

  it('stoprocent/noble#68: the same without tokens', () => {
    const { channel, link } = open({ correlation: 'untagged', onSend: (message, _token, it) => message !== 'A' && it.txDone() });
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    expect(journal.lines).toEqual([]);
    link.txDone();
    expect(journal.lines).toEqual(['A ok', 'B ok', 'C ok']);
  });
});

describe('a tx-done of the old connection after a reconnect', () => {
  it('redis/ioredis#800: it settles no message of the new connection', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    journal.events(channel, 'lateTxDone', 'unknownTxDone');
    for (const name of ['A', 'B', 'C', 'D']) channel.send(name).subscribe(journal.sender(name));
    link.down('ECONNRESET');
    expect(journal.lines.sort()).toEqual(['A ENETDOWN unknown', 'B ENETDOWN unknown']);
    link.up();
    expect(handedOver(link)).toBe('A B C D');
    journal.lines.length = 0;
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(journal.lines).toEqual(['lateTxDone 1', 'lateTxDone 2']);
    link.txDone({ token: 4 });
    link.txDone({ token: 3 });
    expect(journal.lines.slice(2)).toEqual(['D ok', 'C ok']);
  });

  it('redis/ioredis#800: a held slot of the old connection does not swallow a tx-done of the new one', async () => {
    const { channel, link } = open({ correlation: 'ordered', window: 2 });
    const journal = new Journal();
    channel.send('A').subscribe().unsubscribe();
    await turnEnd();
    link.down('ECONNRESET');
    link.up();
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone();
    expect(journal.lines).toEqual(['B ok']);
  });
});
