import { concat, firstValueFrom, NEVER } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { Journal, outcome } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { sharedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

// Emergency stops that came too late, and shutdowns that lost messages. Each test is named after a public report of it.

describe('an emergency stop behind what others have queued', () => {
  it('OctoPrint#3104: it is the next that goes out, and who queued the rest is told', () => {
    const { channel, link } = open({}, { txQueueLength: 500 });
    const journal = new Journal();
    for (let i = 0; i < 500; i++) channel.next(`G1 X${i}`);
    journal.reports(channel);
    expect(channel.withdraw('emergency stop')).toBe(499);
    channel.send('M112').subscribe(journal.sender('M112'));
    link.txDoneOldest();
    link.txDoneOldest();
    expect(handedOver(link)).toBe('G1 X0 M112');
    expect(journal.lines.filter((line) => line.endsWith('ECANCELED not-sent'))).toHaveLength(499);
    expect(journal.lines.at(-1)).toBe('M112 ok');
  });

  it('RepRapFirmware#519: also in a full queue, which would refuse it', () => {
    const { channel, link } = open({}, { txQueueLength: 2 });
    const journal = new Journal();
    for (let i = 0; i < 3; i++) channel.next(`G1 X${i}`);
    channel.send('M112').subscribe(journal.sender('M112'));
    channel.withdraw();
    channel.send('M112').subscribe(journal.sender('M112 again'));
    link.txDoneOldest();
    expect([journal.lines, handedOver(link)]).toEqual([['M112 ENOBUFS not-sent'], 'G1 X0 M112']);
  });

  it(
    'GrblHoming#84: also behind a slot that is held: it goes as soon as that is free',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'untagged' });
      channel.send('home').pipe(txTimeout(5)).subscribe(t.sender('home'));
      for (const message of ['G1', 'G2']) channel.next(message);
      t.at(6, () => {
        channel.withdraw('stop');
        channel.next('!');
      });
      t.at(9, () => link.txDone());
      t.expect('0 sendData home', '5 home ETIME unknown', '9 sendData !');
    }),
  );

  it('axol#187: right after it a message goes at once, without waiting for the end of the turn', () => {
    const { channel, link } = open();
    link.refuse(2);
    for (const message of ['A', 'B']) channel.next(message);
    channel.withdraw();
    channel.next('stop');
    expect(handedOver(link)).toBe('stop');
  });

  // Others of their kind: where a stop comes from, and what it may wait behind.

  it.each<[string, 'tagged' | 'ordered' | 'untagged']>([
    ['tagged', 'tagged'],
    ['ordered', 'ordered'],
    ['untagged', 'untagged'],
  ])('OctoPrint#3104, another of its kind: from inside the error of a move, %s', async (_what, correlation) => {
    const { channel, link } = open({ correlation });
    channel.send('move 1').subscribe({
      error: () => {
        channel.withdraw();
        channel.next('stop');
      },
    });
    channel.next('move 2');
    channel.next('move 3');
    link.txDoneOldest({ error: 'endstop hit' });
    await turnEnd();
    link.txDoneOldest();
    // The tx-done had handed move 2 over before its sender was told.
    expect(handedOver(link)).toBe('move 1 move 2 stop');
  });

  it('OctoPrint#3104, another of its kind: what waits for a place in sendTo is not on the channel yet, and goes on', () => {
    const { channel } = open();
    for (let i = 0; i < 3; i++) channel.next('A');
    expect([channel.withdraw(), channel.slotsAvailable]).toEqual([2, 20]);
  });

  it('OctoPrint#3104, another of its kind: behind the messages of other devices on the wire it waits one round at most', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    for (const at of [0, 1, 2]) for (let i = 0; i < 5; i++) channels[at]!.next(`${'abc'[at]!}${i}`);
    for (const channel of channels) channel.withdraw();
    channels[2]!.next('stop');
    links[0]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a0', 'sendData stop']);
  });
});

