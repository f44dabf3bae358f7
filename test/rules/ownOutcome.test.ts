import { filter, map, type OperatorFunction } from 'rxjs';
import { Mailbox, txTimeout, type ChannelEvent } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { open } from '../support/open';

const STRAYS = ['lateTxDone', 'unknownTxDone'] as const;

describe('own outcome (rule 3)', () => {
  it(
    'tagged: tx-dones in any order settle their own messages',
    marbles(({ script, expectObservable }) => {
      const done = (token: number) => ({ type: 'txDone', token, ack: `ack of ${token}` }) as const;
      const { channel } = open<string>({ window: 3, script: script('--3-1-2', { 3: done(3), 1: done(1), 2: done(2) }) });
      const outcome = (message: string) => channel.send(message).pipe(map(({ ack }) => ack));
      expectObservable(outcome('A')).toBe('                           ----(r|)', { r: 'ack of 1' });
      expectObservable(outcome('B')).toBe('                           ------(r|)', { r: 'ack of 2' });
      expectObservable(outcome('C')).toBe('                           --(r|)', { r: 'ack of 3' });
    }),
  );

  it(
    'ordered: each tx-done settles the oldest',
    marbles(({ script, expectObservable }) => {
      const { channel } = open<string>({
        correlation: 'ordered',
        window: 2,
        script: script('--x--y', { x: { type: 'txDone', ack: 'first' }, y: { type: 'txDone', ack: 'second' } }),
      });
      expectObservable(channel.send('A').pipe(map(({ ack }) => ack))).toBe('--(r|)', { r: 'first' });
      expectObservable(channel.send('B').pipe(map(({ ack }) => ack))).toBe('-----(r|)', { r: 'second' });
    }),
  );

  it(
    'ordered: the late tx-done of a sender that left is not given to the next one',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ correlation: 'ordered', window: 2, script: script('-----d--d') });
      const a$ = channel.send('A').pipe(txTimeout(2));
      expectObservable(a$).toBe('                                           --#', undefined, failure('ETIME', 'unknown'));
      expectObservable(channel.send('B').pipe(map(() => 'r'))).toBe('       --------(r|)');
      expectObservable(channel.events$.pipe(strays())).toBe('               -----l--', { l: 'lateTxDone 1' });
    }),
  );

  it('a token that never was given out is unknownTxDone', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A'));
    for (const token of [2, 99, 0, -1]) link.txDone({ token });
    expect(journal.lines).toEqual(['unknownTxDone 2', 'unknownTxDone 99', 'unknownTxDone 0', 'unknownTxDone -1']);
    link.txDone({ token: 1 });
    expect(journal.lines.at(-1)).toBe('A ok');
  });

  it('no token on a tagged link is unknownTxDone', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A'));
    link.txDone();
    expect(journal.lines).toEqual(['unknownTxDone']);
  });

  it.each(['ordered', 'untagged'] as const)('nothing in flight on an %s link is unknownTxDone', (correlation) => {
    const { channel, link } = open({ correlation });
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    link.txDone();
    expect(journal.lines).toEqual(['unknownTxDone']);
    channel.send('A').subscribe(journal.sender('A'));
    link.txDone();
    link.txDone();
    expect(journal.lines).toEqual(['unknownTxDone', 'A ok', 'unknownTxDone']);
  });

  it.each(['poll', 'ack'] as const)("a tx-done event is not the own method of a '%s' channel: unknownTxDone", (txDone) => {
    const { channel, link } = open({ txDone, txPollPeriod: 10 });
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    const sending = channel.send('A').subscribe(journal.sender('A'));
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['unknownTxDone 1']);
    sending.unsubscribe();
  });

  it('the token of a message that has settled is lateTxDone, and so is a duplicate', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A'));
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 1 });
    link.txDone({ token: 1 });
    link.txDone({ token: 1, error: 'NAK' });
    expect(journal.lines).toEqual(['A ok', 'lateTxDone 1', 'lateTxDone 1']);
    link.txDone({ token: 2 });
    expect(journal.lines.at(-1)).toBe('B ok');
  });

  it('the token of a message whose sender left is lateTxDone', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A')).unsubscribe();
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['lateTxDone 1']);
  });

  it('the token of a message that still waits was given out and is not in flight: lateTxDone, and the message goes on', () => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, ...STRAYS, 'sent');
    channel.send('A').subscribe(journal.sender('A'));
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 2 });
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(journal.lines).toEqual(['sent 1', 'lateTxDone 2', 'sent 2', 'A ok', 'B ok']);
  });

  it('a tx-done on one channel changes nothing on another', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const [channel, other] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A'));
    other.send('B').subscribe(journal.sender('B'));
    const tokenOfB = controller.link(1).sent[0]!.token;
    controller.link(0).txDone({ token: tokenOfB });
    expect(journal.lines).toEqual([`lateTxDone ${tokenOfB}`]);
    controller.link(1).txDone({ token: tokenOfB });
    expect(journal.lines.at(-1)).toBe('B ok');
  });

  it.each(['ordered', 'untagged'] as const)('%s: the second of two tx-dones inside one sendData settles nothing', (correlation) => {
    const { channel, link } = open({ correlation, onSend: (message, _token, it) => message === 'A' && (it.txDone(), it.txDone()) });
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    link.refuseUntilReady();
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    link.ready();
    expect([...journal.lines].sort()).toEqual(['A ok', 'unknownTxDone']);
    link.txDone();
    expect(journal.lines.at(-1)).toBe('B ok');
  });

  it('a tx-done of an earlier epoch settles nobody', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    journal.events(channel, ...STRAYS);
    channel.send('A').subscribe(journal.sender('A'));
    link.down('cable');
    link.up();
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['A ENETDOWN unknown', 'lateTxDone 1']);
  });

  it('a late or unknown tx-done shows on events$ with the error that it carried', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.events$.subscribe((event) => events.push(event));
    link.txDone({ token: 7, error: 'NAK' });
    expect(events).toMatchObject([{ type: 'unknownTxDone', token: 7, error: 'NAK' }]);
  });

  it('the failure of one message does not fail another', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    channel.send('A').subscribe(journal.sender('A'));
    channel.send('B').subscribe(journal.sender('B'));
    link.txDone({ token: 2, error: 'NAK' });
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['B EIO sent', 'A ok']);
  });

  it('a tx-done with the error undefined is a success, and a missing ack is undefined', () => {
    const { channel, link } = open<string>();
    const receipts: unknown[] = [];
    channel.send('A').subscribe((receipt) => receipts.push(receipt));
    link.txDone({ token: 1, error: undefined });
    expect(receipts).toStrictEqual([{ token: 1, ack: undefined }]);
  });

  it.each([null, 0, '', false])('a tx-done with the falsy error %p is a failure', (error) => {
    const { channel, link } = open();
    const errors: unknown[] = [];
    channel.send('A').subscribe({ error: (reason) => errors.push(reason) });
    link.txDone({ token: 1, error });
    expect(errors).toEqual([failure('EIO', 'sent', { cause: error })]);
  });
});

function strays(): OperatorFunction<ChannelEvent, string> {
  return (events$) =>
    events$.pipe(
      filter(({ type }) => type === 'lateTxDone' || type === 'unknownTxDone'),
      map(({ type, token }) => `${type} ${token}`),
    );
}
