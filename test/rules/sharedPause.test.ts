import { Mailbox, txTimeout } from 'rx-mailbox';
import { NEVER, type Observable, type Subscription } from 'rxjs';
import { Journal } from '../support/Journal';
import { sharedWire } from '../support/sharedWire';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

// Channels are called a, b, c, …; b2 is the second message on b.

/** Subscribes, and ignores the outcome. */
function run(sending$: Observable<unknown>): Subscription {
  return sending$.subscribe({ error: () => undefined });
}

describe('with a shared window a leave pauses all channels of the controller (rule 4)', () => {
  it(
    'nothing is handed over until the turn ends',
    timeline((t) => {
      const { channels } = sharedWire({ journal: t });
      const a = run(channels[0]!.send('a1'));
      channels[1]!.next('b1');
      t.at(3, () => {
        a.unsubscribe();
        channels[2]!.next('c1');
        t.write('the turn goes on');
      });
      t.expect('0 sendData a1', '3 the turn goes on', '3 sendData b1');
    }),
  );

  it('a turn ends with the next microtask', async () => {
    const { channels, links } = sharedWire();
    run(channels[0]!.send('a1')).unsubscribe();
    channels[1]!.next('b1');
    expect(links[1]!.sent).toHaveLength(0);
    await turnEnd();
    expect(links[1]!.sent).toHaveLength(1);
  });

  it(
    'a component that leaves on all of its channels puts nothing on the wire',
    timeline((t) => {
      const { channels } = sharedWire({ channelCount: 8, journal: t });
      const all = channels.map((channel) => run(channel.send('A')));
      t.at(3, () => {
        for (const sending of all) sending.unsubscribe();
        t.write('all have left');
      });
      t.expect('0 sendData A', '3 all have left');
    }),
  );

  it(
    'also where nothing waited when the pause began',
    timeline((t) => {
      const { channels } = sharedWire({ journal: t });
      const a = run(channels[0]!.send('a1'));
      t.at(3, () => a.unsubscribe());
      t.at(5, () => channels[1]!.next('b1'));
      t.expect('0 sendData a1', '5 sendData b1');
    }),
  );

  it(
    'also on the channels of another mailbox on that controller',
    timeline((t) => {
      const { channels, controller } = sharedWire({ journal: t });
      channels[1]!.close();
      const other = new Mailbox(controller).requestChannel(1);
      const a = run(channels[0]!.send('a1'));
      t.at(3, () => {
        a.unsubscribe();
        other.next('b1');
        t.write('the turn goes on');
      });
      t.expect('0 sendData a1', '3 the turn goes on', '3 sendData b1');
    }),
  );

  it(
    'and a message of that mailbox that waited before goes, too',
    timeline((t) => {
      const { channels, controller } = sharedWire({ journal: t });
      channels[1]!.close();
      const other = new Mailbox(controller).requestChannel(1);
      const a = run(channels[0]!.send('a1'));
      other.next('b1');
      t.at(3, () => a.unsubscribe());
      t.expect('0 sendData a1', '3 sendData b1');
    }),
  );

  it('as many more messages are accepted as there are free slots, whatever the length of the queue', async () => {
    const journal = new Journal();
    const { channels } = sharedWire({ sharedWindow: () => 2, channel: { txQueueLength: 0 }, journal });
    run(channels[0]!.send('a1')).unsubscribe();
    for (const message of ['b1', 'b2']) channels[1]!.send(message).subscribe(journal.sender(message));
    expect(journal.lines).toEqual(['sendData a1', 'b2 ENOBUFS not-sent']);
    await turnEnd();
    expect(journal.lines).toEqual(['sendData a1', 'b2 ENOBUFS not-sent', 'sendData b1']);
  });

  it('a pause ends with its turn, also where its channel has closed', async () => {
    const { channels, links } = sharedWire();
    run(channels[0]!.send('a1')).unsubscribe();
    channels[1]!.next('b1');
    channels[0]!.close();
    expect(links[1]!.sent).toEqual([]);
    await turnEnd();
    expect(links[1]!.sent).toHaveLength(1);
  });

  it('and not before the pauses of the others have ended', async () => {
    const { channels, links } = sharedWire();
    run(channels[0]!.send('a1')).unsubscribe();
    const b = run(channels[1]!.send('b1'));
    run(channels[1]!.send('b2'));
    b.unsubscribe();
    channels[2]!.next('c1');
    channels[0]!.close();
    expect([links[1]!.sent, links[2]!.sent]).toEqual([[], []]);
    await turnEnd();
    expect([...links[1]!.sent, ...links[2]!.sent]).toHaveLength(1);
  });

  it(
    'a limit that runs out meanwhile hands nothing over',
    timeline((t) => {
      const { channels } = sharedWire({ journal: t, sharedWindow: () => 2 });
      channels[0]!.send('a1').pipe(txTimeout(3)).subscribe(t.sender('a1'));
      const b = run(channels[1]!.send('b1'));
      channels[2]!.next('c1');
      // It runs out in the same millisecond, after the leave.
      t.at(0, () => t.at(3, () => t.write('the next turn')));
      t.at(3, () => b.unsubscribe());
      t.flush();
      expect(t.lines.at(-1)).toBe('3 sendData c1');
    }),
  );

  it(
    'withdraw() from another channel in a pause keeps the end of the pause for the rest',
    timeline((t) => {
      const { channels } = sharedWire({ journal: t });
      const a = run(channels[0]!.send('a1'));
      t.at(3, () => {
        channels[1]!.next('b1');
        channels[2]!.next('c1');
        a.unsubscribe();
        channels[1]!.withdraw();
        t.write('the turn goes on');
      });
      t.expect('0 sendData a1', '3 the turn goes on', '3 sendData c1');
    }),
  );

  it(
    'a link that goes down in its pause, before the reset of its slot, keeps nobody else waiting',
    timeline((t) => {
      const { channels, links } = sharedWire({ correlation: 'untagged', reset: () => NEVER, journal: t });
      const a = run(channels[0]!.send('a1'));
      channels[1]!.next('b1');
      t.at(3, () => {
        a.unsubscribe();
        links[0]!.down();
      });
      t.expect('0 sendData a1', '3 sendData b1');
    }),
  );
});
