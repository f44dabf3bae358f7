import { NEVER, Subject } from 'rxjs';
import { txTimeout } from 'rx-mailbox';
import { timeline } from '../support/timeline';

// Resets that shifted answers by one. Each test is named after a public report of it.

const grbl = { correlation: 'ordered' as const, window: 4, abort: true };

describe('a device on a serial line without ids', () => {
  it(
    'rayforge#428: an ok is lost, the line times out, the reset wipes the device: nobody is told the ok of the line after',
    timeline((t) => {
      const reset$ = new Subject<never>();
      const { channel, link } = t.open({ ...grbl, reset: () => reset$ });
      channel.send('a').pipe(txTimeout(10)).subscribe(t.sender('a'));
      channel.send('b').subscribe(t.sender('b'));
      // b was in flight when the reset wiped it: its ok never comes. c goes out after the reset.
      t.at(11, () => channel.send('c').subscribe(t.sender('c')));
      t.at(20, () => reset$.complete());
      t.at(30, () => link.txDone({ ack: 'ok of c' }));
      t.expect(
        '0 sendData a',
        '0 sendData b',
        '10 abort 1',
        '10 a ETIME unknown',
        '10 reset',
        '20 sendData c',
        '20 b ECONNRESET unknown',
        '30 c ok ok of c',
      );
    }),
  );

  it(
    'rayforge#432: what waits goes out when the reset is over, not while it is under way',
    timeline((t) => {
      const reset$ = new Subject<never>();
      const { channel } = t.open({ ...grbl, window: 1, reset: () => reset$ });
      channel.send('a').pipe(txTimeout(10)).subscribe(t.sender('a'));
      channel.send('b').subscribe(t.sender('b'));
      t.at(15, () => channel.next('c'));
      t.at(20, () => reset$.complete());
      t.expect('0 sendData a', '10 abort 1', '10 a ETIME unknown', '10 reset', '20 sendData b');
    }),
  );

  it.each([1, 2, 3, 4])('rayforge#428: a late ok in position %i before the end of the reset shifts nothing', (position) => {
    timeline((t) => {
      const reset$ = new Subject<never>();
      const { channel, link } = t.open({ ...grbl, reset: () => reset$ });
      for (const name of ['a', 'b', 'c', 'd']) {
        channel
          .send(name)
          .pipe(name === 'a' ? txTimeout(10) : (source) => source)
          .subscribe(t.sender(name));
      }
      channel.send('e').subscribe(t.sender('e'));
      // So many oks were in the pipe when the device was wiped. The first of them is a's.
      for (let i = 1; i <= position; i++) t.at(10 + i, () => link.txDone({ ack: `ok ${i}` }));
      t.at(20, () => reset$.complete());
      t.at(30, () => link.txDone({ ack: 'ok of e' }));
      t.flush();
      const told = (name: string): string => t.lines.find((line) => line.includes(` ${name} `) && !line.includes('sendData'))!;
      const neighbours = ['b', 'c', 'd'].map((name, i) =>
        i + 2 <= position ? `${10 + i + 2} ${name} ok ok ${i + 2}` : `20 ${name} ECONNRESET unknown`,
      );
      expect([told('a'), ...['b', 'c', 'd'].map(told), told('e')]).toEqual(['10 a ETIME unknown', ...neighbours, '30 e ok ok of e']);
    })();
  });
});

describe('a reset that outlives what it was for', () => {
  const untagged = { correlation: 'untagged' as const, abort: true };

  it(
    'field report, found while integrating: the late tx-done frees the slot, and the reset goes on; nothing is sent under it',
    timeline((t) => {
      const reset$ = new Subject<never>();
      const { channel, link } = t.open({ ...untagged, reset: () => reset$ });
      channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(100)).subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      t.at(20, () => link.txDone({ ack: 'reply to A' }));
      t.at(50, () => reset$.complete());
      t.at(60, () => link.txDone({ ack: 'reply to B' }));
      t.at(70, () => link.txDone({ ack: 'reply to C' }));
      t.expect(
        '0 sendData A',
        '10 abort 1',
        '10 A ETIME unknown',
        '10 reset',
        '50 sendData B',
        '60 sendData C',
        '60 B ok reply to B',
        '70 C ok reply to C',
      );
    }),
  );

  it(
    'field report, found while integrating: a second leaver has a reset of its own',
    timeline((t) => {
      let resets = 0;
      const ends = [new Subject<never>(), new Subject<never>()];
      const { channel, link } = t.open({ ...untagged, reset: () => ends[resets++] ?? NEVER });
      channel.send('A').pipe(txTimeout(10)).subscribe(t.sender('A'));
      channel
        .send('B')
        .pipe(txTimeout({ inFlight: 10 }))
        .subscribe(t.sender('B'));
      channel.send('C').subscribe(t.sender('C'));
      t.at(20, () => ends[0]!.complete());
      t.at(40, () => ends[1]!.complete());
      t.at(50, () => link.txDone({ ack: 'reply to C' }));
      t.expect(
        '0 sendData A',
        '10 abort 1',
        '10 A ETIME unknown',
        '10 reset',
        '20 sendData B',
        '30 abort 2',
        '30 B ETIME unknown',
        '30 reset',
        '40 sendData C',
        '50 C ok reply to C',
      );
    }),
  );
});
