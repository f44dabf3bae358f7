import { VirtualTimeScheduler } from 'rxjs';
import { isMailboxError, Mailbox, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

/** Timers that are scheduled and not given back. */
const pending = (scheduler: VirtualTimeScheduler): number => scheduler.actions.filter(({ closed }) => !closed).length;

describe('one poll timer per mailbox (semantics 8.1)', () => {
  it('is enough for any number of channels and messages', () => {
    const { scheduler, mailbox, channel } = virtual({ txDone: 'poll', channelCount: 3, window: 4, txPollPeriod: 10 });
    for (const each of [channel, mailbox.requestChannel(1), mailbox.requestChannel(2)]) for (const name of ['A', 'B', 'C']) each.next(name);
    expect(pending(scheduler)).toBe(1);
    advance(scheduler, 35);
    expect(pending(scheduler)).toBe(1);
  });

  it('asks about an accepted message first after 0 ms, never from inside send()', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel.next('A');
    expect(link.polled).toEqual([]);
    advance(scheduler, 0);
    expect(link.polled).toEqual([{ token: 1, at: 0 }]);
  });

  it('then asks every period', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel.next('A');
    advance(scheduler, 35);
    expect(link.polled.map(({ at }) => at)).toEqual([0, 10, 20, 30]);
  });

  it('restarts the period with the 0 ms question about the next message', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10, window: 2 });
    channel.next('A');
    advance(scheduler, 14);
    channel.next('B');
    advance(scheduler, 25);
    expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual([
      '1 at 0',
      '1 at 10',
      '1 at 14',
      '2 at 14',
      '1 at 24',
      '2 at 24',
      '1 at 34',
      '2 at 34',
    ]);
  });

  it(
    'settles a message that has been taken, and asks about the next message after 0 ms again',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10 });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(14, () => link.setLastTxDone(1, { ack: 'a' }));
      t.at(14, () => link.setLastTxDone(2, true));
      t.expect('0 sendData A', '20 sendData B', '20 A ok a', '20 B ok');
    }),
  );

  it('takes an object with an error for a failure, also if the error is null', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => errors.push(error));
    channel.next('A');
    link.setLastTxDone(1, { error: null });
    advance(scheduler, 0);
    expect(errors).toHaveLength(1);
    expect(isMailboxError(errors[0], 'EIO') && [errors[0].delivery, errors[0].cause]).toEqual(['sent', null]);
  });

  it('takes an empty object for success', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const reports: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    channel.next('A');
    link.setLastTxDone(1, {});
    advance(scheduler, 0);
    expect(reports).toEqual([{ token: 1, message: 'A', ack: undefined }]);
  });

  it(
    'asks about held slots too, each time after twice the last time',
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll', txPollPeriod: 10, correlation: 'untagged', events: ['lateTxDone'] });
      channel.send('A').pipe(txTimeout(5)).subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(14, () => link.setLastTxDone(1, true));
      t.at(25, () => link.setLastTxDone(2, true));
      t.expect('0 sendData A', '5 A ETIME unknown', '30 sendData B', '30 B ok', '30 lateTxDone 1');
    }),
  );

  it('no longer asks about a message that has left and holds no slot', () => {
    const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    channel
      .send('A')
      .pipe(txTimeout(5))
      .subscribe({ error: () => undefined });
    advance(scheduler, 100);
    expect(link.polled.map(({ at }) => at)).toEqual([0]);
  });

  it("does not take a link's txDone event for an answer: it is not the channel's own method", () => {
    const { channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
    const seen: unknown[] = [];
    channel.txDone$.subscribe((report) => seen.push(report));
    channel.events$.subscribe(({ type, token }) => seen.push([type, token]));
    channel.next('A');
    seen.length = 0;
    link.txDone({ token: 1 });
    expect(seen).toEqual([['unknownTxDone', 1]]);
  });

  describe('stops when no slot is held and no head waits after busy', () => {
    it('because everything has been taken', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
      channel.next('A');
      link.setLastTxDone(1, true);
      advance(scheduler, 0);
      expect(pending(scheduler)).toBe(0);
    });

    it('because the only message left, and holds no slot', () => {
      const { scheduler, channel } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      const sending = channel.send('A').subscribe();
      advance(scheduler, 1);
      sending.unsubscribe();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the refused head left', () => {
      const { scheduler, channel, link } = virtual({ txPollPeriod: 1000 });
      link.refuseUntilReady();
      const sending = channel.send('A').subscribe();
      expect(pending(scheduler)).toBe(1);
      sending.unsubscribe();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the link went down', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      channel.next('A');
      advance(scheduler, 1);
      link.down();
      expect(pending(scheduler)).toBe(0);
    });

    it('because the channel closed', () => {
      const { scheduler, channel } = virtual({ txDone: 'poll', txPollPeriod: 1000 });
      channel.next('A');
      channel.close();
      expect(pending(scheduler)).toBe(0);
    });

    it('and goes on for the sake of another channel', () => {
      const { scheduler, mailbox, channel, controller } = virtual({ txDone: 'poll', txPollPeriod: 10, channelCount: 2 });
      mailbox.requestChannel(1).next('B');
      channel.next('A');
      channel.close();
      advance(scheduler, 25);
      expect(controller.link(1).polled.map(({ at }) => at)).toEqual([0, 10, 20]);
    });

    it('and starts again with the next message', () => {
      const { scheduler, channel, link } = virtual({ txDone: 'poll', txPollPeriod: 10 });
      channel.next('A');
      link.setLastTxDone(1, true);
      advance(scheduler, 7);
      channel.next('B');
      advance(scheduler, 15);
      expect(link.polled.map(({ token, at }) => `${token} at ${at}`)).toEqual(['1 at 0', '2 at 7', '2 at 17']);
    });
  });

  it('needs lastTxDone: requestChannel throws TypeError where a poll link has none', () => {
    const controller = new ScriptedController({ txDone: 'poll' });
    const open = controller.open.bind(controller);
    controller.open = (index) => Object.assign(open(index), { lastTxDone: undefined });
    const mailbox = new Mailbox(controller);
    expect(() => mailbox.requestChannel(0)).toThrow(TypeError);
    expect(() => mailbox.requestChannel(0)).toThrow(/lastTxDone/);
    expect(() => mailbox.requestChannel(0, { knowsTxDone: true })).not.toThrow();
  });
});
