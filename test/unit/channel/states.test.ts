import { Observable } from 'rxjs';
import { Mailbox, txTap, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline, type Timeline } from '../../support/timeline';

/** Writes down how something ends that emits nothing. */
function ends(t: Timeline, what: string, source: Observable<never>): void {
  source.subscribe({
    error: (error: { code: string; delivery: string }) => t.write(`${what} ${error.code} ${error.delivery}`),
    complete: () => t.write(`${what} completes`),
  });
}

describe('while the link is down', () => {
  it(
    'a channel that is to fail then refuses, and fails what waits, after what is in flight',
    timeline((t) => {
      const { channel, link } = t.open({ channel: { whileDown: 'fail' }, reports: true });
      channel.send('A').subscribe(t.sender('A'));
      channel.send('B').subscribe(t.sender('B'));
      link.down('cable');
      const causes: unknown[] = [];
      channel.send('C').subscribe({ error: ({ code, cause }: { code: string; cause: unknown }) => causes.push(code, cause) });
      link.up();
      channel.send('D').subscribe(t.sender('D'));
      expect(causes).toEqual(['ENETDOWN', 'cable']);
      t.expect(
        '0 sendData A',
        '0 report A ENETDOWN unknown',
        '0 A ENETDOWN unknown',
        '0 report B ENETDOWN not-sent',
        '0 B ENETDOWN not-sent',
        '0 sendData D',
      );
    }),
  );

  it(
    'any other waits',
    timeline((t) => {
      const { channel, link } = t.open();
      link.down('cable');
      channel.send('A').subscribe(t.sender('A'));
      t.at(2, () => link.up());
      t.expect('2 sendData A');
    }),
  );
});

describe('whenIdle', () => {
  it(
    'waits for what waits, what is in flight, and for held slots',
    timeline((t) => {
      const { channel, link } = t.open({ correlation: 'ordered', quarantine: 4 });
      ends(t, 'at first', channel.whenIdle());
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      ends(t, 'then', channel.whenIdle());
      ends(t, 'with a limit', channel.whenIdle(5));
      t.at(8, () => link.txDone());
      t.expect(
        '0 at first completes',
        '0 sendData A',
        '3 A ETIME unknown',
        '5 with a limit ETIME unknown',
        '7 sendData B',
        '8 then completes',
      );
    }),
  );

  it(
    'waits also where only a held slot is left',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', quarantine: 4 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      t.at(5, () => ends(t, 'whenIdle', channel.whenIdle()));
      t.expect('0 sendData A', '3 A ETIME unknown', '7 whenIdle completes');
    }),
  );

  it(
    'ends with the channel',
    timeline((t) => {
      const { channel } = t.open();
      channel.next('A');
      ends(t, 'whenIdle', channel.whenIdle());
      channel.close();
      t.expect('0 sendData A', '0 whenIdle ESHUTDOWN not-sent');
    }),
  );
});

describe('silence', () => {
  it(
    'begins anew with each sign of progress, and is the only clock that does',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3 });
      channel
        .send('A')
        .pipe(txTimeout({ silence: 3 }))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ inFlight: 3 }))
        .subscribe(t.sender('B'));
      channel
        .send('C')
        .pipe(txTimeout({ total: 3 }))
        .subscribe(t.sender('C'));
      t.at(2, () => {
        for (const token of [1, 2, 3]) link.progress(token);
      });
      t.expect('0 sendData A', '0 sendData B', '0 sendData C', '3 B ETIME unknown', '3 C ETIME unknown', '5 A ETIME unknown');
    }),
  );

  it(
    'and the time in flight begin anew when the link gives a message back; the time in the queue does not',
    timeline((t) => {
      const { channel, link } = t.open({ window: 3 });
      channel
        .send('A')
        .pipe(txTimeout({ silence: 3 }))
        .subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ inFlight: 3 }))
        .subscribe(t.sender('B'));
      channel
        .send('C')
        .pipe(txTimeout({ queued: 3 }))
        .subscribe(t.sender('C'));
      t.at(2, () => {
        for (const token of [1, 2, 3]) link.giveBack(token);
      });
      t.at(10, () => link.ready());
      t.expect(
        '0 sendData A',
        '0 sendData B',
        '0 sendData C',
        '3 C ETIME not-sent',
        '10 sendData A',
        '10 sendData B',
        '13 A ETIME unknown',
        '13 B ETIME unknown',
      );
    }),
  );

  it(
    'and a time in the queue that has passed meanwhile ends the message when it is given back',
    timeline((t) => {
      const { channel, link } = t.open();
      channel
        .send('A')
        .pipe(txTimeout({ queued: 3 }))
        .subscribe(t.sender('A'));
      t.at(5, () => link.giveBack(1));
      t.expect('0 sendData A', '5 A ETIME not-sent');
    }),
  );
});

