import { from, map, of, range, Subject } from 'rxjs';
import { sendTo, txTimeout, type TxReport } from 'rx-mailbox';
import { handedOver, open } from '../../support/open';
import { timeline } from '../../support/timeline';

/** One line for a report. */
const line = ({ message, error }: TxReport<string, void>): string => `${message} ${error ? `${error.code} ${error.delivery}` : 'ok'}`;

const names = (count: number): string[] => Array.from({ length: count }, (_each, i) => `m${i}`);

/** A channel with a place for one, in which another one's message is in flight and a second one waits; and a source that is sent to it. */
function full(concurrency?: number) {
  const opened = open({}, { txQueueLength: 1 });
  for (const message of ['theirs', 'theirs too']) opened.channel.next(message);
  const source = new Subject<string>();
  const seen: string[] = [];
  const sending = source
    .pipe(sendTo(opened.channel, concurrency), map(line))
    .subscribe({ next: (each) => seen.push(each), complete: () => seen.push('complete') });
  return { ...opened, source, seen, sending };
}

describe('sendTo has by default', () => {
  it.each([
    ['as many messages pending as the window allows', 3, 20, 3, 0],
    ['no more than may wait', 64, 20, 20, 0],
    ['one where none may wait', 64, 0, 1, 0],
  ])('%s', (_what, window, txQueueLength, inFlight, waiting) => {
    const { channel, link } = open({ window }, { txQueueLength });
    from(names(100)).pipe(sendTo(channel)).subscribe();
    expect([link.outstanding.length, txQueueLength - channel.slotsAvailable]).toEqual([inFlight, waiting]);
  });
});

describe('sendTo waits for a place', () => {
  it('while others fill the queue', () => {
    const { link, source, seen } = full();
    source.next('A');
    expect(handedOver(link)).toBe('theirs');
    link.txDone({ token: 1 });
    link.txDone({ token: 2 });
    expect(handedOver(link)).toBe('theirs theirs too A');
    link.txDone({ token: 3 });
    expect(seen).toEqual(['A ok']);
  });

  it('and takes it as soon as another message goes in flight, before others come', () => {
    const { channel, link, source } = full();
    source.next('A');
    link.txDone({ token: 1 });
    expect(channel.slotsAvailable).toBe(0);
    channel.next('refused');
    for (const token of [2, 3]) link.txDone({ token });
    expect(handedOver(link)).toBe('theirs theirs too A');
  });

  it('when the one that waits in front of it leaves', async () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    channel.next('theirs');
    const second = channel.send('theirs too').subscribe();
    of('A').pipe(sendTo(channel)).subscribe();
    second.unsubscribe();
    link.txDone({ token: 1 });
    // Its leave began a pause.
    await Promise.resolve();
    expect(handedOver(link)).toBe('theirs A');
  });

  it('with more concurrency than there are places, and loses nothing', () => {
    const { channel, link } = open({}, { txQueueLength: 2 });
    const seen: string[] = [];
    from(names(50))
      .pipe(sendTo(channel, 40), map(line))
      .subscribe((each) => seen.push(each));
    expect(channel.slotsAvailable).toBe(0);
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(seen).toEqual(names(50).map((name) => `${name} ok`));
  });

  it('several of them in turn, the one that waits longest first', () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    for (const message of ['theirs', 'theirs too']) channel.next(message);
    for (const name of ['A', 'B']) of(`${name}1`, `${name}2`).pipe(sendTo(channel)).subscribe();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('theirs theirs too A1 B1 A2 B2');
  });

  it('while the link is down and none may wait', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const seen: string[] = [];
    link.down('loading');
    from(names(3))
      .pipe(sendTo(channel), map(line))
      .subscribe((each) => seen.push(each));
    expect(handedOver(link)).toBe('');
    link.up();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(seen).toEqual(['m0 ok', 'm1 ok', 'm2 ok']);
  });

  it('while the link is down and the queue is full', () => {
    const { channel, link } = open({ window: 64 }, { txQueueLength: 20 });
    const seen: string[] = [];
    link.down('loading');
    from(names(1000))
      .pipe(sendTo(channel), map(line))
      .subscribe((each) => seen.push(each));
    expect([channel.slotsAvailable, seen]).toEqual([0, []]);
    link.up();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(seen).toEqual(names(1000).map((name) => `${name} ok`));
  });

  it('while a refused head is the only one that may wait', () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    link.refuseUntilReady();
    channel.next('theirs');
    of('A').pipe(sendTo(channel)).subscribe();
    link.ready();
    link.txDone({ token: 1 });
    expect(handedOver(link)).toBe('theirs A');
  });

  it(
    'while a link is reset and none may wait',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged', reset: () => of(1), channel: { txQueueLength: 0 } });
      channel.send('theirs').pipe(txTimeout(3)).subscribe(t.sender('theirs'));
      of('A')
        .pipe(
          sendTo(channel),
          map((report) => report.message),
        )
        .subscribe((message) => t.write(`report ${message}`));
      t.at(5, () => link.txDone());
      t.expect('0 sendData theirs', '3 theirs ETIME unknown', '3 reset', '3 sendData A', '5 report A');
    }),
  );

  it('and completes only when what waits has been sent', () => {
    const { link, source, seen } = full();
    source.next('A');
    source.complete();
    expect(seen).toEqual([]);
    for (const token of [1, 2, 3]) link.txDone({ token });
    expect(seen).toEqual(['A ok', 'complete']);
  });

  it('also for what comes from inside a report', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(sendTo(channel), map(line)).subscribe((each) => {
      seen.push(each);
      if (each === 'A ok') for (const name of ['B', 'C']) source.next(name);
    });
    source.next('A');
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(seen).toEqual(['A ok', 'B ok', 'C ok']);
  });

  it('10⁵ times without growing the stack', () => {
    const { channel, link } = open({ onSend: (_message, token, it) => it.txDone({ token }) }, { txQueueLength: 1 });
    link.down();
    channel.next('theirs');
    let reports = 0;
    range(0, 100_000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel, 5),
      )
      .subscribe(() => reports++);
    expect(reports).toBe(0);
    link.up();
    expect(reports).toBe(100_000);
  });
});

