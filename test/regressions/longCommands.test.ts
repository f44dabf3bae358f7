import { txTimeout } from 'rx-mailbox';
import { timeline, type Timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

// Bugs in which a device that is busy for minutes is taken for dead, or a dead one for busy. Each test is named after a public report of it.

/** A printer that says every 2 s that it is busy, from a command's hand-over until `until`. */
function busyPrinter(t: Timeline, until: number) {
  const opened = t.open({ correlation: 'ordered', window: 2, quarantine: 0 });
  for (let ms = 2000; ms < until; ms += 2000) t.at(ms, () => opened.link.progress());
  return opened;
}

describe('a device says now and then that it is at work', () => {
  it(
    'OctoPrint/OctoPrint#553: heating up takes minutes, and the command is not given up',
    timeline((t) => {
      const { channel, link } = busyPrinter(t, 300_000);
      channel
        .send('M109 S210')
        .pipe(txTimeout({ silence: 5000 }))
        .subscribe(t.sender('M109'));
      t.at(300_000, () => link.txDone({ ack: 'ok' }));
      t.expect('0 sendData M109 S210', '300000 M109 ok ok');
    }),
  );

  it(
    'OctoPrint/OctoPrint#2905: a printer that falls silent in the middle of it is noticed soon, not after a deadline of minutes',
    timeline((t) => {
      const { channel } = busyPrinter(t, 60_000);
      channel
        .send('G29')
        .pipe(txTimeout({ silence: 5000, total: 900_000 }))
        .subscribe(t.sender('G29'));
      t.expect('0 sendData G29', '63000 G29 ETIME unknown');
    }),
  );

  it(
    'MarlinFirmware/Marlin#3109: "busy: processing" is of the command that is worked on, not of the next one in its buffer',
    timeline((t) => {
      const { channel } = busyPrinter(t, 60_000);
      for (const message of ['G28', 'G1'])
        channel
          .send(message)
          .pipe(txTimeout({ silence: 5000 }))
          .subscribe(t.sender(message));
      t.expect('0 sendData G28', '0 sendData G1', '5000 G1 ETIME unknown', '63000 G28 ETIME unknown');
    }),
  );

  it(
    'Klipper3d/klipper#469: a command that waits behind a long one is not given up while it waits',
    timeline((t) => {
      const { channel, link } = t.open();
      for (let ms = 2000; ms < 60_000; ms += 2000) t.at(ms, () => link.progress());
      for (const message of ['G29', 'M114'])
        channel
          .send(message)
          .pipe(txTimeout({ silence: 5000 }))
          .subscribe(t.sender(message));
      t.at(60_000, () => link.txDone({ token: 1 }));
      t.at(60_001, () => link.txDone({ token: 2 }));
      t.expect('0 sendData G29', '60000 sendData M114', '60000 G29 ok', '60001 M114 ok');
    }),
  );

  it('the same with a promise', async () => {
    const { scheduler, channel, link } = virtual();
    const sending = channel.sendAsync('M109 S210', { timeout: { silence: 5000 } });
    for (let ms = 2000; ms < 300_000; ms += 2000) {
      advance(scheduler, 2000);
      link.progress();
    }
    link.txDone({ token: 1, ack: 'ok' });
    await expect(sending).resolves.toEqual({ token: 1, ack: 'ok' });
  });
});
