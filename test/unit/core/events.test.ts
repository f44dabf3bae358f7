import type { ChannelEvent } from 'rx-mailbox';
import { Journal } from '../../support/Journal';
import { open } from '../../support/open';

describe('an event has the fields that say something, and no others', () => {
  /** The events of one channel, as they are but for their times. */
  function watched(options: Parameters<typeof open<string>>[0] = {}) {
    const opened = open<string>(options);
    const events: Omit<ChannelEvent, 'at'>[] = [];
    opened.channel.events$.subscribe(({ at: _at, ...event }) => events.push(event));
    return { ...opened, events };
  }

  it('of a message that was taken: its token, and not the ack, which is the business of its sender', () => {
    const { channel, link, events } = watched();
    channel.next('A');
    link.txDone({ token: 1, ack: 'seq 7' });
    expect(events).toStrictEqual([
      { type: 'queued', token: 1 },
      { type: 'sent', token: 1 },
      { type: 'settled', token: 1 },
    ]);
  });

  it('of a message that failed: the error that its report has', () => {
    const { channel, link, events } = watched();
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => errors.push(error));
    channel.next('A');
    link.txDone({ token: 1, error: 'NAK' });
    expect(events.at(-1)).toStrictEqual({ type: 'settled', token: 1, error: errors[0] });
    expect(errors).toHaveLength(1);
  });

  it('of a message that leaves while it waits: left, then settled, with the same error', () => {
    const { channel, events } = watched();
    channel.next('A');
    const errors: unknown[] = [];
    channel.txDone$.subscribe(({ error }) => errors.push(error));
    channel.send('B').subscribe().unsubscribe();
    expect(events.slice(-2)).toStrictEqual([
      { type: 'left', token: 2, error: errors[0] },
      { type: 'settled', token: 2, error: errors[0] },
    ]);
    expect(errors).toHaveLength(1);
  });

  it('of the link', () => {
    const { link, events } = watched();
    link.down();
    link.up();
    link.down('cable');
    link.txDone();
    expect(events).toStrictEqual([{ type: 'down' }, { type: 'up' }, { type: 'down', error: 'cable' }, { type: 'unknownTxDone' }]);
  });
});

describe('events stand before the reports of their turn', () => {
  /** A journal of events and reports; and A, in flight, B, waiting. */
  function twoSent(onSend?: Parameters<typeof open>[0]) {
    const journal = new Journal();
    const opened = open(onSend);
    journal.events(opened.channel);
    journal.reports(opened.channel);
    opened.channel.subscribe((message) => journal.write(`received ${message}`));
    for (const message of 'AB') opened.channel.next(message);
    return { ...opened, journal };
  }

  it('also that of the next hand-over', () => {
    const { journal, link } = twoSent();
    journal.lines.length = 0;
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['settled 1', 'sent 2', 'report A ok']);
  });

  it('also after something was received from inside sendData', () => {
    const { journal, link } = twoSent({ onSend: (message, _token, it) => message === 'A' && it.received('ping') });
    expect(journal.lines).toEqual(['queued 1', 'sent 1', 'received ping', 'queued 2']);
    journal.lines.length = 0;
    link.txDone({ token: 1 });
    expect(journal.lines).toEqual(['settled 1', 'sent 2', 'report A ok']);
  });
});
