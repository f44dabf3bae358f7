import type { VirtualTimeScheduler } from 'rxjs';
import type { ScriptedLink } from 'rx-mailbox/testing';
import { Journal } from '../support/Journal';
import { handedOver, open } from '../support/open';
import { timeline, type Timeline } from '../support/timeline';
import { advance, virtual } from '../support/virtual';

type Link = ScriptedLink<string, string, string>;

/** Timers that are scheduled and not given back. */
function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}

/** Makes the link answer `'busy'` to the next attempts, and act from inside each of them. */
function refuse(link: Link, times: number, act: (attempt: number) => void): void {
  const { sendData } = link;
  let attempts = 0;
  link.sendData = (message, token) => {
    if (attempts === times) return sendData.call(link, message, token);
    act(++attempts);
    return 'busy';
  };
}

/** The same, with a line for each refusal. */
function refusing(t: Timeline, link: Link, times: number, act: (attempt: number) => void): void {
  refuse(link, times, (attempt) => {
    t.write(`refusal ${attempt}`);
    act(attempt);
  });
}

describe('what a link says from inside a sendData that answers busy causes one attempt, 1 ms later (rule 6)', () => {
  it.each<[string, (link: Link) => void]>([
    ['ready', (link) => link.emit({ type: 'ready' })],
    ['a late tx-done', (link) => link.emit({ type: 'txDone', token: 1 })],
    ['an unknown tx-done', (link) => link.emit({ type: 'txDone', token: 99 })],
    ['a tx-done for the message that is refused', (link) => link.emit({ type: 'txDone', token: 2 })],
    ['down and up', (link) => (link.down(), link.up())],
  ])('%s', (_what, say) =>
    timeline((t) => {
      const { channel, link } = t.open();
      channel.send('A').subscribe(t.sender('A'));
      link.txDone({ token: 1 });
      refusing(t, link, 3, () => say(link));
      t.at(5, () => channel.next('B'));
      t.expect('0 sendData A', '0 A ok', '5 refusal 1', '6 refusal 2', '7 refusal 3', '8 sendData B');
    })(),
  );

  it(
    'however many it says',
    timeline((t) => {
      const { channel, link } = t.open();
      refusing(t, link, 1, () => {
        for (let i = 0; i < 3; i++) link.emit({ type: 'ready' });
        link.txDone({ token: 99 });
        link.up();
      });
      link.refuse(9);
      channel.next('A');
      t.expect('0 refusal 1', '1 sendData A → busy');
    }),
  );

  it(
    'also in several attempts within that millisecond',
    timeline((t) => {
      const { channel, link } = t.open();
      refusing(t, link, 3, () => link.emit({ type: 'ready' }));
      link.refuse(9);
      // Each send is an occasion for an attempt of its own.
      for (const message of ['A', 'B', 'C']) channel.next(message);
      t.expect('0 refusal 1', '0 refusal 2', '0 refusal 3', '1 sendData A → busy');
    }),
  );

  it(
    'also in attempts of several turns',
    timeline((t) => {
      const { channel, link } = t.open();
      refusing(t, link, 2, () => link.emit({ type: 'ready' }));
      link.refuse(9);
      t.at(1, () => {
        channel.next('A');
        // After the end of this turn.
        t.at(1, () => t.at(1, () => channel.next('B')));
      });
      t.expect('1 refusal 1', '1 refusal 2', '2 sendData A → busy');
    }),
  );

  it(
    'down and up, also if that ends a message in flight: it was no tx-done that freed the slot',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      refusing(t, link, 1, () => (link.down(), link.up()));
      t.at(5, () => channel.next('B'));
      t.expect('0 sendData A', '5 refusal 1', '5 A ENETDOWN unknown', '6 sendData B');
    }),
  );

  it(
    'which is made all the same if the head has left meanwhile: the next message is the head then',
    timeline((t) => {
      const { channel, link } = t.open();
      refusing(t, link, 2, () => link.emit({ type: 'ready' }));
      const a = channel.send('A').subscribe();
      channel.next('B');
      a.unsubscribe();
      t.expect('0 refusal 1', '0 refusal 2', '0 sendData B');
    }),
  );

  it(
    'none if a message is all that it says',
    timeline((t) => {
      const { channel, link } = t.open();
      refusing(t, link, 1, () => link.received('x'));
      channel.next('A');
      t.expect('0 refusal 1');
    }),
  );
});

