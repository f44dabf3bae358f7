import { NEVER } from 'rxjs';
import type { ReadyChannels } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { sharedWire, type OpenedWire, type SharedWireOptions } from '../support/sharedWire';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

// Channels are called a, b, c, …; b2 is the second message on b.

/** The lowest number first: a priority. */
const lowest = (ready: ReadyChannels): number => Math.min(...ready);

function opened(options: SharedWireOptions): OpenedWire & { journal: Journal; sendAll(...messages: string[]): void } {
  const journal = new Journal();
  const wire = sharedWire({ nextChannel: lowest, journal, ...options });
  const sendAll = (...messages: string[]): void =>
    messages.forEach((message) => void wire.channels['abcdefgh'.indexOf(message[0]!)]!.send(message).subscribe(journal.sender(message)));
  return { ...wire, journal, sendAll };
}

/** The texts of what shows as broken, with the channel that it shows on. */
function brokenOn({ channels }: OpenedWire): string[] {
  const texts: string[] = [];
  channels.forEach((channel, at) =>
    channel.events$.subscribe(({ type, error }) => type === 'broken' && texts.push(`${'abc'[at]!}: ${(error as Error).message}`)),
  );
  return texts;
}

describe('a controller may say who goes next (rule 7)', () => {
  it('the order is its own', () => {
    const { journal, links, sendAll } = opened({});
    sendAll('b1', 'c1', 'a1', 'b2', 'a2');
    for (const at of [1, 0, 0, 1, 2]) links[at]!.txDoneOldest();
    expect(journal.lines.filter((line) => line.startsWith('sendData'))).toEqual(['b1', 'a1', 'a2', 'b2', 'c1'].map((m) => `sendData ${m}`));
  });

  it('it is asked once before each hand-over, with what could go then', () => {
    const asked: string[] = [];
    const { links, sendAll } = opened({
      nextChannel: (ready) => {
        asked.push([...ready].join(''));
        return lowest(ready);
      },
    });
    sendAll('b1', 'c1', 'a1');
    for (const at of [1, 0, 2]) links[at]!.txDoneOldest();
    expect(asked).toEqual(['1', '20', '2']);
  });

  it('it is asked after the report and the sender of the settlement that freed the slot, so who sends again then counts', () => {
    const { channels, journal, links } = opened({});
    channels[0]!.txDone$.subscribe(() => journal.write('report'));
    channels[0]!.send('a1').subscribe({ complete: () => (journal.write('a1 ok'), channels[0]!.next('a2')) });
    channels[1]!.next('b1');
    links[0]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'report', 'a1 ok', 'sendData a2']);
  });

  it('all others keep next first: hand-over, then report and sender', () => {
    const journal = new Journal();
    const { channels, links } = sharedWire({ journal });
    channels[0]!.send('a1').subscribe({ complete: () => (journal.write('a1 ok'), channels[0]!.next('a2')) });
    channels[1]!.next('b1');
    links[0]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1', 'a1 ok']);
  });

  it('it works without a shared window, too', () => {
    const { journal, sendAll } = opened({ sharedWindow: () => Infinity, window: 2 });
    sendAll('b1', 'a1', 'b2', 'b3');
    expect(journal.lines).toEqual(['sendData b1', 'sendData a1', 'sendData b2']);
  });

  it('this is the controller', () => {
    const seen: unknown[] = [];
    const { controller, sendAll } = opened({
      nextChannel(this: unknown, ready) {
        seen.push(this);
        return lowest(ready);
      },
    });
    sendAll('a1');
    expect(seen).toEqual([controller]);
  });
});

