import { txTimeout } from 'rx-mailbox';
import { timeline } from '../support/timeline';

describe('a polled link that gives everything back (semantics 7.4)', () => {
  it(
    'from inside sendData is tried once a period, and not at once again and again',
    timeline((t) => {
      const { channel } = t.open({ txDone: 'poll', txPollPeriod: 10, onSend: (_message, token, link) => link.giveBack(token) });
      channel.send('A').pipe(txTimeout(25)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '10 sendData A', '20 sendData A', '25 A ETIME not-sent');
    }),
  );

  it(
    'in the next task, too',
    timeline((t) => {
      const { channel } = t.open({
        txDone: 'poll',
        txPollPeriod: 10,
        onSend: (_message, token, link) => t.at(t.now, () => link.giveBack(token)),
      });
      channel.send('A').pipe(txTimeout(25)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '10 sendData A', '20 sendData A', '25 A ETIME not-sent');
    }),
  );
});
