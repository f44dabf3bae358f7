import { filter, firstValueFrom, map } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { Journal, outcome } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';
import { timeline } from '../support/timeline';

// Links that are not there, and what piles up meanwhile. Each test is named after a public report of it.

describe('the link is down when the application starts, or for a minute', () => {
  it('robotics-prototype#144: the application can see it before it sends anything', () => {
    const { channel } = open({ onStart: (link) => link.down('no such port') });
    const seen: boolean[] = [];
    channel.up$.subscribe((up) => seen.push(up));
    expect([channel.up, seen]).toEqual([false, [false]]);
  });

  it('robotics-prototype#144: it can wait for it', async () => {
    const { channel, link } = open({ onStart: (self) => self.down('no such port') });
    const up = firstValueFrom(channel.up$.pipe(filter(Boolean)));
    link.up();
    await up;
    channel.next('A');
    expect(handedOver(link)).toBe('A');
  });

  it('stretch_web_teleop#3: what an operator has sent meanwhile does not move the robot when the link is back', () => {
    const { channel, link } = open({}, { whileDown: 'fail' });
    const journal = new Journal();
    journal.reports(channel);
    channel.next('forward 1');
    link.down('wifi');
    for (const message of ['forward 2', 'forward 3']) channel.next(message);
    link.up();
    channel.next('stop');
    expect(handedOver(link)).toBe('forward 1 stop');
    expect(journal.lines).toEqual([
      'report forward 1 ENETDOWN unknown',
      'report forward 2 ENETDOWN not-sent',
      'report forward 3 ENETDOWN not-sent',
    ]);
  });

  it('stretch_web_teleop#3: one that waits all the same is taken back when the link comes back, before it goes out', () => {
    const { channel, link } = open();
    link.down('wifi');
    for (const message of ['forward 1', 'forward 2']) channel.next(message);
    expect(channel.withdraw('stale')).toBe(2);
    link.up();
    expect(handedOver(link)).toBe('');
  });

  it('stretch_web_teleop#3: of a joystick only the newest value goes out when the link is back', () => {
    const { channel, link } = open<string>({}, { latest: (message) => message.split(' ')[0] });
    link.down('wifi');
    for (let i = 0; i < 100; i++) channel.next(`x ${i}`);
    link.up();
    expect(handedOver(link)).toBe('x 99');
    channel.close();
  });

  it(
    'crazyflie-link-cpp#24: who sends is told at once, not after its timeout',
    timeline((t) => {
      const { channel } = t.open({ channel: { whileDown: 'fail' }, onStart: (link) => link.down('no dongle') });
      channel.send('A').pipe(txTimeout(1000)).subscribe(t.sender('A'));
      t.expect('0 A ENETDOWN not-sent');
    }),
  );

  // Others of their kind: every way of sending, and every way in which a link goes.

  it('crazyflie-link-cpp#24, another of its kind: every way of sending is refused', async () => {
    const { channel, link } = open({}, { whileDown: 'fail' });
    const journal = new Journal();
    journal.reports(channel);
    link.down('gone');
    channel.send('send').subscribe(journal.sender('send'));
    channel.next('next');
    await channel.sendAsync('sendAsync').catch((error: unknown) => journal.write(`sendAsync ${outcome(error)}`));
    expect(journal.lines).toEqual(['send ENETDOWN not-sent', 'report next ENETDOWN not-sent', 'sendAsync ENETDOWN not-sent']);
  });

  it.each<[string, boolean[], (opened: Opened<void>) => void]>([
    ['fails', [true, false], ({ link }) => link.fail('gone')],
    ['ends', [true], ({ link }) => link.end()],
  ])('crazyflie-link-cpp#24, another of its kind: a link that %s for good closes the channel, and up$ says so', (_what, seen, lose) => {
    const opened = open({}, { whileDown: 'fail' });
    const { channel } = opened;
    const journal = new Journal();
    const states: boolean[] = [];
    channel.subscribe({ error: () => undefined });
    channel.up$.subscribe({ next: (up) => states.push(up), complete: () => journal.write('up$ completes') });
    lose(opened);
    channel.send('A').subscribe(journal.sender('A'));
    expect([states, channel.up, journal.lines]).toEqual([seen, false, ['up$ completes', 'A ESHUTDOWN not-sent']]);
  });

  it('robotics-prototype#144, another of its kind: a link that flaps while it starts', () => {
    const { channel, link } = open({ onStart: (self) => (self.down('a'), self.up(), self.down('b')) });
    const seen: boolean[] = [];
    channel.up$.subscribe((up) => seen.push(up));
    link.up();
    expect(seen).toEqual([false, true]);
  });

  it('robotics-prototype#144, another of its kind: a dashboard sees all channels', () => {
    const { link, mailbox } = open({ name: 'arm' });
    link.down();
    expect(mailbox.states().map(({ name, up }) => `${name} ${up}`)).toEqual(['arm[0] false']);
  });

  it('robotics-prototype#144, another of its kind: up$ can be mapped and combined like any Observable', () => {
    const { channel, link } = open();
    const seen: string[] = [];
    channel.up$.pipe(map((up) => (up ? 'online' : 'offline'))).subscribe((text) => seen.push(text));
    link.down();
    link.up();
    expect(seen).toEqual(['online', 'offline', 'online']);
  });
});

