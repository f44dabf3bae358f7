import { txTimeout } from 'rx-mailbox';
import type { ScriptedLink, ScriptedOptions } from 'rx-mailbox/testing';
import { timeline, type Timeline } from '../support/timeline';

/** The first letter of a message is its key; `-` has none. */
const latest = (message: string): string | undefined => (message.startsWith('-') ? undefined : message[0]);

/** A channel that sends only the newest of each key, and senders for these messages. */
function newest(t: Timeline, messages: string[], options: ScriptedOptions<string, string, string> = {}) {
  const opened = t.open({ ...options, channel: { latest } });
  const send = (message: string) => opened.channel.send(message).subscribe(t.sender(message));
  messages.forEach(send);
  return { ...opened, send };
}

/** The next attempt is refused, after this has been done from inside it. */
function busyAfter(link: ScriptedLink<string, string, string>, act: () => void): void {
  const { sendData } = link;
  link.sendData = () => {
    link.sendData = sendData;
    act();
    return 'busy';
  };
}

describe('a message comes back to a channel that keeps only the latest of a key (semantics 7.4)', () => {
  it(
    'a newer one waits: the older one is over, not sent, and told so at the end of the turn',
    timeline((t) => {
      const { link } = newest(t, ['a1', 'a2']);
      t.at(3, () => {
        link.giveBack(1);
        t.write('turn ends');
      });
      t.at(5, () => link.ready());
      t.expect('0 sendData a1', '3 turn ends', '3 a1 ECANCELED not-sent', '5 sendData a2');
    }),
  );

  it(
    'its error says superseded',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      const errors: unknown[] = [];
      channel.send('a1').subscribe({ error: (error: unknown) => errors.push(error) });
      channel.next('a2');
      link.giveBack(1);
      t.expect('0 sendData a1');
      expect(errors).toMatchObject([{ code: 'ECANCELED', superseded: true }]);
    }),
  );

  it(
    'the next one of its key takes its place in front',
    timeline((t) => {
      const { link, send } = newest(t, ['a1', '-x']);
      t.at(3, () => (link.giveBack(1), link.refuseUntilReady()));
      t.at(4, () => send('a2'));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ token: 3 }));
      t.expect('0 sendData a1', '4 sendData a2 → busy', '4 a1 ECANCELED not-sent', '5 sendData a2', '7 sendData -x', '7 a2 ok');
    }),
  );

  it(
    'another key, or none, changes nothing',
    timeline((t) => {
      const { link } = newest(t, ['a1', 'b1', '-x'], { window: 2 });
      t.at(3, () => (link.giveBack(2), link.giveBack(1)));
      t.at(5, () => link.ready());
      t.expect('0 sendData a1', '0 sendData b1', '5 sendData a1', '5 sendData b1');
    }),
  );

  it.each<[string, number[]]>([
    ['in order', [1, 2, 3]],
    ['last first', [3, 2, 1]],
    ['shuffled', [2, 3, 1]],
  ])('several of one key come back: only the newest goes out again, %s', (_order, tokens) =>
    timeline((t) => {
      const { link } = newest(t, ['a1', 'a2', 'a3'], { window: 3 });
      t.at(3, () => tokens.forEach((token) => link.giveBack(token)));
      t.at(5, () => link.ready());
      t.at(7, () => link.txDone({ token: 3 }));
      t.expect(
        ...['0 sendData a1', '0 sendData a2', '0 sendData a3'],
        ...[expect.anything() as string, expect.anything() as string],
        ...['5 sendData a3', '7 a3 ok'],
      );
      expect(t.lines.slice(3, 5).sort()).toEqual(['3 a1 ECANCELED not-sent', '3 a2 ECANCELED not-sent']);
    })(),
  );

  it(
    'the newer one has left: it waits for the next attempt',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      channel.send('a1').subscribe(t.sender('a1'));
      channel.send('a2').pipe(txTimeout(2)).subscribe(t.sender('a2'));
      t.at(3, () => link.giveBack(1));
      t.at(5, () => link.ready());
      t.expect('0 sendData a1', '2 a2 ETIME not-sent', '5 sendData a1');
    }),
  );
});

describe('a message is refused while a newer one of its key was sent from inside (semantics 7.4)', () => {
  it(
    'the newer one takes its place',
    timeline((t) => {
      const { link, send } = newest(t, []);
      busyAfter(link, () => send('a2'));
      send('a1');
      t.at(5, () => link.ready());
      t.expect('0 a1 ECANCELED not-sent', '5 sendData a2');
    }),
  );

  it(
    'the newer one was withdrawn in the same call: nothing stands in its stead, so it waits',
    timeline((t) => {
      const { channel, link, send } = newest(t, []);
      busyAfter(link, () => {
        send('a2');
        t.write(`withdrawn ${channel.withdraw()}`);
      });
      send('a1');
      t.at(5, () => link.ready());
      t.expect('0 withdrawn 1', '0 a2 ECANCELED not-sent', '5 sendData a1');
    }),
  );

  it(
    'and the next one after that finds it by its key',
    timeline((t) => {
      const { channel, link, send } = newest(t, []);
      busyAfter(link, () => {
        send('a2');
        channel.withdraw();
      });
      send('a1');
      link.refuseUntilReady();
      t.at(3, () => send('a3'));
      t.at(5, () => link.ready());
      t.expect('0 a2 ECANCELED not-sent', '3 sendData a3 → busy', '3 a1 ECANCELED not-sent', '5 sendData a3');
    }),
  );
});

describe('a message comes back to a channel that drops its oldest (semantics 7.4)', () => {
  it(
    'it is the oldest that waits, and the next message to find the queue full drops it',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { overflow: 'drop-oldest', txQueueLength: 1 } });
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      t.at(3, () => (link.giveBack(1), link.refuse(1)));
      t.at(4, () => channel.send('C').subscribe(t.sender('C')));
      t.expect('0 sendData A', '4 sendData A → busy', '4 sendData B', '4 A ENOBUFS not-sent');
    }),
  );
});
