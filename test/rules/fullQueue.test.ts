import type { TxReport } from 'rx-mailbox';
import { Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';

describe('a full queue (semantics 2.2)', () => {
  it('holds 20 waiting messages by default, those in flight not counted', () => {
    const { channel } = open({ window: 3 });
    const journal = new Journal();
    expect(channel.slotsAvailable).toBe(20);
    for (let i = 0; i < 23; i++) channel.send('A').subscribe(journal.sender(`${i}`));
    expect([channel.slotsAvailable, journal.lines]).toEqual([0, []]);
    channel.send('A').subscribe(journal.sender('one too many'));
    expect(journal.lines).toEqual(['one too many ENOBUFS not-sent']);
  });

  it('send() errors to its subscriber, makes no report and is not queued', () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    const journal = new Journal();
    for (const message of ['A', 'B']) channel.next(message);
    journal.reports(channel);
    journal.events(channel);
    channel.send('C').subscribe(journal.sender('C'));
    expect(journal.lines).toEqual(['C ENOBUFS not-sent']);
    link.txDoneOldest();
    expect(handedOver(link)).toBe('A B');
  });

  it('next() makes one report before it returns, under a token of its own', () => {
    const { channel, link } = open({}, { txQueueLength: 1 });
    const reports: TxReport<string, void>[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    for (const message of ['A', 'B', 'C', 'D']) channel.next(message);
    expect(reports).toEqual([
      { token: 3, message: 'C', error: failure('ENOBUFS', 'not-sent', { txQueueLength: 1 }) },
      { token: 4, message: 'D', error: failure('ENOBUFS', 'not-sent') },
    ]);
    link.txDoneOldest();
    channel.next('E');
    link.txDoneOldest();
    expect(link.sent.map(({ token }) => token)).toEqual([1, 2, 5]);
  });

  it('next() makes its report before it returns also from inside a report', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const journal = new Journal();
    channel.next('A');
    journal.reports(channel);
    channel.txDone$.subscribe(({ message }) => {
      if (message !== 'A') return;
      channel.next('B');
      channel.next('C');
      journal.write('next() has returned');
    });
    link.txDoneOldest();
    expect(journal.lines).toEqual(['report A ok', 'report C ENOBUFS not-sent', 'next() has returned']);
  });

  it('tokens of one mailbox grow in the order of the calls, over all its channels', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const channels = [0, 1].map((index) => mailbox.requestChannel(index, { txQueueLength: 1 }));
    const tokens = new Map<string, number>();
    for (const channel of channels) {
      channel.events$.subscribe(({ type, token }) => type === 'queued' && tokens.set(`accepted ${tokens.size}`, token!));
      channel.txDone$.subscribe(({ token }) => tokens.set(`refused ${tokens.size}`, token));
    }
    for (let i = 0; i < 4; i++) for (const channel of channels) channel.next('A');
    expect([...tokens]).toEqual(
      ['accepted', 'accepted', 'accepted', 'accepted', 'refused', 'refused', 'refused', 'refused'].map((what, i) => [
        `${what} ${i}`,
        i + 1,
      ]),
    );
  });

  it('a length of 0: only what can be handed over at once is accepted', () => {
    const { channel, link } = open({ window: 2 }, { txQueueLength: 0 });
    const journal = new Journal();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    expect([handedOver(link), journal.lines, channel.slotsAvailable]).toEqual(['A B', ['C ENOBUFS not-sent'], 0]);
    link.txDoneOldest();
    channel.send('D').subscribe(journal.sender('D'));
    expect(handedOver(link)).toBe('A B D');
  });

  it('a length of 0 and a refusal: the refused message waits, and slotsAvailable stays 0', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const journal = new Journal();
    link.refuseUntilReady();
    for (const name of ['A', 'B']) channel.send(name).subscribe(journal.sender(name));
    expect([journal.lines, channel.slotsAvailable]).toEqual([['B ENOBUFS not-sent'], 0]);
    link.ready();
    link.txDoneOldest();
    expect([handedOver(link), journal.lines.at(-1)]).toEqual(['A', 'A ok']);
  });

  it('the queue fills up while the link is down', () => {
    const { channel, link } = open({}, { txQueueLength: 2 });
    const journal = new Journal();
    link.down();
    for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(journal.sender(name));
    expect(journal.lines).toEqual(['C ENOBUFS not-sent']);
    link.up();
    expect([handedOver(link), channel.slotsAvailable]).toEqual(['A', 1]);
  });

  it('slotsAvailable counts down while messages wait, and is 0 when closed', () => {
    const { channel, link } = open({}, { txQueueLength: 3 });
    const seen = ['A', 'B', 'C'].map((message) => (channel.next(message), channel.slotsAvailable));
    expect(seen).toEqual([3, 2, 1]);
    link.txDoneOldest();
    expect(channel.slotsAvailable).toBe(2);
    channel.close();
    expect(channel.slotsAvailable).toBe(0);
  });
});
