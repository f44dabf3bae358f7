import { concat, delay, map, NEVER, Observable, of, range, repeat, retry, Subject, take } from 'rxjs';
import { Mailbox, sendTo, txTimeout, type ChannelOptions, type TxReport } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { timeline } from '../../support/timeline';

const open = (options: ScriptedOptions<string, string, string> = {}, channelOptions: ChannelOptions<string> = {}) => {
  const controller = new ScriptedController<string, string, string>(options);
  const channel = new Mailbox(controller).requestChannel(0, channelOptions);
  return { channel, link: controller.link() };
};

/** One line for a report. */
const line = ({ token, message, ack, error }: TxReport<string, string>) => `${token} ${message} ${error ? error.code : (ack ?? 'ok')}`;

/** Answers at once: with an ack, or with a failure where the message says so. */
const atOnce: ScriptedOptions<string, string, string> = {
  onSend: (message, token, link) =>
    link.txDone(message.startsWith('bad') ? { token, error: message } : { token, ack: message.toLowerCase() }),
};

describe('sendTo', () => {
  describe('when others fill the queue', () => {
    it('waits for a place, without a token of its own meanwhile, and goes on', () => {
      const { channel, link } = open({}, { txQueueLength: 0 });
      const seen: string[] = [];
      const source = new Subject<string>();
      channel.next('theirs');
      source.pipe(sendTo(channel), map(line)).subscribe((each) => seen.push(each));
      source.next('A');
      source.next('B');
      expect([seen, link.sent.length]).toEqual([[], 1]);
      for (const token of [1, 2, 3]) link.txDone({ token });
      expect(seen).toEqual(['2 A ok', '3 B ok']);
    });
  });

  describe('on a channel that closes', () => {
    it('reports ESHUTDOWN for pending messages and for all that follow, and ends with the source', () => {
      const { channel } = open();
      const seen: string[] = [];
      const source = new Subject<string>();
      source.pipe(sendTo(channel, 2), map(line)).subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
      source.next('A');
      source.next('B');
      channel.close();
      expect(seen).toEqual(['1 A ESHUTDOWN', '2 B ESHUTDOWN']);
      source.next('C');
      source.complete();
      expect(seen.slice(2).map((each) => each.replace(/^\d+ /, ''))).toEqual(['C ESHUTDOWN', 'complete']);
    });

    it('says for each whether it was sent', () => {
      const { channel } = open();
      const seen: unknown[] = [];
      of('A', 'B')
        .pipe(sendTo(channel, 2))
        .subscribe(({ error }) => seen.push(error?.delivery));
      channel.close();
      expect(seen).toEqual(['unknown', 'not-sent']);
    });
  });

  describe('unsubscribed', () => {
    it('leaves all of its messages that are pending', () => {
      const { channel, link } = open({ abort: true, window: 2 });
      const reports: string[] = [];
      channel.txDone$.subscribe((report) => reports.push(line(report)));
      of('A', 'B').pipe(sendTo(channel)).subscribe().unsubscribe();
      expect(reports).toEqual(['1 A ECANCELED', '2 B ECANCELED']);
      expect(link.aborted).toEqual([1, 2]);
    });

    it(
      'unsubscribes the source',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold('                                           -A----');
        expectObservable(source$.pipe(sendTo(open().channel)), '         ^---!').toBe('-----');
        expectSubscriptions(source$.subscriptions).toBe('                ^---!');
      }),
    );

    it('leaves the messages of others alone', () => {
      const { channel, link } = open({ window: 2 });
      let done = false;
      channel.send('theirs').subscribe({ complete: () => (done = true) });
      of('A').pipe(sendTo(channel)).subscribe().unsubscribe();
      link.txDone({ token: 1 });
      expect(done).toBe(true);
    });
  });

  it('stops a synchronous source when take has enough', () => {
    const { channel, link } = open(atOnce);
    const seen: string[] = [];
    of('A')
      .pipe(repeat(1000), sendTo(channel), take(3))
      .subscribe((report) => seen.push(line(report)));
    expect(seen).toEqual(['1 A a', '2 A a', '3 A a']);
    expect(link.sent).toHaveLength(3);
  });

  it('sends 10⁵ messages that are done at once without growing the stack', () => {
    const { channel } = open(atOnce);
    let reports = 0;
    range(0, 100_000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel),
      )
      .subscribe(() => reports++);
    expect(reports).toBe(100_000);
  });

  it('may be fed from inside its own report', () => {
    const { channel, link } = open(atOnce);
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(sendTo(channel), map(line)).subscribe((each) => {
      seen.push(each);
      if (seen.length < 4) source.next(`m${seen.length}`);
    });
    source.next('m0');
    expect(seen).toEqual(['1 m0 m0', '2 m1 m1', '3 m2 m2', '4 m3 m3']);
    expect(link.sent).toHaveLength(4);
  });

  it(
    'is one operator for many sources: state lives in the subscription',
    timeline((t) => {
      const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token }) });
      const send = sendTo(channel);
      for (const name of ['A', 'B']) {
        of(name)
          .pipe(delay(name === 'A' ? 4 : 2), send)
          .subscribe({ complete: () => t.write(`${name} complete`) });
      }
      t.expect('2 sendData B', '2 B complete', '4 sendData A', '4 A complete');
    }),
  );

  it('can be subscribed again', () => {
    const { channel, link } = open(atOnce);
    const sending$ = of('A').pipe(sendTo(channel));
    sending$.subscribe();
    sending$.subscribe();
    expect(link.sent).toHaveLength(2);
  });

  it('works with retry of the source, and does not end when a message fails', () => {
    const { channel } = open(atOnce);
    let attempts = 0;
    const seen: string[] = [];
    new Observable<string>((subscriber) => {
      subscriber.next(`bad ${++attempts}`);
      if (attempts < 3) subscriber.error('file broke');
      else subscriber.complete();
    })
      .pipe(sendTo(channel), retry(5), map(line))
      .subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
    expect(seen).toEqual(['1 bad 1 EIO', '2 bad 2 EIO', '3 bad 3 EIO', 'complete']);
  });

  it(
    'waits while a held slot blocks the channel',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      channel.send('theirs').pipe(txTimeout(3)).subscribe(t.sender('theirs'));
      t.at(
        4,
        () =>
          void concat(of('A'), NEVER)
            .pipe(sendTo(channel), map(line))
            .subscribe((each) => t.write(each)),
      );
      t.at(6, () => link.txDone());
      t.at(8, () => link.txDone());
      t.expect('0 sendData theirs', '3 theirs ETIME unknown', '6 sendData A', '8 2 A ok');
    }),
  );
});
