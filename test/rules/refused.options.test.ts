import { of } from 'rxjs';
import { sendTo } from 'rx-mailbox';
import { handedOver, open } from '../support/open';
import { timeline } from '../support/timeline';
import { errorOf } from '../support/errorOf';

const boom = (): never => {
  throw new Error('out of paper');
};

describe('txPrepare runs again for a message that came back, and only then (semantics 7.3)', () => {
  it(
    'before its next attempt',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      channel.next('A');
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.expect('0 prepare A', '0 sendData A', '5 prepare A', '5 sendData A');
    }),
  );

  it(
    'once for each refusal, however often the link says busy after it',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      channel.next('A');
      t.at(3, () => (link.giveBack(1), link.refuse(2)));
      for (const ms of [5, 6, 7]) t.at(ms, () => link.emit({ type: 'ready' }));
      t.expect('0 prepare A', '0 sendData A', '5 prepare A', '5 sendData A → busy', '6 sendData A → busy', '7 sendData A');
    }),
  );

  it(
    'not for those that wait behind it, nor for a head that was answered busy before',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3, channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
      channel.next('A');
      link.refuse(1);
      channel.next('B');
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.expect('0 prepare A', '0 sendData A', '0 prepare B', '0 sendData B → busy', '5 prepare A', '5 sendData A', '5 sendData B');
    }),
  );

  it(
    'what it throws then fails the message, not sent, and the next one goes',
    timeline((t) => {
      let prepares = 0;
      const { channel, link } = t.open({ channel: { txPrepare: (message) => message === 'A' && ++prepares === 2 && boom() } });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.expect('0 sendData A', '5 sendData B', '5 A EIO not-sent');
    }),
  );

  it(
    'a message that is given back from inside txPrepare goes before the one that is prepared, which is prepared only once',
    timeline((t) => {
      const { channel, link } = t.open({
        window: 2,
        channel: {
          txPrepare: (message) => {
            t.write(`prepare ${message}`);
            if (message === 'B') link.giveBack(1);
          },
        },
      });
      channel.next('A');
      channel.next('B');
      t.at(5, () => link.ready());
      t.expect('0 prepare A', '0 sendData A', '0 prepare B', '5 prepare A', '5 sendData A', '5 sendData B');
    }),
  );
});

describe('the queue may become longer than it is (semantics 7.4)', () => {
  it('by the window', () => {
    const { channel, mailbox, link } = open({ window: 4 }, { txQueueLength: 2 });
    for (const message of ['A', 'B', 'C', 'D', 'E', 'F']) channel.next(message);
    for (const token of [1, 2, 3, 4]) link.giveBack(token);
    expect(mailbox.states()).toMatchObject([{ waiting: 6, inFlight: 0 }]);
    expect(channel.slotsAvailable).toBe(0);
  });

  it('no more is accepted then, until fewer wait than may', () => {
    const { channel, link } = open({ window: 4 }, { txQueueLength: 2 });
    for (const message of ['A', 'B', 'C', 'D', 'E', 'F']) channel.next(message);
    for (const token of [1, 2, 3, 4]) link.giveBack(token);
    const errors: unknown[] = [];
    const send = (message: string) => channel.send(message).subscribe({ error: ({ code }) => errors.push(code) });
    link.refuse(1);
    send('G');
    expect(errors).toEqual(['ENOBUFS']);
    link.ready();
    link.txDone({ token: 1 });
    send('H');
    expect(errors).toEqual(['ENOBUFS']);
    expect(handedOver(link)).toBe('A B C D A B C D E');
  });

  it('with a queue of 0 as well: its message waits, and a send that comes meanwhile is refused', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    channel.next('A');
    link.giveBack(1);
    link.refuse(1);
    expect(errorOf(channel.send('B')).code).toBe('ENOBUFS');
    link.ready();
    expect(handedOver(link)).toBe('A A');
  });

  it('sendTo waits for a place, and loses nothing', () => {
    const { channel, link } = open({ window: 3 }, { txQueueLength: 1 });
    const reports: string[] = [];
    of('A', 'B', 'C', 'D', 'E', 'F')
      .pipe(sendTo(channel, 6))
      .subscribe(({ message, error }) => reports.push(`${message} ${error === undefined ? 'ok' : error.code}`));
    for (const token of [3, 1, 2]) link.giveBack(token);
    link.ready();
    for (let token = 1; token <= 6; token++) link.txDone({ token });
    expect(handedOver(link)).toBe('A B C A B C D E F');
    expect(reports).toEqual(['A ok', 'B ok', 'C ok', 'D ok', 'E ok', 'F ok']);
  });
});

describe('a link may give messages back with every tx-done method (semantics 7.4)', () => {
  it(
    'poll: it is not asked about what waits',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10 });
      channel.send('A').subscribe(t.sender('A'));
      t.at(15, () => (link.giveBack(1), link.refuse(2)));
      t.at(45, () => link.setLastTxDone(1, { ack: 'yes' }));
      t.expect('0 sendData A', '20 sendData A → busy', '30 sendData A → busy', '40 sendData A', '50 A ok yes');
      expect(link.polled.map(({ at }) => at)).toEqual([0, 10, 40, 50]);
    }),
  );

  it('ack: its application cannot acknowledge what waits', () => {
    const { channel, link } = open<string>({ txDone: 'ack' });
    const log: unknown[] = [];
    channel.events$.subscribe(({ type, token }) => log.push(`${type} ${token}`));
    channel.send('A').subscribe({ complete: () => log.push('A ok') });
    link.giveBack(1);
    link.refuse(1);
    channel.acknowledge({ token: 1 });
    expect(log).toEqual(['queued 1', 'sent 1', 'busy 1', 'lateTxDone 1', 'busy 1']);
    link.ready();
    channel.acknowledge({ token: 1 });
    expect(log.slice(5)).toEqual(['ready undefined', 'sent 1', 'settled 1', 'A ok']);
  });
});

describe('links whose tx-done names no message count by the order of the hand-over that counts (rule 3)', () => {
  it(
    'ordered: what came back is behind what stayed in flight',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 3 });
      for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(t.sender(message));
      t.at(3, () => (link.giveBack(1), link.ready()));
      for (const [ms, ack] of [
        [5, 'first'],
        [6, 'second'],
        [7, 'third'],
      ] as const)
        t.at(ms, () => link.txDone({ ack }));
      t.expect(...['0 sendData A', '0 sendData B', '0 sendData C', '3 sendData A'], ...['5 B ok first', '6 C ok second', '7 A ok third']);
    }),
  );

  it(
    'untagged: the slot is free for nobody else until the message that came back has left',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ ack: "A's" }));
      t.at(9, () => link.txDone({ ack: "B's" }));
      t.expect('0 sendData A', '5 sendData A', '7 sendData B', "7 A ok A's", "9 B ok B's");
    }),
  );
});