describe('the later attempt is given up (rule 6)', () => {
  const ends: [string, (opened: ReturnType<typeof virtual>) => void][] = [
    ['down', ({ link }) => link.down()],
    ['close()', ({ channel }) => channel.close()],
  ];

  it.each(ends)('on %s after it', (_what, end) => {
    const opened = virtual();
    refuse(opened.link, 1, () => opened.link.emit({ type: 'ready' }));
    opened.channel.next('A');
    expect(pending(opened.scheduler)).toBe(1);
    end(opened);
    expect(pending(opened.scheduler)).toBe(0);
  });

  it.each(ends)('on %s from inside, after ready', (_what, end) => {
    const opened = virtual();
    refuse(opened.link, 1, () => {
      opened.link.emit({ type: 'ready' });
      end(opened);
    });
    opened.channel.next('A');
    expect(pending(opened.scheduler)).toBe(0);
    advance(opened.scheduler, 10);
    expect(handedOver(opened.link)).toBe('');
  });

  it('and after down it is up that causes the next attempt', () => {
    const { scheduler, channel, link } = virtual();
    refuse(link, 1, () => link.emit({ type: 'ready' }));
    channel.next('A');
    link.down();
    advance(scheduler, 10);
    expect(handedOver(link)).toBe('');
    link.up();
    expect([handedOver(link), pending(scheduler)]).toEqual(['A', 0]);
  });
});

describe('a tx-done from inside a sendData that answers busy counts at once (rule 6)', () => {
  it(
    'if it settles a message: that is an occasion for the next attempt',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      refusing(t, link, 1, () => link.txDone({ token: 1 }));
      t.at(5, () => channel.next('B'));
      t.expect('0 sendData A', '5 refusal 1', '5 sendData B', '5 A ok');
    }),
  );

  it(
    'also if it says that the message has failed',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      channel.send('A').subscribe(t.sender('A'));
      refusing(t, link, 1, () => link.txDone({ token: 1, error: 'NAK' }));
      t.at(5, () => channel.next('B'));
      t.expect('0 sendData A', '5 refusal 1', '5 sendData B', '5 A EIO sent');
    }),
  );

  it(
    'also in an epoch after the first',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2 });
      t.at(1, () => link.down());
      t.at(2, () => link.up());
      t.at(3, () => channel.send('A').subscribe(t.sender('A')));
      t.at(4, () => refusing(t, link, 1, () => link.txDone({ token: 1 })));
      t.at(5, () => channel.next('B'));
      t.expect('3 sendData A', '5 refusal 1', '5 sendData B', '5 A ok');
    }),
  );

  it(
    'if it frees a held slot',
    timeline((t) => {
      const { channel, link } = t.open({ window: 2, correlation: 'ordered', events: ['lateTxDone'] });
      const a = channel.send('A').subscribe();
      t.at(3, () => a.unsubscribe());
      t.at(4, () => refusing(t, link, 1, () => link.txDone()));
      t.at(5, () => channel.next('B'));
      t.expect('0 sendData A', '5 refusal 1', '5 sendData B', '5 lateTxDone 1');
    }),
  );

  it(
    'as often as it does: a refused head is tried once for each',
    timeline((t) => {
      const { channel, link } = t.open({ window: 4 });
      for (const name of ['A', 'B', 'C']) channel.send(name).subscribe(t.sender(name));
      refusing(t, link, 3, (attempt) => link.txDone({ token: attempt }));
      t.at(5, () => channel.next('D'));
      t.expect(
        ...['0 sendData A', '0 sendData B', '0 sendData C'],
        ...['5 refusal 1', '5 refusal 2', '5 refusal 3', '5 sendData D'],
        ...['5 A ok', '5 B ok', '5 C ok'],
      );
    }),
  );
});

describe('a send from inside sendData, with a queue of 0 (rule 6)', () => {
  it('is accepted while another slot is free', () => {
    const journal = new Journal();
    const { channel, link } = open(
      {
        window: 2,
        onSend: (message) => {
          if (message !== 'A') return;
          for (const name of ['B', 'C']) channel.send(name).subscribe(journal.sender(name));
        },
      },
      { txQueueLength: 0 },
    );
    channel.next('A');
    expect([handedOver(link), journal.lines]).toEqual(['A B', ['C ENOBUFS not-sent']]);
  });

  it('is refused where the message that is handed over takes the last slot', () => {
    const journal = new Journal();
    const { channel, link } = open(
      { onSend: (message) => message === 'A' && channel.send('B').subscribe(journal.sender('B')) },
      { txQueueLength: 0 },
    );
    channel.next('A');
    expect([handedOver(link), journal.lines]).toEqual(['A', ['B ENOBUFS not-sent']]);
  });

  it('is refused while another message waits after busy', () => {
    const journal = new Journal();
    const { channel, link } = open({ window: 2 }, { txQueueLength: 0 });
    refuse(link as never, 1, () => channel.send('B').subscribe(journal.sender('B')));
    channel.next('A');
    expect(journal.lines).toEqual([]);
    channel.send('C').subscribe(journal.sender('C'));
    expect([handedOver(link), journal.lines]).toEqual(['A B', ['C ENOBUFS not-sent']]);
  });
});
