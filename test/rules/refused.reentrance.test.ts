import { Subject, timer } from 'rxjs';
import { txCancel } from 'rx-mailbox';
import type { ScriptedLink } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

type Link = ScriptedLink<string, string, string>;

/** Says something from inside the next calls of `sendData`, which take their message all the same. */
function inside(link: Link, times: number, say: (token: number) => void): void {
  const { sendData } = link;
  let left = times;
  link.sendData = (message, token) => {
    const answer = sendData.call(link, message, token);
    if (left-- > 0) say(token);
    return answer;
  };
}

describe('a link gives a message back from inside the sendData that takes it (rule 6)', () => {
  it(
    'it waits: nothing is tried again until something justifies it',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      inside(link, 1, (token) => link.giveBack(token));
      channel.send('A').subscribe(t.sender('A'));
      t.at(5, () => link.ready());
      t.expect('0 sendData A', '5 sendData A');
    }),
  );

  it.each<[string, (link: Link, token: number) => void]>([
    ['then ready', (link, token) => (link.giveBack(token), link.ready())],
    ['after ready', (link, token) => (link.ready(), link.giveBack(token), link.ready())],
    ['then a late tx-done', (link, token) => (link.giveBack(token), link.txDone({ token: 99 }))],
    ['then down and up', (link, token) => (link.giveBack(token), link.down(), link.up())],
    ['then ready several times', (link, token) => (link.giveBack(token), link.ready(), link.ready(), link.ready())],
  ])('%s: one attempt, 1 ms later, each time', (_what, say) =>
    timeline((t) => {
      const { channel, link } = t.open();
      inside(link, 3, (token) => say(link, token));
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData A', '1 sendData A', '2 sendData A', '3 sendData A');
    })(),
  );

  it('a link that always does so neither spins nor grows the stack', () => {
    const { scheduler, channel, link } = virtual();
    inside(link, Infinity, (token) => (link.giveBack(token), link.ready()));
    channel.next('A');
    advance(scheduler, 500);
    expect(link.sent).toHaveLength(501);
  });

  it(
    'a tx-done that frees a slot counts at once',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      inside(link, 1, (token) => (link.giveBack(token), link.txDone({ token: 1 })));
      channel.send('B').subscribe(t.sender('B'));
      t.expect('0 sendData A', '0 sendData B', '0 sendData B', '0 A ok');
    }),
  );

  it(
    'its tx-done in the same call is a late one: the link has said that it was not taken',
    timeline((t) => {
      const { channel, link } = t.open({ events: ['lateTxDone', 'busy'] });
      inside(link, 1, (token) => (link.giveBack(token), link.txDone({ token })));
      channel.send('A').subscribe(t.sender('A'));
      t.at(5, () => link.txDone({ token: 1 }));
      t.expect('0 sendData A', '0 busy 1', '0 lateTxDone 1', '1 sendData A', '5 A ok');
    }),
  );

  it(
    'given back after its tx-done: it has settled, and is not sent again',
    timeline((t) => {
      const { channel, link } = t.open({ events: ['lateTxDone'] });
      inside(link, 1, (token) => (link.txDone({ token }), link.giveBack(token)));
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 A ok', '0 lateTxDone 1');
    }),
  );

  it(
    'given back while sendData is under way with another one: it goes before that one, which keeps its slot',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3 });
      channel.send('A').subscribe(t.sender('A'));
      inside(link, 1, () => link.giveBack(1));
      for (const message of ['B', 'C']) channel.send(message).subscribe(t.sender(message));
      t.at(5, () => link.txDone({ token: 2 }));
      t.expect('0 sendData A', '0 sendData B', '0 sendData A', '0 sendData C', '5 B ok');
    }),
  );

  it(
    'sendData that says busy and gives another one back: that one goes first',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      const { sendData } = link;
      link.sendData = () => {
        link.sendData = sendData;
        link.giveBack(1);
        return 'busy';
      };
      channel.send('B').subscribe(t.sender('B'));
      t.at(5, () => link.ready());
      t.expect('0 sendData A', '5 sendData A', '5 sendData B');
    }),
  );

  it(
    'a sender that leaves from inside as well leaves the message where it is then: waiting',
    timeline((t) => {
      const leave = new Subject<void>();
      const { channel, link } = t.open({ abort: true });
      inside(link, 1, (token) => (link.giveBack(token), leave.next()));
      channel.send('A').pipe(txCancel(leave)).subscribe(t.sender('A'));
      t.expect('0 sendData A', '0 A ECANCELED not-sent');
    }),
  );
});

describe('a link gives a message back in a pause (rule 4)', () => {
  it(
    'it is tried again when the pause ends, and what left in it is not sent',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      const senders = ['A', 'B', 'C', 'D'].map((message) => channel.send(message).subscribe(t.sender(message)));
      t.at(3, () => {
        senders[0]!.unsubscribe();
        link.giveBack(2);
        link.ready();
        senders[2]!.unsubscribe();
        t.write('turn ends');
      });
      t.expect('0 sendData A', '0 sendData B', '3 turn ends', '3 sendData B', '3 sendData D');
    }),
  );

  it(
    'it needs the end of the pause, also where nothing else does',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      const sending = channel.send('B').subscribe(t.sender('B'));
      // No other task ends this turn: time is virtual.
      t.at(3, () => (sending.unsubscribe(), link.giveBack(1), link.ready()));
      t.expect('0 sendData A', '0 sendData B', '3 sendData A');
    }),
  );

  it(
    'that sender leaves in the same turn: the message is not sent again',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, reports: true });
      const senders = ['A', 'B', 'C'].map((message) => channel.send(message).subscribe());
      t.at(3, () => {
        senders[0]!.unsubscribe();
        link.giveBack(2);
        senders[1]!.unsubscribe();
      });
      t.expect(...['0 sendData A', '0 sendData B'], ...['3 report A ECANCELED unknown', '3 report B ECANCELED not-sent', '3 sendData C']);
    }),
  );
});

describe('a link gives a message back in a reset (semantics 5.4)', () => {
  it(
    'it waits for the end of the reset, and is none of its victims',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 3, reset: () => timer(10) });
      const senders = ['A', 'B', 'C'].map((message) => channel.send(message).subscribe(t.sender(message)));
      t.at(3, () => senders[0]!.unsubscribe());
      t.at(5, () => (link.giveBack(2), link.ready()));
      t.expect('0 sendData A', '0 sendData B', '0 sendData C', '3 reset', '13 sendData B', '13 C ECONNRESET unknown');
    }),
  );

  it(
    'before it begins, in the turn of the leave, too',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', window: 2, reset: () => timer(10) });
      const senders = ['A', 'B'].map((message) => channel.send(message).subscribe(t.sender(message)));
      t.at(3, () => {
        senders[0]!.unsubscribe();
        link.giveBack(2);
      });
      t.expect('0 sendData A', '0 sendData B', '3 reset', '13 sendData B');
    }),
  );

  it(
    'the only held slot, before it begins: there is nothing to reset',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', reset: () => timer(10) });
      const sending = channel.send('A').subscribe();
      channel.next('B');
      t.at(3, () => {
        sending.unsubscribe();
        link.giveBack(1);
      });
      t.expect('0 sendData A', '3 sendData B');
    }),
  );
});