describe('the port is gone, and sendData throws', () => {
  it('HA addons#4775: where the link says down from inside, one message fails and the queue stays', () => {
    const { channel, link } = open();
    const journal = new Journal();
    const { sendData } = link;
    let port = true;
    link.sendData = (message, token) => {
      if (port) return sendData.call(link, message, token);
      // As the guide says: tell that it is down, then refuse.
      link.down('port gone');
      return 'busy';
    };
    channel.next('A');
    port = false;
    for (const message of ['B', 'C', 'D']) channel.send(message).subscribe(journal.sender(message));
    link.txDoneOldest();
    expect([journal.lines, channel.up]).toEqual([[], false]);
    port = true;
    link.up();
    for (let i = 0; i < 3; i++) link.txDoneOldest();
    expect([handedOver(link), journal.lines]).toEqual(['A B C D', ['B ok', 'C ok', 'D ok']]);
  });

  it('HA addons#4775: a link that throws and says nothing burns the queue, each as not sent, with its cause', () => {
    const { channel, link } = open();
    const journal = new Journal();
    link.down();
    for (const message of ['A', 'B']) channel.send(message).subscribe(journal.sender(message));
    link.throwOnSend(new Error('EBADF'), 2);
    link.up();
    expect(journal.lines).toEqual(['A EIO not-sent', 'B EIO not-sent']);
  });

  it('HA addons#4775: throwing after down costs that one message alone', () => {
    const { channel, link } = open();
    const journal = new Journal();
    link.down();
    for (const message of ['A', 'B', 'C']) channel.send(message).subscribe(journal.sender(message));
    const { sendData } = link;
    link.sendData = () => {
      link.down('port gone');
      throw new Error('EBADF');
    };
    link.up();
    expect(journal.lines).toEqual(['A EIO not-sent']);
    link.sendData = sendData;
    link.up();
    expect(handedOver(link)).toBe('B');
  });

  // Others of its kind: the other callbacks of a link whose port is gone.

  it('HA addons#4775, another of its kind: lastTxDone that throws costs the message that was asked about', () => {
    timeline((t) => {
      const { channel, link } = t.open({ txDone: 'poll' });
      const answers = [new Error('EBADF')];
      const ask = link.lastTxDone!;
      Object.assign(link, {
        lastTxDone: (token: number) => {
          const error = answers.shift();
          if (error === undefined) return ask(token);
          link.down('port gone');
          throw error;
        },
      });
      for (const message of ['A', 'B']) channel.send(message).subscribe(t.sender(message));
      t.at(5, () => link.up());
      t.at(7, () => link.setLastTxDone(2, true));
      t.flush();
      expect(t.lines.filter((line) => !line.includes('sendData'))).toEqual(['0 A EIO unknown', '7 B ok']);
    })();
  });
});
