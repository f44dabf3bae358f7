import { Journal } from '../../support/Journal';
import { open } from '../../support/open';

describe('broken', () => {
  it('is an undefined answer of peekData', () => {
    const { channel } = open({ peekData: () => undefined as never });
    const journal = new Journal();
    journal.events(channel);
    expect(channel.peekData()).toBe(false);
    expect(journal.lines).toEqual(['broken']);
  });

  it('is nothing where a link has no peekData', () => {
    const { channel } = open();
    const journal = new Journal();
    journal.events(channel);
    expect(channel.peekData()).toBe(false);
    expect(journal.lines).toEqual([]);
  });

  it('is a tx-done whose token is no number, also one of another method than the channel’s', () => {
    const { channel, link } = open({ txDone: 'poll' });
    const journal = new Journal();
    journal.events(channel);
    link.emit({ type: 'txDone', token: 'text' as never });
    link.emit({ type: 'txDone', token: 1 });
    expect(journal.lines).toEqual(['broken', 'unknownTxDone 1']);
  });
});
