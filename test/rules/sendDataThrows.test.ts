import { isMailboxError } from 'rx-mailbox';
import { timeline } from '../support/timeline';

describe('sendData throws (semantics 7.2)', () => {
  it(
    'that message fails as not-sent, and the next one goes',
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend(new Error('bad frame'));
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.at(3, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A → throws', '0 A EIO not-sent', '0 sendData B', '3 B ok');
    }),
  );

  it(
    'all messages that throw fail in queue order, and the reports come after the hand-over loop',
    timeline((t) => {
      const { channel, link } = t.open({ reports: true });
      link.down();
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      link.throwOnSend('bad frame', 2);
      t.at(3, () => link.up());
      t.expect(
        '3 sendData A → throws',
        '3 sendData B → throws',
        '3 sendData C',
        '3 report A EIO not-sent',
        '3 A EIO not-sent',
        '3 report B EIO not-sent',
        '3 B EIO not-sent',
      );
    }),
  );

  it.each<[string, unknown]>([
    ['an error with a code', Object.assign(new Error('NAK'), { code: 21 })],
    ['a string', 'NAK'],
    ['undefined', undefined],
    ['null', null],
    ['zero', 0],
  ])('the cause is the thrown value: %s', (_what, thrown) =>
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend(thrown);
      const errors: unknown[] = [];
      channel.send('A').subscribe({ error: (error: unknown) => errors.push(error) });
      t.expect('0 sendData A → throws');
      expect(errors).toHaveLength(1);
      expect(isMailboxError(errors[0], 'EIO')).toBe(true);
      expect((errors[0] as Error).cause).toBe(thrown);
    })(),
  );

  it(
    'a message that throws at its second attempt fails in the same way',
    timeline((t) => {
      const { channel, link } = t.open();
      link.refuse(1);
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      t.expect('0 sendData A → busy', '0 sendData A');
      link.refuse(1);
      link.txDone({ token: 1 });
      link.throwOnSend('bad frame');
      link.emit({ type: 'ready' });
      t.expect('0 sendData A → busy', '0 sendData A', '0 sendData B → busy', '0 A ok', '0 sendData B → throws', '0 B EIO not-sent');
    }),
  );

  it(
    'no slot is taken: the window stays whole',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      link.throwOnSend('bad frame', 5);
      for (const name of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) channel.send(name).subscribe({ error: () => undefined });
      expect(link.sent.map(({ message }) => message)).toEqual(['F', 'G']);
    }),
  );

  it(
    'if the sender has no error handler, RxJS reports the error and the queue goes on',
    timeline((t) => {
      const { channel, link } = t.open();
      link.throwOnSend('bad frame');
      channel.next('A');
      channel.next('B');
      t.expect('0 sendData A → throws', '0 sendData B');
    }),
  );
});
