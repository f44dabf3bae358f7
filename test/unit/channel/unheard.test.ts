import type { MailboxError } from 'rx-mailbox';
import { open } from '../../support/open';

it('messages whose senders left while nobody listened share no error with each other in reports that somebody hears after all', () => {
  const { channel, link } = open({ window: 3 });
  const errors: (MailboxError | undefined)[] = [];
  const senders = ['A', 'B'].map((message) => channel.send(message).subscribe());
  channel.send('C').subscribe({
    complete: () => {
      for (const sender of senders) sender.unsubscribe();
      channel.txDone$.subscribe(({ error }) => errors.push(error));
    },
  });
  link.txDone({ token: 3 });
  expect(errors.map((error) => [error?.code, error?.delivery])).toEqual([
    ['ECANCELED', 'unknown'],
    ['ECANCELED', 'unknown'],
  ]);
  expect(errors[0]).not.toBe(errors[1]);
});

it('an observer with methods of its own called add, remove and unsubscribe is no Subscriber, because it does not say whether it is closed', () => {
  const { channel } = open();
  const added: unknown[] = [];
  const nothing = (): void => undefined;
  const observer = {
    next: nothing,
    error: nothing,
    complete: nothing,
    add: (x: unknown) => added.push(x),
    remove: nothing,
    unsubscribe: nothing,
  };
  expect(channel.send('A').subscribe(observer)).not.toBe(observer);
  expect(added).toEqual([]);
});
