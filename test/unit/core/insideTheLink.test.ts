import { Observable, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, type Channel, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../../support/Journal';

type Link = ScriptedLink<string, string, void>;

/** A channel with room for two in flight, on a link that writes down what it is called for, and whose time goes by as the test says. */
function bench(options: ScriptedOptions<string, string, void> = {}, channelOptions?: ChannelOptions<string>) {
  const journal = new Journal();
  const scheduler = new VirtualTimeScheduler();
  const onSend = (message: string): void => journal.write(`sendData ${message}`);
  const controller = new ScriptedController<string, string, void>({ window: 2, onSend, scheduler, ...options });
  const channel = new Mailbox(controller, { scheduler }).requestChannel(0, channelOptions);
  const link: Link = controller.link();
  const pass = (until: number): void => {
    scheduler.maxFrames = until;
    scheduler.flush();
  };
  /** The turn ends, and the pause of a leave with it. */
  const endTurn = (): void => pass(scheduler.frame);
  return { journal, channel, link, pass, endTurn };
}

/** What is written down while, and after, `act` happens inside the `abort` of a message that is left in flight, and when that turn ends. */
function insideAbort({ journal, link, endTurn }: ReturnType<typeof bench>, leave: { unsubscribe(): void }, act: () => void): string[] {
  const abort = (token: number): void => {
    journal.write(`abort ${token}`);
    act();
    journal.write('abort has returned');
  };
  Object.assign(link, { abort });
  journal.lines.length = 0;
  leave.unsubscribe();
  journal.write('the turn ends');
  endTurn();
  return journal.lines;
}

// `abort` is called in the middle of a transition: the sender has left, and neither is its slot free nor its outcome settled.
describe('from inside abort() nothing is handed over', () => {
  it('by a send', () => {
    const at = bench();
    const sending = at.channel.send('A').subscribe();
    expect(insideAbort(at, sending, () => at.channel.next('B'))).toEqual(['abort 1', 'abort has returned', 'the turn ends', 'sendData B']);
  });

  it('by ready', () => {
    const at = bench();
    const sending = at.channel.send('A').subscribe();
    at.link.refuseUntilReady();
    at.channel.next('B');
    expect(insideAbort(at, sending, () => at.link.ready())).toEqual(['abort 1', 'abort has returned', 'the turn ends', 'sendData B']);
  });

  it('by a send that a full queue refuses, and before whose message another one would go', () => {
    const at = bench({}, { txQueueLength: 1 });
    const sending = at.channel.send('A').subscribe();
    at.link.refuse(1);
    at.channel.next('B');
    expect(insideAbort(at, sending, () => at.channel.next('C'))).toEqual(['abort 1', 'abort has returned', 'the turn ends', 'sendData B']);
  });

  it('by a tx-done of another message', () => {
    const at = bench();
    const sending = at.channel.send('A').subscribe();
    at.channel.send('B').subscribe(at.journal.sender('B'));
    at.channel.next('C');
    const lines = insideAbort(at, sending, () => at.link.txDone({ token: 2 }));
    // The tx-done counts at once. Only the next hand-over waits.
    expect(lines).toEqual(['abort 1', 'abort has returned', 'B ok', 'the turn ends', 'sendData C']);
  });

  it("by the end of another slot's quarantine", () => {
    const at = bench({ correlation: 'ordered', quarantine: 10 });
    at.channel.send('A').subscribe().unsubscribe();
    at.endTurn();
    const sending = at.channel.send('B').subscribe();
    at.channel.next('C');
    at.channel.next('D');
    expect(insideAbort(at, sending, () => at.pass(10))).toEqual(['abort 2', 'abort has returned', 'the turn ends', 'sendData C']);
  });

  it('by the poll timer, which asks as soon as it has returned', () => {
    const at = bench({ txDone: 'poll', txPollPeriod: 10 });
    const sending = at.channel.send('A').subscribe();
    at.channel.send('B').subscribe(at.journal.sender('B'));
    at.channel.next('C');
    at.pass(0);
    at.link.setLastTxDone(2, true);
    const lines = insideAbort(at, sending, () => at.pass(10));
    expect(lines).toEqual(['abort 1', 'abort has returned', 'B ok', 'the turn ends', 'sendData C']);
  });
});

it('a reset that completes at once makes room when it has been subscribed, not meanwhile', () => {
  const at = bench({
    correlation: 'untagged',
    window: 1,
    reset: () =>
      new Observable((subscriber) => {
        at.journal.write('reset');
        subscriber.complete();
        at.journal.write('reset has returned');
      }),
  });
  const sending = at.channel.send('A').subscribe();
  at.channel.next('B');
  sending.unsubscribe();
  at.endTurn();
  expect(at.journal.lines).toEqual(['sendData A', 'reset', 'reset has returned', 'sendData B']);
});

describe('from inside sendData', () => {
  it('a slot may be freed by its tx-done and its quarantine may end: it is freed once', () => {
    const at = bench({
      correlation: 'ordered',
      quarantine: 10,
      onSend: (message, _token, link) => {
        at.journal.write(`sendData ${message}`);
        if (message !== 'B') return;
        link.txDone();
        at.pass(10);
      },
    });
    at.channel.send('A').subscribe().unsubscribe();
    at.endTurn();
    for (const message of 'BCD') at.channel.next(message);
    expect(at.journal.lines).toEqual(['sendData A', 'sendData B', 'sendData C']);
    expect(at.channel.slotsAvailable).toBe(19);
  });

  it("a tx-done that is not the channel's own method is told after what it came from", () => {
    const { channel, journal } = bench({ txDone: 'ack', onSend: (_message, token, link) => link.txDone({ token, error: 'NAK' }) });
    journal.events(channel);
    channel.next('A');
    expect(journal.lines).toEqual(['queued 1', 'sent 1', 'unknownTxDone 1']);
  });

  it('a send is a part of that attempt, and no occasion for another one where it is refused', () => {
    const { channel, link } = bench();
    let attempts = 0;
    link.sendData = () => {
      if (attempts++ === 0) channel.next('B');
      return 'busy';
    };
    channel.next('A');
    expect(attempts).toBe(1);
  });

  it.each<[string, (link: Link, channel: Channel<string>) => void]>([
    ['fail, and the channel be closed', (link, channel) => (link.fail('cable'), channel.close())],
    ['end, and the channel be closed', (link, channel) => (link.end(), channel.close())],
    ['fail after the channel was closed', (link, channel) => (channel.close(), link.fail('cable'))],
  ])('a link may %s: it closes once', (_what, act) => {
    const { channel, journal } = bench({ onSend: (_message, _token, link) => act(link, channel) });
    channel.subscribe({ error: () => undefined });
    journal.events(channel, 'closed');
    channel.next('A');
    expect(journal.lines).toEqual(['closed']);
  });
});