describe('up$', () => {
  it(
    'says what is, what changes, and no more when the channel has closed',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.up$.subscribe({ next: (up) => t.write(String(up)), complete: () => t.write('completes') });
      link.down();
      link.up();
      channel.close();
      t.expect('0 true', '0 false', '0 true', '0 completes');
    }),
  );

  it(
    'comes after the outcomes that were known before',
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe({ ...t.sender('A'), next: () => link.down(), complete: () => t.write('A completes') });
      channel.up$.subscribe((up) => t.write(String(up)));
      link.txDone({ token: 1 });
      t.expect('0 sendData A', '0 true', '0 A completes', '0 false');
    }),
  );
});

describe('txTap', () => {
  it(
    'says when a message is accepted and when it is handed over, also for the second time',
    timeline((t) => {
      const { channel, link } = t.open();
      const hooks = { queued: (token: number) => t.write(`queued ${token}`), sent: (token: number) => t.write(`sent ${token}`) };
      channel.send('A').pipe(txTap(hooks)).subscribe(t.sender('A'));
      link.giveBack(1);
      link.ready();
      t.expect('0 queued 1', '0 sendData A', '0 sent 1', '0 sendData A', '0 sent 1');
    }),
  );

  it(
    'what it calls takes effect when it has returned',
    timeline((t) => {
      const { channel } = t.open({ window: 2 });
      const queued = (): void => {
        channel.next('B');
        t.write('queued has returned');
      };
      channel.send('A').pipe(txTap({ queued })).subscribe(t.sender('A'));
      t.expect('0 queued has returned', '0 sendData A', '0 sendData B');
    }),
  );
});

describe('what a controller says of each channel', () => {
  it(
    'is the method of its link, where that has one',
    timeline((t) => {
      const { channel } = t.open({ txDone: 'irq', linkTxDone: () => 'ack' });
      channel.send('A').subscribe(t.sender('A'));
      channel.acknowledge({ token: 1 });
      t.expect('0 sendData A', '0 A ok');
    }),
  );

  it('a window that is a getter is read before each hand-over, and what is no window is 0, and broken', () => {
    let window: unknown = 0;
    class Changing extends ScriptedController {
      declare readonly window: number;
    }
    Object.defineProperty(Changing.prototype, 'window', { get: () => window });
    const controller = new Changing();
    const channel = new Mailbox(controller).requestChannel(0);
    const broken: string[] = [];
    channel.events$.subscribe(({ type, error }) => type === 'broken' && broken.push(String(error)));
    channel.next('A');
    channel.next('B');
    const { sent } = controller.link();
    expect(sent).toHaveLength(0);
    window = 1;
    controller.link().ready();
    expect(sent).toHaveLength(1);
    window = 'two';
    controller.link().txDone({ token: 1 });
    expect(sent).toHaveLength(1);
    expect(broken[0]).toMatch(/^TypeError: controller.window is "two"/);
  });
});
