import { map, NEVER, retry, Subject, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txCancel, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { insideOf } from '../../../src/Channel';
import { CountedSignal } from '../../support/CountedSignal';
import { EMPTY_TABLES, tables } from '../../support/tables';

const MANY = 10_000;

function setUp() {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const controller = new ScriptedController({
    flush: () => [],
    onSend: (message, token, link) => message === 'now' && link.txDone({ token }),
  });
  const mailbox = new Mailbox(controller, { scheduler });
  return { scheduler, controller, mailbox, channel: mailbox.requestChannel(0) };
}

describe('no listener is left', () => {
  it('on a notifier, when the message was taken', () => {
    const { channel, scheduler } = setUp();
    const stop = new Subject<void>();
    for (let i = 0; i < MANY; i++) channel.send('now').pipe(txCancel(stop)).subscribe();
    expect(stop.observed).toBe(false);
    expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
  });

  it('on a notifier, when its sender left', () => {
    const { channel } = setUp();
    const stop = new Subject<void>();
    for (let i = 0; i < MANY; i++) channel.send('A').pipe(txCancel(stop)).subscribe().unsubscribe();
    expect(stop.observed).toBe(false);
  });

  it('on a signal and a clock behind operators of RxJS', () => {
    const { channel, scheduler } = setUp();
    const counted = new CountedSignal();
    for (let i = 0; i < MANY; i++) {
      channel
        .send(i % 2 === 0 ? 'now' : 'A')
        .pipe(
          retry(2),
          map((receipt) => receipt),
          txCancel(counted.signal),
          txTimeout(10, scheduler),
        )
        .subscribe()
        .unsubscribe();
    }
    expect(counted.listeners).toBe(0);
    expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
  });

  it('on a scheduler of its own', () => {
    const { channel, scheduler } = setUp();
    const own = new VirtualTimeScheduler(undefined, 0);
    for (let i = 0; i < MANY; i++) channel.send('now').pipe(txTimeout(10, own)).subscribe();
    expect([own.actions.length, scheduler.actions.length]).toEqual([0, 0]);
  });

  it('on a flush, whether it completed or was unsubscribed', () => {
    const { channel, scheduler } = setUp();
    for (let i = 0; i < MANY; i++) channel.flush(10).subscribe();
    channel.next('A');
    for (let i = 0; i < MANY; i++) channel.flush(10).subscribe().unsubscribe();
    const { idle, closing } = insideOf(channel).streams as unknown as Record<'idle' | 'closing', Subject<never> | undefined>;
    expect([idle?.observed ?? false, closing?.observed ?? false, scheduler.actions.length]).toEqual([false, false, 0]);
  });

  it('after a refused send, which never was in a table', () => {
    const { channel, scheduler } = setUp();
    const counted = new CountedSignal();
    channel.close();
    for (let i = 0; i < MANY; i++) {
      channel
        .send('A')
        .pipe(txTimeout(10), txCancel(counted.signal), txCancel(NEVER))
        .subscribe({ error: () => undefined });
    }
    expect(counted.listeners).toBe(0);
    expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
  });

  it('after a close, also with messages, clocks and a quarantine pending', () => {
    const scheduler = new VirtualTimeScheduler(undefined, 0);
    const controller = new ScriptedController({ txDone: 'poll', correlation: 'ordered', quarantine: 100, window: 5, txPollPeriod: 1 });
    const mailbox = new Mailbox(controller, { scheduler });
    const counted = new CountedSignal();
    for (let owner = 0; owner < 1000; owner++) {
      const channel = mailbox.requestChannel(0);
      for (let i = 0; i < 10; i++) {
        const sending = channel
          .send('A')
          .pipe(txTimeout({ queued: 10, inFlight: 20, total: 30 }), txCancel(counted.signal))
          .subscribe({ error: () => undefined });
        if (i < 3) sending.unsubscribe();
      }
      channel.close();
      expect(tables(channel, scheduler)).toEqual(EMPTY_TABLES);
    }
    expect([counted.listeners, controller.links.every(({ started, stopped }) => started === 1 && stopped === 1)]).toEqual([0, true]);
  });
});