describe('ready is a live view of the channels that could go (rule 7)', () => {
  it('its size, its members, and their order of turns', () => {
    let view: ReadyChannels | undefined;
    const { links, sendAll } = opened({
      nextChannel: (ready) => {
        view = ready;
        return lowest(ready);
      },
    });
    sendAll('a1', 'c1', 'b1', 'b2');
    expect([view!.size, view!.has(0), view!.has(1), view!.has(2), view!.has(99), [...view!]]).toEqual([
      2,
      false,
      true,
      true,
      false,
      [2, 1],
    ]);
    links[0]!.txDoneOldest();
    expect([view!.size, [...view!]]).toEqual([1, [2]]);
    links[1]!.txDoneOldest();
    links[1]!.txDoneOldest();
    links[2]!.txDoneOldest();
    expect([view!.size, [...view!]]).toEqual([0, []]);
  });

  // c1 could go and is held back, so that the controller is asked.
  it.each<[string, (wire: ReturnType<typeof opened>) => void]>([
    ['its link is down', ({ links, sendAll }) => (links[1]!.down(), sendAll('b1'))],
    ['its head was refused', ({ links, sendAll }) => (links[1]!.refuse(), sendAll('b1'))],
    ['its own window is full', ({ sendAll }) => sendAll('b1', 'b2')],
    ['nothing waits on it', ({ sendAll }) => sendAll('b1')],
    ['it has closed', ({ channels, sendAll }) => (sendAll('b1', 'b2'), channels[1]!.close())],
  ])('a channel is not in it where %s', (_what, act) => {
    const asked: string[] = [];
    const wire = opened({
      sharedWindow: () => 3,
      nextChannel: (ready) => {
        asked.push([...ready].join(' '));
        return ready.has(1) ? 1 : undefined;
      },
    });
    act(wire);
    wire.sendAll('c1');
    expect(asked.at(-1)).toBe('2');
  });

  it('a channel is not in it while its link is reset', async () => {
    const asked: string[] = [];
    const { channels, journal, links, sendAll } = opened({
      sharedWindow: () => 3,
      correlation: 'untagged',
      reset: () => NEVER,
      nextChannel: (ready) => {
        asked.push([...ready].join(' '));
        return lowest(ready);
      },
    });
    channels[1]!.send('b1').subscribe().unsubscribe();
    sendAll('b2', 'c1');
    await turnEnd();
    expect([links[1]!.resets, asked, journal.lines]).toEqual([1, ['1', '2'], ['sendData b1', 'sendData c1']]);
  });

  it(
    'in a pause nobody is asked',
    timeline((t) => {
      let asked = 0;
      const { channels } = sharedWire({ journal: t, nextChannel: (ready) => (asked++, lowest(ready)) });
      const a = channels[0]!.send('a1').subscribe();
      channels[1]!.next('b1');
      t.at(3, () => {
        a.unsubscribe();
        t.write(`asked ${asked}`);
      });
      t.expect('0 sendData a1', '3 asked 1', '3 sendData b1');
    }),
  );
});

