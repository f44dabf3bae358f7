import { NEVER } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { advance, virtual } from '../../support/virtual';

const ignore = { error: () => undefined };

describe('a timer that nobody needs any more is given back', () => {
  it.each(['irq', 'poll'] as const)('a channel that closes inside a refusing sendData tries no more (%s)', (txDone) => {
    const { channel, link, scheduler } = virtual({ txDone, txPollPeriod: 5 });
    link.sendData = () => {
      channel.close();
      return 'busy';
    };
    channel.send('A').subscribe(ignore);
    channel.complete();
    expect(scheduler.actions).toHaveLength(0);
  });

  it('a down inside a refusing sendData leaves the next attempt to the up', () => {
    const { channel, link, scheduler } = virtual();
    let attempts = 0;
    link.sendData = () => {
      attempts++;
      link.down();
      return 'busy';
    };
    channel.send('A').subscribe(ignore);
    expect([attempts, scheduler.actions.length]).toEqual([1, 0]);
  });

  it('who leaves inside a refusing sendData leaves the next attempt to the end of the pause', () => {
    const { channel, link, scheduler } = virtual({ window: 2, correlation: 'ordered' });
    const subscription = channel.send('A').subscribe();
    let attempts = 0;
    link.sendData = () => {
      attempts++;
      subscription.unsubscribe();
      return 'busy';
    };
    channel.send('B').subscribe(ignore);
    expect(attempts).toBe(1);
    advance(scheduler, 0);
    expect([attempts, scheduler.actions.length]).toEqual([2, 0]);
  });

  it('a reset that was to come ends with its epoch, and its turn needs no end', () => {
    const { channel, link, scheduler } = virtual({ correlation: 'untagged', reset: () => NEVER });
    channel.send('A').subscribe().unsubscribe();
    expect(scheduler.actions).toHaveLength(1);
    link.down();
    expect(scheduler.actions).toHaveLength(0);
  });

  it('a message that fails while it is prepared needs no end of the pause', () => {
    const { mailbox, scheduler, channel: first } = virtual({ window: 2 });
    first.close();
    const channel = mailbox.requestChannel(0, {
      txPrepare: (message) => {
        if (message !== 'B') return;
        subscription.unsubscribe();
        throw new Error('not prepared');
      },
    });
    const subscription = channel.send('A').subscribe();
    channel.send('B').subscribe(ignore);
    expect(scheduler.actions).toHaveLength(0);
  });
});

describe('a refused head is left alone', () => {
  it('by the limit of a message behind it', () => {
    const { channel, link, scheduler } = virtual();
    link.refuse(Infinity);
    channel.send('A').subscribe(ignore);
    channel.send('B').pipe(txTimeout(5)).subscribe(ignore);
    const { length } = link.refused;
    advance(scheduler, 5);
    expect([channel.slotsAvailable, link.refused.length]).toEqual([19, length]);
  });

  it('by the end of a turn in which a reset was to come, and a down took that back', () => {
    const { channel, link, scheduler } = virtual({ correlation: 'untagged', reset: () => NEVER });
    let attempts = -1;
    channel
      .send('A')
      .pipe(txTimeout(5))
      .subscribe({
        error: () => {
          link.refuse(Infinity);
          link.down();
          link.up();
          // Needs the end of this turn.
          channel.send('C').pipe(txTimeout(50)).subscribe(ignore);
          attempts = link.refused.length;
        },
      });
    channel.send('B').subscribe(ignore);
    advance(scheduler, 4);
    expect([attempts, link.refused.length]).toEqual([-1, 0]);
    advance(scheduler, 20);
    // By the link's `up`, and by the send.
    expect([attempts, link.refused.length]).toEqual([2, 2]);
  });
});