describe('sendTo that waits for a place on a channel', () => {
  it.each<[string, (opened: ReturnType<typeof full>) => void]>([
    ['closes', ({ channel }) => channel.close()],
    ['is completed', ({ channel }) => channel.complete()],
    ['fails', ({ link }) => link.fail('cable')],
    ['ends with its link', ({ link }) => link.end()],
  ])('that %s reports ESHUTDOWN for everything, and ends with the source', (how, end) => {
    const opened = full();
    const { channel, source, seen } = opened;
    channel.subscribe({ error: () => undefined });
    for (const name of ['A', 'B', 'C']) source.next(name);
    source.complete();
    end(opened);
    const reports = ['A ESHUTDOWN not-sent', 'B ESHUTDOWN not-sent', 'C ESHUTDOWN not-sent', 'complete'];
    expect([how, seen]).toEqual([how, reports]);
  });

  it('that closes gives each of them a token of its own', () => {
    const { channel } = open({}, { txQueueLength: 0 });
    channel.next('theirs');
    const tokens: number[] = [];
    from(names(3))
      .pipe(sendTo(channel))
      .subscribe(({ token }) => tokens.push(token));
    channel.close();
    expect(tokens).toEqual([2, 3, 4]);
  });

  it('that closes, and is unsubscribed in the first report, says no more', () => {
    const { channel } = open({}, { txQueueLength: 0 });
    channel.next('theirs');
    const seen: string[] = [];
    const sending = from(names(3))
      .pipe(sendTo(channel), map(line))
      .subscribe((each) => {
        seen.push(each);
        sending.unsubscribe();
      });
    channel.close();
    expect(seen).toEqual(['m0 ESHUTDOWN not-sent']);
  });

  it('unsubscribed, sends nothing of what waits, and keeps no place from others', () => {
    const { channel, link, source, sending, seen } = full();
    for (const name of ['A', 'B']) source.next(name);
    sending.unsubscribe();
    link.txDone({ token: 1 });
    expect(channel.slotsAvailable).toBe(1);
    link.txDone({ token: 2 });
    expect([handedOver(link), seen, source.observed]).toEqual(['theirs theirs too', [], false]);
  });

  it('whose source fails, sends nothing of what waits', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    channel.next('theirs');
    const source = new Subject<string>();
    let failure: unknown;
    source.pipe(sendTo(channel)).subscribe({ error: (error: unknown) => (failure = error) });
    source.next('A');
    source.error('file broke');
    link.txDone({ token: 1 });
    expect([handedOver(link), failure]).toEqual(['theirs', 'file broke']);
  });
});

it('sendTo never reports ENOBUFS, whatever happens to the channel meanwhile', () => {
  let state = 7;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let run = 0; run < 50; run++) {
    const { channel, link } = open({ window: 1 + random(3) }, { txQueueLength: random(4) });
    const source = new Subject<string>();
    const codes = new Set<string>();
    let reports = 0;
    source.pipe(sendTo(channel, run % 2 === 0 ? undefined : 1 + random(5))).subscribe(({ error }) => {
      reports++;
      if (error) codes.add(error.code);
    });
    let sent = 0;
    const theirs: { unsubscribe(): void }[] = [];
    const steps = [
      () => source.next(`ours ${sent++}`),
      () => theirs.push(channel.send('theirs').subscribe({ error: () => undefined })),
      () => theirs.shift()?.unsubscribe(),
      () => link.txDoneOldest(),
      () => link.refuse(1),
      () => link.ready(),
      () => link.down(),
      () => link.up(),
    ];
    for (let step = 0; step < 200; step++) steps[random(steps.length)]!();
    channel.close();
    expect([...codes].filter((code) => code !== 'ENETDOWN' && code !== 'ESHUTDOWN')).toEqual([]);
    expect(reports).toBe(sent);
  }
});
