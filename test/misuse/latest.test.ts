import type { ChannelOptions } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { turnEnd } from '../support/turn';

/** The key of `A1` and of `A2` is `A`. */
const byLetter: ChannelOptions<string> = { latest: (message) => message[0] };

describe('what is superseded has a newer one in its stead (latest)', () => {
  it('a message that is refused stays, where the newer one was withdrawn meanwhile', async () => {
    const { channel, link } = open({}, byLetter);
    const journal = new Journal();
    link.sendData = () => {
      channel.next('A2');
      channel.withdraw();
      return 'busy';
    };
    channel.send('A1').subscribe(journal.sender('A1'));
    await turnEnd();
    expect(journal.lines).toEqual([]);
  });

  it('a message that is refused stays, where the newer one was dropped meanwhile', async () => {
    const { channel, link } = open({}, { ...byLetter, overflow: 'drop-oldest', txQueueLength: 2 });
    const journal = new Journal();
    journal.reports(channel);
    link.sendData = () => {
      channel.next('A2');
      channel.next('B1');
      return 'busy';
    };
    channel.send('A1').subscribe(journal.sender('A1'));
    await turnEnd();
    expect(journal.lines).toEqual(['report A2 ENOBUFS not-sent']);
  });

  it.each(['oldest first', 'newest first'])('of two that the link gives back the newer one goes (%s)', async (order) => {
    const { channel, link } = open({ window: 2 }, byLetter);
    const journal = new Journal();
    channel.send('A1').subscribe(journal.sender('A1'));
    channel.send('A2').subscribe(journal.sender('A2'));
    for (const token of order === 'oldest first' ? [1, 2] : [2, 1]) link.giveBack(token);
    await turnEnd();
    link.ready();
    link.txDone({ token: 2 });
    expect(handedOver(link)).toBe('A1 A2 A2');
    expect(journal.lines).toEqual(['A1 ECANCELED not-sent', 'A2 ok']);
  });

  it('of two that the link gives back the newer one goes, in the order of the first hand-over', async () => {
    const { channel, link } = open({ window: 3 }, byLetter);
    for (const message of ['A1', 'B1', 'A2']) channel.next(message);
    for (const token of [1, 2, 3]) link.giveBack(token);
    await turnEnd();
    link.ready();
    expect(handedOver(link)).toBe('A1 B1 A2 B1 A2');
  });
});
