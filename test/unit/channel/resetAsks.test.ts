import { NEVER } from 'rxjs';
import { advance, virtual } from '../../support/virtual';

it('the poll timer stands still from the leave until the reset ends', () => {
  const { channel, link, scheduler } = virtual({ txDone: 'poll', correlation: 'ordered', window: 2, reset: () => NEVER });
  channel.send('A').subscribe({ error: () => undefined });
  const leaving = channel.send('B').subscribe();
  advance(scheduler, 5);
  const { length } = link.polled;
  leaving.unsubscribe();
  advance(scheduler, 5);
  expect([link.resets, link.polled.length, scheduler.actions.length]).toEqual([1, length, 0]);
});
