import { txTimeout } from 'rx-mailbox';
import { advance, virtual } from '../../support/virtual';

it('those who wait and whose limits run out together have all left when the first of them is told', () => {
  const { channel, scheduler } = virtual();
  const free: number[] = [];
  channel.next('in flight');
  channel.next('the head, which stays');
  for (const name of ['A', 'B', 'C'])
    channel
      .send(name)
      .pipe(txTimeout(5))
      .subscribe({ error: () => free.push(channel.slotsAvailable) });
  advance(scheduler, 5);
  expect(free).toEqual([19, 19, 19]);
});
