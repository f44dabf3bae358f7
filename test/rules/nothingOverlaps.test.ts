import { map } from 'rxjs';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { marbles, ScriptedController, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open, type Opened } from '../support/open';

describe('nothing overlaps (rule 6)', () => {
  it(
    'one message at a time by default',
    marbles(({ script, expectObservable, flush }) => {
      const { channel, link } = open({ script: script(' ---d--d-d') });
      for (const message of ['A', 'B', 'C']) channel.next(message);
      expectObservable(channel.txDone$.pipe(map(({ message }) => message))).toBe('---A--B-C');
      flush();
      expect(link.sent.map(({ at }) => at)).toEqual([0, 3, 6]);
    }),
  );

  it.each([1, 2, 3, 7])('window %i: never more in flight, and never less while something waits', (window) => {
    const { channel, link } = open({ window });
    for (let i = 0; i < 20; i++) {
      channel.next(`${i}`);
      expect(link.outstanding.length).toBe(Math.min(i + 1, window));
    }
    for (let left = 20; left > 0; left--) {
      expect(link.outstanding.length).toBe(Math.min(left, window));
      // From the middle: the window does not care which one is done.
      link.txDone({ token: link.outstanding[Math.floor(link.outstanding.length / 2)]!.token });
    }
    expect(link.sent).toHaveLength(20);
  });

  it(
    'a message whose sender left holds its slot where its tx-done could be taken for another one',
    marbles(({ script, flush }) => {
      const { channel, link } = open({ correlation: 'untagged', script: script('------d') });
      channel
        .send('A')
        .pipe(txTimeout(3))
        .subscribe({ error: () => undefined });
      channel.next('B');
      flush();
      expect(link.sent).toMatchObject([
        { message: 'A', at: 0 },
        { message: 'B', at: 6 },
      ]);
    }),
  );

  describe('sendData is never re-entered', () => {
    /** Runs a test in which `act` happens inside `sendData` of A, and says what was written meanwhile. */
    function inside(act: (opened: Opened<void>, journal: Journal) => void, options: ScriptedOptions<string, string, void> = {}): string[] {
      const journal = new Journal();
      let depth = 0;
      const opened = open({
        window: 2,
        ...options,
        onSend: (message) => {
          journal.write(`sendData ${message}`);
          expect(depth++).toBe(0);
          if (message === 'A') act(opened, journal);
          depth--;
          journal.write(`${message} handed over`);
        },
      });
      opened.channel.send('A').subscribe(journal.sender('A'));
      return journal.lines;
    }

    it('by a tx-done', () => {
      const lines = inside(({ link }) => link.txDone({ token: 1 }));
      expect(lines).toEqual(['sendData A', 'A handed over', 'A ok']);
    });

    it('by a send()', () => {
      const lines = inside(({ channel }, journal) => channel.send('B').subscribe(journal.sender('B')));
      expect(lines).toEqual(['sendData A', 'A handed over', 'sendData B', 'B handed over']);
    });

    it('by a next()', () => {
      const lines = inside(({ channel }) => channel.next('B'));
      expect(lines).toEqual(['sendData A', 'A handed over', 'sendData B', 'B handed over']);
    });

    it('by a tx-done that makes room for one that waits', () => {
      const lines = inside(({ link, channel }) => (channel.next('B'), link.txDone({ token: 1 })), { window: 1 });
      expect(lines).toEqual(['sendData A', 'A handed over', 'sendData B', 'B handed over', 'A ok']);
    });

    it('by ready', () => {
      const lines = inside(({ link, channel }) => (channel.next('B'), link.emit({ type: 'ready' })));
      expect(lines).toEqual(['sendData A', 'A handed over', 'sendData B', 'B handed over']);
    });

    it('by down and up', () => {
      const lines = inside(({ link, channel }) => (channel.next('B'), link.down(), link.up()));
      expect(lines.slice(0, 2)).toEqual(['sendData A', 'A handed over']);
      expect(lines.slice(2).sort()).toEqual(['A ENETDOWN unknown', 'B handed over', 'sendData B']);
    });

    it('by a close', () => {
      const lines = inside(({ channel }) => (channel.next('B'), channel.close()));
      expect(lines).toEqual(['sendData A', 'A handed over', 'A ESHUTDOWN unknown']);
    });

    it('by a received message, and what a receiver sends then', () => {
      const lines = inside(({ link, channel }, journal) => {
        channel.subscribe((message) => {
          journal.write(`received ${message}`);
          channel.next('B');
        });
        link.received('ping');
      });
      expect(lines).toEqual(['sendData A', 'A handed over', 'received ping', 'sendData B', 'B handed over']);
    });

    it('by an acknowledge()', () => {
      const lines = inside(({ channel }) => (channel.next('B'), channel.acknowledge({ token: 1 })), { txDone: 'ack', window: 1 });
      expect(lines).toEqual(['sendData A', 'A handed over', 'sendData B', 'B handed over', 'A ok']);
    });

    it('by a send() from inside txPrepare', () => {
      const { channel, link } = open({ window: 2 }, { txPrepare: (message): void => (message === 'A' ? channel.next('B') : undefined) });
      channel.next('A');
      expect(handedOver(link)).toBe('A B');
    });

    it('by a tx-done from inside each sendData, however many', () => {
      const { channel, link } = open({ onSend: (_message, token, it) => it.txDone({ token }) }, { txQueueLength: 20_000 });
      link.refuseUntilReady();
      for (let i = 0; i < 20_000; i++) channel.next('A');
      link.ready();
      expect([link.sent.length, channel.slotsAvailable]).toEqual([20_000, 20_000]);
    });
  });

  it('events that a link emits from inside sendData are handled in order', () => {
    const journal = new Journal();
    const { channel } = open({
      window: 2,
      onSend: (message, token, link) => {
        if (message === 'B') return;
        link.received('1');
        link.txDone({ token: 77 });
        link.txDone({ token });
        link.received('2');
      },
    });
    channel.subscribe((message) => journal.write(`received ${message}`));
    journal.events(channel, 'unknownTxDone');
    channel.send('A').subscribe(journal.sender('A'));
    expect(journal.lines).toEqual(['received 1', 'unknownTxDone 77', 'A ok', 'received 2']);
  });

  it('two channels have a window each', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const [channel, other] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
    for (const message of ['A', 'B']) channel.next(message);
    other.next('C');
    expect([handedOver(controller.link(0)), handedOver(controller.link(1))]).toEqual(['A', 'C']);
  });
});
