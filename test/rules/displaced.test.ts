import { timeline } from '../support/timeline';

// Superseded and dropped messages settle at once. Their report and sender are told at the end of the turn (rule 7).

const latest = (): string => 'key';

describe('a displaced message is told at the end of its turn, where no microtask comes', () => {
  it(
    'also if the one that took its place leaves in that turn',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      link.refuseUntilReady();
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B')).unsubscribe();
      t.expect('0 sendData A → busy', '0 sendData B → busy', '0 A ECANCELED not-sent');
    }),
  );

  it(
    'also if the one that took its place is withdrawn in a pause',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      link.refuseUntilReady();
      channel.send('A').subscribe(t.sender('A')).unsubscribe();
      channel.send('B').subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      channel.withdraw();
      t.expect('0 sendData A → busy', '0 C ECANCELED not-sent', '0 B ECANCELED not-sent');
    }),
  );

  it(
    'also if the link goes down before a reset that is to come',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => [], channel: { latest } });
      const sending = channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      sending.unsubscribe();
      channel.withdraw();
      link.down();
      t.expect('0 sendData A', '0 C ECANCELED not-sent', '0 B ECANCELED not-sent');
    }),
  );
});