describe('draining where the link has no flush', () => {
  it('kafkajs#1626: a channel drains without being closed', () => {
    const { channel, link } = open({ window: 2 });
    const journal = new Journal();
    for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(journal.sender(message));
    channel.whenIdle().subscribe({ complete: () => journal.write('drained') });
    for (let i = 0; i < 3; i++) link.txDoneOldest();
    expect([journal.lines, channel.closed]).toEqual([['A ok', 'B ok', 'C ok', 'drained'], false]);
  });

  it(
    'nodejs-pubsub#1917: a mailbox drains, all channels at once, within a limit',
    timeline((t) => {
      const controller = new ScriptedController<string>({ channelCount: 3 });
      const mailbox = new Mailbox(controller);
      for (const index of [0, 1, 2])
        mailbox
          .requestChannel(index)
          .send(`${index}`)
          .subscribe(t.sender(`${index}`));
      mailbox.closeWhenIdle(100).subscribe({ complete: () => t.write('closed') });
      for (const index of [0, 1, 2]) t.at(10 * (index + 1), () => controller.link(index).txDoneOldest());
      t.expect('10 0 ok', '20 1 ok', '30 2 ok', '30 closed');
    }),
  );

  it(
    'redpanda connect#1001: a message that never ends does not keep the process from ending',
    timeline((t) => {
      const { channel, mailbox } = t.open();
      channel.send('lost').subscribe(t.sender('lost'));
      mailbox.closeWhenIdle(100).subscribe({ complete: () => t.write('closed') });
      t.expect('0 sendData lost', '100 lost ESHUTDOWN unknown', '100 closed');
    }),
  );

  // Others of their kind: what else a drain could wait for, or lose.

  it(
    'redpanda connect#1001, another of its kind: nor does a link that is down, or a head that is refused',
    timeline((t) => {
      const controller = new ScriptedController<string>({ channelCount: 2 });
      const mailbox = new Mailbox(controller);
      const channels = [0, 1].map((index) => mailbox.requestChannel(index));
      controller.link(0).down();
      controller.link(1).refuseUntilReady();
      channels.forEach((channel, index) => channel.send(`${index}`).subscribe(t.sender(`${index}`)));
      mailbox.closeWhenIdle(100).subscribe({ complete: () => t.write('closed') });
      t.expect('100 0 ESHUTDOWN not-sent', '100 1 ESHUTDOWN not-sent', '100 closed');
    }),
  );

  it('kafkajs#1626, another of its kind: a message that is given back is waited for', () => {
    const { channel, link } = open();
    const journal = new Journal();
    channel.next('A');
    channel.whenIdle().subscribe({ complete: () => journal.write('drained') });
    link.giveBack(1);
    expect(journal.lines).toEqual([]);
    link.ready();
    link.txDoneOldest();
    expect(journal.lines).toEqual(['drained']);
  });

  it('kafkajs#1626, another of its kind: it can be put in a chain of a shutdown', async () => {
    const { channel, link, mailbox } = open();
    channel.next('A');
    queueMicrotask(() => link.txDoneOldest());
    await firstValueFrom(concat(channel.whenIdle(1000), mailbox.closeWhenIdle(1000)), { defaultValue: undefined });
    expect(channel.closed).toBe(true);
  });

  it('kafkajs#1626, another of its kind: flush still needs a link that can', () => {
    const { channel } = open();
    const errors: string[] = [];
    channel.flush(10).subscribe({ error: (error: unknown) => errors.push(outcome(error)) });
    expect(errors).toEqual(['ENOTSUP not-sent']);
  });

  it(
    'kafkajs#1626, another of its kind: a reset that never ends is bounded by the limit',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'untagged', reset: () => NEVER });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      channel.whenIdle(50).subscribe({ error: (error: unknown) => t.write(`drain ${outcome(error)}`) });
      t.expect('0 sendData A', '5 A ETIME unknown', '5 reset', '50 drain ETIME unknown');
    }),
  );
});