describe('nobody goes now, or the answer is wrong (rule 7)', () => {
  it('undefined: ready of any link asks again', () => {
    let closed = true;
    const { journal, links, sendAll } = opened({ nextChannel: (ready) => (closed ? undefined : lowest(ready)) });
    sendAll('a1', 'b1');
    expect(journal.lines).toEqual([]);
    closed = false;
    links[2]!.ready();
    expect(journal.lines).toEqual(['sendData a1']);
  });

  it('and so does every other occasion: a tx-done, a send', () => {
    let next: number | undefined = 0;
    const { journal, links, sendAll } = opened({ nextChannel: () => next });
    sendAll('a1');
    next = undefined;
    sendAll('b1');
    links[0]!.txDoneOldest();
    expect(journal.lines).toEqual(['sendData a1', 'a1 ok']);
    next = 1;
    sendAll('c1');
    expect(journal.lines).toEqual(['sendData a1', 'a1 ok', 'sendData b1']);
  });

  it.each<[string, unknown, string]>([
    ['a channel that is not ready', 2, 'controller.nextChannel returned 2'],
    ['no channel at all', 99, 'controller.nextChannel returned 99'],
    ['NaN', NaN, 'controller.nextChannel returned NaN'],
    ['null', null, 'controller.nextChannel returned null'],
    ['a name', 'a', 'controller.nextChannel returned "a"'],
    ['a promise', Promise.resolve(1), 'controller.nextChannel returned a promise'],
  ])('%s: broken on the channel whose turn it is, which goes next', (_what, answer, text) => {
    const wire = opened({ nextChannel: () => answer as number });
    const broken = brokenOn(wire);
    wire.sendAll('b1', 'a1', 'b2');
    wire.links[1]!.txDoneOldest();
    expect(wire.journal.lines).toEqual(['sendData b1', 'b1 ok', 'sendData a1']);
    expect(broken).toEqual([expect.stringContaining(`b: ${text}`), expect.stringContaining(`a: ${text}`)]);
  });

  it('a promise that rejects leaves no unhandled rejection', async () => {
    const { journal, sendAll } = opened({ nextChannel: () => Promise.reject(new Error('async oops')) as unknown as number });
    sendAll('a1');
    await new Promise(setImmediate);
    expect(journal.lines).toEqual(['sendData a1']);
  });

  it('a throw: the same', () => {
    const wire = opened({
      nextChannel: () => {
        throw new Error('oops');
      },
    });
    const broken = brokenOn(wire);
    wire.sendAll('b1');
    expect([wire.journal.lines, broken]).toEqual([['sendData b1'], [expect.stringContaining('b: controller.nextChannel threw')]]);
  });

  it('whoever is told of that may send, and is not forgotten', () => {
    const wire = opened({
      sharedWindow: () => 2,
      nextChannel: () => {
        throw new Error('oops');
      },
    });
    wire.channels[0]!.events$.subscribe(({ type }) => type === 'broken' && wire.channels[1]!.next('b1'));
    wire.sendAll('a1');
    expect(wire.journal.lines).toEqual(['sendData a1', 'sendData b1']);
  });
});

describe('calls into channels from inside nextChannel (rule 6)', () => {
  it('a send: the message is there when it has returned', () => {
    let called = false;
    const wire: ReturnType<typeof opened> = opened({
      nextChannel: (ready) => {
        if (!called) {
          called = true;
          wire.sendAll('a1');
          wire.journal.write(`ready: ${[...ready].join(' ')}`);
        }
        return lowest(ready);
      },
    });
    wire.sendAll('b1');
    expect(wire.journal.lines).toEqual(['ready: 1 0', 'sendData a1']);
  });

  it('the channel that it chooses closes meanwhile: broken, and the next one goes', () => {
    const wire: ReturnType<typeof opened> = opened({
      nextChannel: () => {
        wire.channels[1]!.close();
        return 1;
      },
    });
    wire.sendAll('b1');
    expect(wire.journal.lines).toEqual(['b1 ESHUTDOWN not-sent']);
    wire.sendAll('a1');
    expect(wire.journal.lines).toEqual(['b1 ESHUTDOWN not-sent', 'sendData a1']);
  });

  it('a tx-done from inside is told after it, and who sends again then is asked about, even if nobody went', () => {
    let inside = false;
    const wire: ReturnType<typeof opened> = opened({
      nextChannel: (ready) => {
        if (!inside) return lowest(ready);
        inside = false;
        wire.links[0]!.txDoneOldest();
        return undefined;
      },
      sharedWindow: () => 2,
    });
    wire.channels[0]!.send('a1').subscribe({ complete: () => (wire.journal.write('a1 ok'), wire.sendAll('a2')) });
    inside = true;
    wire.sendAll('b1');
    expect(wire.journal.lines).toEqual(['sendData a1', 'a1 ok', 'sendData a2', 'sendData b1']);
  });

  it('ready from inside does not ask without end', () => {
    let asked = 0;
    const wire: ReturnType<typeof opened> = opened({
      nextChannel: () => {
        asked++;
        wire.links[0]!.ready();
        return undefined;
      },
    });
    wire.sendAll('a1');
    expect(asked).toBe(1);
  });
});
