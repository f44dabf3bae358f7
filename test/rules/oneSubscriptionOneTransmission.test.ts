import { map, repeat, retry, takeUntil, of, timer, type Observable } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';
import { handedOver, open } from '../support/open';

describe('one subscription, one transmission (rule 1)', () => {
  it('send() does nothing until it is subscribed', () => {
    const { channel, link } = open();
    const events: unknown[] = [];
    channel.events$.subscribe((event) => events.push(event));
    channel.send('A');
    expect([link.sent, events, channel.slotsAvailable]).toEqual([[], [], 20]);
  });

  it('sends twice when it is subscribed twice, under two tokens', () => {
    const { channel, link } = open({ window: 2 });
    const transmission = channel.send('A');
    const tokens: number[] = [];
    transmission.subscribe(({ token }) => tokens.push(token));
    transmission.subscribe(({ token }) => tokens.push(token));
    expect(handedOver(link)).toBe('A A');
    link.txDoneOldest();
    link.txDoneOldest();
    expect(tokens).toEqual(link.sent.map(({ token }) => token));
    expect(tokens[1]).toBeGreaterThan(tokens[0]!);
  });

  it(
    'sends again on retry()',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open({ script: script('--f---d', { f: { type: 'taken', error: 'NAK' } }) });
      const sent$ = channel.send('A').pipe(
        retry({ delay: () => timer(2) }),
        map(() => 'r'),
      );
      expectObservable(sent$).toBe('                    ------(r|)');
      flush();
      expect(link.sent).toMatchObject([
        { message: 'A', at: 0 },
        { message: 'A', at: 4 },
      ]);
      expect(link.sent[1]!.token).not.toBe(link.sent[0]!.token);
    }),
  );

  it(
    'sends again on repeat()',
    marbles(({ script, expectObservable }) => {
      const { channel } = open({ script: script(' --d--d--d') });
      const acks$ = channel.send('A').pipe(
        repeat(3),
        map(() => 'r'),
      );
      expectObservable(acks$).toBe('             --r--r--(r|)');
    }),
  );

  it('sends nothing for a subscriber that is closed already', () => {
    const { channel, link } = open();
    const left = (source: Observable<unknown>) => source.pipe(takeUntil(of('at once'))).subscribe();
    left(channel.send('A'));
    expect([link.sent, channel.slotsAvailable]).toEqual([[], 20]);
  });

  it('keeps its token while it is tried again after busy', () => {
    const { channel, link } = open();
    const tokens: number[] = [];
    link.refuse(2);
    channel.send('A').subscribe(({ token }) => tokens.push(token));
    link.emit({ type: 'ready' });
    link.emit({ type: 'ready' });
    link.txDoneOldest();
    expect(link.refused.map(({ token }) => token)).toEqual([tokens[0], tokens[0]]);
    expect(link.sent.map(({ token }) => token)).toEqual(tokens);
  });

  it('gives a message its token when it is taken into the queue', () => {
    const { channel, link } = open();
    const queued: (number | undefined)[] = [];
    channel.events$.subscribe(({ type, token }) => type === 'queued' && queued.push(token));
    for (const message of ['A', 'B', 'C']) channel.send(message).subscribe();
    expect(queued).toEqual([...queued].sort((a, b) => a! - b!));
    for (let i = 0; i < 3; i++) link.txDoneOldest();
    expect(link.sent.map(({ token }) => token)).toEqual(queued);
  });

  it('never gives a token twice in one mailbox, whatever the channel and its owner', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    for (let owner = 0; owner < 3; owner++) {
      const channels = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
      for (const channel of channels) channel.next('A');
      for (const channel of channels) channel.close();
    }
    const tokens = controller.links.flatMap(({ sent }) => sent.map(({ token }) => token));
    expect(tokens).toHaveLength(6);
    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
  });
});
