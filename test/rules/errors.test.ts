import { map, retry, Subject } from 'rxjs';
import { isMailboxError, MailboxError, txCancel, txTimeout, type TimeLimit } from 'rx-mailbox';
import * as api from 'rx-mailbox';
import { marbles } from 'rx-mailbox/testing';
import { failure } from '../support/failure';
import { errorOf, thrown } from '../support/errorOf';
import { open } from '../support/open';
import { turnEnd } from '../support/turn';

describe('errors (semantics 11)', () => {
  describe('QueueFullError, ENOBUFS', () => {
    it('is thrown when txQueueLength messages already wait; it says how many', () => {
      const { channel } = open({}, { txQueueLength: 3 });
      for (const message of ['A', 'B', 'C', 'D']) channel.next(message);
      const error = errorOf(channel.send('E'));
      expect(error).toMatchObject({ name: 'QueueFullError', code: 'ENOBUFS', delivery: 'not-sent', txQueueLength: 3 });
      expect(error.message).toContain('3');
    });
  });

  describe('TxTimeoutError, ETIME', () => {
    const limits: [TimeLimit, clock: string, at: number][] = [
      [7, 'total', 7],
      [{ total: 8 }, 'total', 8],
      [{ inFlight: 9 }, 'inFlight', 9],
    ];
    it.each(limits)('in flight with the limit %j', (limit, clock, ms) => {
      marbles(({ flush }) => {
        const { channel } = open();
        const error = errorOf(channel.send('A').pipe(txTimeout(limit)), flush);
        expect(error).toMatchObject({ name: 'TxTimeoutError', code: 'ETIME', delivery: 'unknown', clock, limit: ms });
        expect(error.message).toMatch(new RegExp(`\\b${ms} ms\\b`));
        expect(error.message).toContain(clock);
      })();
    });

    it(
      'waiting: not sent',
      marbles(({ flush }) => {
        const { channel } = open();
        channel.next('in the way');
        const error = errorOf(channel.send('A').pipe(txTimeout({ queued: 6, inFlight: 2 })), flush);
        expect(error).toMatchObject({ code: 'ETIME', delivery: 'not-sent', clock: 'queued', limit: 6 });
        expect(error.message).toMatch(/\b6 ms\b/);
      }),
    );

    it(
      'refused with busy: not sent',
      marbles(({ flush }) => {
        const { channel, link } = open();
        link.refuseUntilReady();
        expect(errorOf(channel.send('A').pipe(txTimeout(6)), flush)).toMatchObject({ code: 'ETIME', delivery: 'not-sent' });
      }),
    );
  });

  describe('TxCanceledError, ECANCELED', () => {
    it("when txCancel fired; cause is the signal's reason", () => {
      const { channel } = open();
      const abort = new AbortController();
      const reason = new Error('user pressed Escape');
      const error = errorOf(channel.send('A').pipe(txCancel(abort.signal)), () => abort.abort(reason));
      expect(error).toMatchObject({ name: 'TxCanceledError', code: 'ECANCELED', delivery: 'unknown' });
      expect(error.cause).toBe(reason);
    });

    it('while waiting: not sent', () => {
      const { channel } = open();
      const abort = new AbortController();
      channel.next('in the way');
      const error = errorOf(channel.send('A').pipe(txCancel(abort.signal)), () => abort.abort());
      expect(error).toMatchObject({ code: 'ECANCELED', delivery: 'not-sent' });
    });

    it('when the subscriber left: only the report says so', () => {
      const { channel } = open();
      const reports: unknown[] = [];
      channel.txDone$.subscribe((report) => reports.push(report));
      channel.send('A').subscribe().unsubscribe();
      expect(reports).toEqual([{ token: 1, message: 'A', error: failure('ECANCELED', 'unknown', { name: 'TxCanceledError' }) }]);
    });
  });

  describe('TxFailedError, EIO', () => {
    const device = Object.assign(new Error('bad checksum'), { code: 'ECRC' });

    it('on a tx-done with an error: sent; the error of the controller is the cause', () => {
      const { channel, link } = open();
      const error = errorOf(channel.send('A'), () => link.txDoneOldest({ error: device }));
      expect(error).toMatchObject({ name: 'TxFailedError', code: 'EIO', delivery: 'sent', cause: { code: 'ECRC' } });
      expect(error.cause).toBe(device);
      expect(error.message).toContain('bad checksum');
    });

    it(
      'on a poll that answers an error: sent',
      marbles(({ flush }) => {
        const { channel, link } = open({ txDone: 'poll', txPollPeriod: 2 });
        const error = errorOf(channel.send('A'), () => {
          link.setLastTxDone(1, { error: device });
          flush();
        });
        expect(error).toMatchObject({ code: 'EIO', delivery: 'sent' });
        expect(error.cause).toBe(device);
      }),
    );

    it('on an acknowledge() with an error: sent', () => {
      const { channel } = open({ txDone: 'ack' });
      const error = errorOf(channel.send('A'), () => channel.acknowledge({ token: 1, error: device }));
      expect(error).toMatchObject({ code: 'EIO', delivery: 'sent' });
    });

    it('when sendData throws: not sent', () => {
      const { channel, link } = open();
      link.throwOnSend(device);
      const error = errorOf(channel.send('A'));
      expect(error).toMatchObject({ code: 'EIO', delivery: 'not-sent' });
      expect(error.cause).toBe(device);
    });

    it('the text says what failed: the message was not handed over', () => {
      const { channel, link } = open();
      link.throwOnSend(device);
      expect(errorOf(channel.send('A')).message).toContain('not handed over: bad checksum');
    });

    it('the text says what failed: the link lost it', () => {
      const { channel, link } = open();
      Object.assign(link, { sendData: () => 'bysy' });
      const { message } = errorOf(channel.send('A'));
      expect(message).toContain(`the link lost it: sendData returned "bysy"; expected 'accepted' or 'busy'`);
    });

    it('the text says what failed: the device said so', () => {
      const { channel, link } = open();
      const error = errorOf(channel.send('A'), () => link.txDoneOldest({ error: device }));
      expect(error.message).toContain('the device reported a failure: bad checksum');
    });

    it('when txPrepare throws: not sent', () => {
      const txPrepare = (): never => {
        throw device;
      };
      const { channel, link } = open({}, { txPrepare });
      const error = errorOf(channel.send('A'));
      expect(error).toMatchObject({ code: 'EIO', delivery: 'not-sent' });
      expect([error.cause, link.sent]).toEqual([device, []]);
    });
  });

  describe('ChannelBusyError, EBUSY', () => {
    it('when the channel has an owner', () => {
      const { mailbox, controller, channel } = open();
      expect(thrown(() => mailbox.requestChannel(0))).toMatchObject({ name: 'ChannelBusyError', code: 'EBUSY', delivery: 'not-sent' });
      expect([controller.opened, channel.closed]).toEqual([1, false]);
      channel.close();
      expect(mailbox.requestChannel(0).closed).toBe(false);
    });
  });

  describe('ChannelClosedError, ESHUTDOWN', () => {
    const closed = { name: 'ChannelClosedError', code: 'ESHUTDOWN' };

    it('pending on a channel that is closed: unknown in flight, not sent before', () => {
      const { channel } = open();
      let inFlight: unknown;
      channel.send('A').subscribe({ error: (error: unknown) => (inFlight = error) });
      expect(errorOf(channel.send('B'), () => channel.close())).toMatchObject({ ...closed, delivery: 'not-sent' });
      expect(inFlight).toMatchObject({ ...closed, delivery: 'unknown' });
    });

    it('sent on a closed channel: not sent', () => {
      const { channel } = open();
      channel.close();
      expect(errorOf(channel.send('A'))).toMatchObject({ ...closed, delivery: 'not-sent' });
    });

    it('sent on a completing channel: not sent', () => {
      const { channel } = open();
      channel.next('A');
      channel.complete();
      expect(errorOf(channel.send('B'))).toMatchObject({ ...closed, delivery: 'not-sent' });
    });

    it('requested of a closed mailbox', () => {
      const { mailbox } = open();
      mailbox.close();
      expect(thrown(() => mailbox.requestChannel(0))).toMatchObject({ ...closed, delivery: 'not-sent' });
    });

    it('flushed on a closed channel', () => {
      const { channel } = open({ flush: () => [] });
      channel.close();
      expect(errorOf(channel.flush(10))).toMatchObject({ ...closed, delivery: 'not-sent' });
    });
  });

  describe('LinkDownError, ENETDOWN', () => {
    it('in flight when the link goes down: unknown, with its reason; waiting messages stay queued until it is up', () => {
      const { channel, link } = open();
      const reason = new Error('cable');
      let sent = false;
      channel.send('A').subscribe({ error: (error) => expect(error).toMatchObject({ cause: reason }) });
      channel.send('B').subscribe({ complete: () => (sent = true) });
      link.down(reason);
      expect(link.sent).toHaveLength(1);
      link.up();
      link.txDoneOldest();
      expect(sent).toBe(true);
    });

    it('has no cause where the link gave no reason', () => {
      const { channel, link } = open();
      expect(errorOf(channel.send('A'), () => link.down())).not.toHaveProperty('cause');
    });

    it('its text ends with that of its cause', () => {
      const { channel, link } = open();
      const error = errorOf(channel.send('A'), () => link.down(new Error('cable unplugged')));
      expect(error.message).toBe('scripted[0]: link down while in flight: cable unplugged');
    });

    it('names itself', () => {
      const { channel, link } = open();
      const error = errorOf(channel.send('A'), () => link.down('cable'));
      expect(error).toMatchObject({ name: 'LinkDownError', code: 'ENETDOWN', delivery: 'unknown', cause: 'cable' });
    });
  });

  describe('LinkResetError, ECONNRESET', () => {
    it('in flight when the link was reset for the sake of another message: unknown', async () => {
      const reset$ = new Subject<never>();
      const { channel, link } = open({ correlation: 'ordered', window: 2, reset: () => reset$ });
      const leaving = channel.send('A').subscribe();
      const errors: unknown[] = [];
      channel.send('B').subscribe({ error: (error) => errors.push(error) });
      leaving.unsubscribe();
      await turnEnd();
      expect([link.resets, errors]).toEqual([1, []]);
      reset$.complete();
      expect(errors).toEqual([failure('ECONNRESET', 'unknown', { name: 'LinkResetError' })]);
      expect((errors[0] as Error).message).toContain('link reset while in flight');
    });
  });

  describe('NotSupportedError, ENOTSUP', () => {
    const notSupported = { name: 'NotSupportedError', code: 'ENOTSUP' };

    it('flush without one in the controller', () => {
      expect(errorOf(open().channel.flush(10))).toMatchObject(notSupported);
    });

    it.each(['irq', 'poll'] as const)("acknowledge() on a channel whose method is '%s'", (txDone) => {
      const { channel } = open({ txDone, txPollPeriod: 1 });
      expect(thrown(() => channel.acknowledge({ token: 1 }))).toMatchObject(notSupported);
    });

    it('knowsTxDone turns poll into ack, and leaves irq as it is', () => {
      expect(() => open({ txDone: 'poll' }, { knowsTxDone: true }).channel.acknowledge({ token: 1 })).not.toThrow();
      expect(thrown(() => open({}, { knowsTxDone: true }).channel.acknowledge())).toMatchObject(notSupported);
    });
  });

  it('all of them extend MailboxError, carry code and delivery, and are named as their class', () => {
    const classes = Object.entries(api).filter(([name]) => /[a-z]Error$/.test(name) && name !== 'MailboxError' && !name.startsWith('is'));
    expect(classes.map(([name]) => name).sort()).toEqual([
      'ChannelBusyError',
      'ChannelClosedError',
      'LinkDownError',
      'LinkResetError',
      'NotSupportedError',
      'QueueFullError',
      'TxCanceledError',
      'TxFailedError',
      'TxTimeoutError',
    ]);
    for (const [, type] of classes) expect((type as { prototype: unknown }).prototype).toBeInstanceOf(MailboxError);
  });
});

describe('isMailboxError (semantics 11)', () => {
  it('knows an error of the library, and its code', () => {
    const { channel } = open();
    const error = errorOf(channel.send('A'), () => channel.close());
    expect([isMailboxError(error), isMailboxError(error, 'ESHUTDOWN'), isMailboxError(error, 'EIO')]).toEqual([true, true, false]);
  });

  it.each([[undefined], [null], [0], ['ETIME'], [{ code: 'ETIME' }], [new Error('ETIME')], [() => 1]])('is false for %p', (value) => {
    expect(isMailboxError(value)).toBe(false);
  });

  it('serves as the condition of a retry', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    link.throwOnSend('no', 2);
    let done = false;
    const again = retry<unknown>({ count: 2, delay: (error) => (isMailboxError(error, 'EIO') ? [0] : []) });
    channel
      .send('A')
      .pipe(
        map((receipt): unknown => receipt),
        again,
      )
      .subscribe(() => (done = true));
    link.txDoneOldest();
    expect(done).toBe(true);
  });
});
