import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { TellingPace } from '../../../src/channel/TellingPace';
import { Deadlines } from '../../../src/time/Deadlines';
import { timeline } from '../../support/timeline';

/** The letter is the key. */
const latest = (message: string): string => message.charAt(0);

describe('a message takes the place of one that waits', () => {
  it(
    'with its key, and whose place it is hears of that at the end of the turn',
    timeline((t) => {
      const { channel } = t.open({ channel: { latest }, events: ['queued', 'settled'] });
      channel.next('in flight');
      channel.send('A1').subscribe(t.sender('A1'));
      channel.next('B1');
      channel.send('A2').subscribe(t.sender('A2'));
      t.write('the turn goes on');
      t.at(1, () => channel.close());
      t.expect(
        '0 sendData in flight',
        '0 the turn goes on',
        '0 A1 ECANCELED not-sent',
        '0 queued 1',
        '0 queued 2',
        '0 queued 3',
        '0 queued 4',
        '0 settled 2',
        '1 A2 ESHUTDOWN not-sent',
        '1 settled 1',
        '1 settled 4',
        '1 settled 3',
      );
    }),
  );

  it(
    'also where it was refused, without another attempt',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest, txQueueLength: 1 } });
      link.refuse(1);
      channel.send('A1').subscribe(t.sender('A1'));
      channel.next('A2');
      t.expect('0 sendData A1 → busy', '0 sendData A2', '0 A1 ECANCELED not-sent');
    }),
  );

  it(
    'also if the link gives that one back',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest } });
      channel.send('A1').subscribe(t.sender('A1'));
      channel.next('A2');
      link.giveBack(1);
      t.at(1, () => link.ready());
      t.expect('0 sendData A1', '0 A1 ECANCELED not-sent', '1 sendData A2');
    }),
  );

  it(
    'and of two that the link gives back the newer one goes again',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { latest }, window: 2 });
      channel.send('A1').subscribe(t.sender('A1'));
      channel.send('A2').subscribe(t.sender('A2'));
      link.giveBack(1);
      link.giveBack(2);
      t.at(1, () => link.ready());
      t.expect('0 sendData A1', '0 sendData A2', '0 A1 ECANCELED not-sent', '1 sendData A2');
    }),
  );

  it(
    'as the oldest, where it is to be dropped',
    timeline((t) => {
      const { channel } = t.open({ channel: { overflow: 'drop-oldest', txQueueLength: 2 } });
      channel.next('in flight');
      for (const name of ['A', 'B', 'C', 'D']) channel.send(name).subscribe(t.sender(name));
      t.expect('0 sendData in flight', '0 A ENOBUFS not-sent', '0 B ENOBUFS not-sent');
    }),
  );

  it(
    'but not of one that is being handed over',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { overflow: 'drop-oldest', txQueueLength: 2 } });
      const { sendData } = link;
      link.sendData = (message, token) => {
        if (message === 'A') for (const name of ['B', 'C']) channel.send(name).subscribe(t.sender(name));
        return sendData.call(link, message, token);
      };
      channel.next('A');
      t.expect('0 sendData A', '0 B ENOBUFS not-sent');
    }),
  );

  it(
    'and a queue of 0 has none',
    timeline((t) => {
      const { channel } = t.open({ channel: { overflow: 'drop-oldest', txQueueLength: 0 } });
      channel.next('in flight');
      channel.send('A').subscribe(t.sender('A'));
      t.expect('0 sendData in flight', '0 A ENOBUFS not-sent');
    }),
  );
});

it('so many turns of one millisecond tell, and no more', () => {
  const pace = new TellingPace(new Deadlines(new VirtualTimeScheduler()), () => undefined);
  const told = (now: number): number => Array.from({ length: 40 }, () => pace.allows(now)).filter(Boolean).length;
  expect([told(5), told(5), told(6), told(2)]).toEqual([16, 0, 16, 16]);
});

it('a key that is a promise fails its own message, and shows as broken', () => {
  const controller = new ScriptedController();
  const channel = new Mailbox(controller).requestChannel(0, { latest: () => Promise.resolve('k') });
  const broken: unknown[] = [];
  channel.events$.subscribe(({ type, error }) => type === 'broken' && broken.push(String(error)));
  let failure: unknown;
  channel.send('A').subscribe({ error: (error: unknown) => (failure = error) });
  expect(failure).toMatchObject({ code: 'EIO', delivery: 'not-sent' });
  expect(broken).toEqual([expect.stringMatching(/^TypeError: latest returned a promise/)]);
});
