import { Batch } from '../../../src/core/Batch';
import { SharedWindow, type SharedWindowSettings } from '../../../src/core/SharedWindow';
import { CoreBench } from './CoreBench';

type Settings = ConstructorParameters<typeof CoreBench>[0];

/** Channels of one controller, and one list of what they do, each with its number. */
function channels(count: number, controller: SharedWindowSettings, settings: Settings = {}): { benches: CoreBench[]; take: () => string } {
  const shared = new SharedWindow(controller);
  const batch = new Batch();
  const tokens = { next: 1 };
  const lines: string[] = [];
  const benches = Array.from({ length: count }, (_, index) => {
    const bench = new CoreBench(settings, tokens, batch, { shared, index });
    bench.tracing = false;
    bench.lines.push = (...added) => lines.push(...added.map((line) => `${index}: ${line}`));
    return bench;
  });
  return { benches, take: () => lines.splice(0).join(', ') };
}

describe('channels that share a window', () => {
  it('have no more in flight than that together', () => {
    const { benches, take } = channels(3, { sharedWindow: 2 });
    const [a, b, c] = benches as [CoreBench, CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    c.send('C');
    expect(take()).toBe('0: sendData A, 1: sendData B');
    a.machine.txDone(1, 'ok', undefined);
    expect(take()).toBe('2: sendData C, 0: A ok ok');
  });

  it('take turns', () => {
    const { benches, take } = channels(3, { sharedWindow: 1 });
    const [a, b, c] = benches as [CoreBench, CoreBench, CoreBench];
    a.send('ABC');
    b.send('D');
    c.send('E');
    for (const [bench, token] of [
      [a, 1],
      [b, 4],
      [c, 5],
      [a, 2],
    ] as const)
      bench.machine.txDone(token, 'ok', undefined);
    expect(
      take()
        .split(', ')
        .filter((line) => line.includes('sendData'))
        .join(', '),
    ).toBe('0: sendData A, 1: sendData D, 2: sendData E, 0: sendData B, 0: sendData C');
  });

  it('pause together, until the turn ends', () => {
    const { benches, take } = channels(2, { sharedWindow: 1 });
    const [a, b] = benches as [CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    take();
    a.unsubscribes('A');
    expect(take()).not.toContain('sendData');
    b.send('C');
    expect(take()).not.toContain('sendData');
    a.machine.turnEnded();
    expect(take()).toBe('1: sendData B');
  });

  it('hand over in one loop: no sendData inside another one', () => {
    const { benches, take } = channels(2, { sharedWindow: 2 });
    const [a, b] = benches as [CoreBench, CoreBench];
    let inside = 0;
    for (const bench of benches) {
      bench.onSend = (message) => {
        expect(++inside).toBe(1);
        if (message === 'A') b.send('B');
        inside--;
        return 'accepted';
      };
    }
    a.send('A');
    expect(take()).toBe('0: sendData A, 1: sendData B');
  });

  it('are notified when that loop has ended', () => {
    const { benches, take } = channels(2, { sharedWindow: 2 });
    const [a, b] = benches as [CoreBench, CoreBench];
    b.machine.down('cable');
    b.send('BC');
    take();
    a.onSend = () => {
      b.leaves('C');
      a.lines.push('C has left');
      return 'accepted';
    };
    a.send('A');
    expect(take()).toBe('0: sendData A, 0: C has left, 1: C ECANCELED not-sent');
  });

  it('get the places of one that closes, also where somebody has left', () => {
    const { benches, take } = channels(2, { sharedWindow: 1 }, { correlation: 'ordered', quarantine: Infinity });
    const [a, b] = benches as [CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    a.leaves('A');
    take();
    a.machine.close();
    expect(take()).toBe('0: epochEnded, 0: shutdown, 1: sendData B, 0: ended');
  });

  it('wait for the end of the turn in which one paused, also if that closes', () => {
    const { benches, take } = channels(2, { sharedWindow: 1 });
    const [a, b] = benches as [CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    a.unsubscribes('A');
    take();
    a.machine.close();
    expect(take()).not.toContain('sendData');
    a.machine.turnEnded();
    expect(take()).toContain('1: sendData B');
  });

  it('go on when the window has grown, and only wait when it has shrunk', () => {
    const controller = { sharedWindow: 0 };
    const { benches, take } = channels(2, controller);
    const [a, b] = benches as [CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    expect(take()).toBe('');
    controller.sharedWindow = 2;
    a.machine.ready();
    expect(take()).toBe('0: sendData A, 1: sendData B');
    controller.sharedWindow = 1;
    b.send('C');
    a.machine.txDone(1, 'ok', undefined);
    expect(take()).toBe('0: A ok ok');
    b.machine.txDone(2, 'ok', undefined);
    expect(take()).toBe('1: sendData C, 1: B ok ok');
  });
});

describe('nextChannel', () => {
  it('chooses, after the report and the sender of who has made room', () => {
    const { benches, take } = channels(3, { sharedWindow: 1, nextChannel: (ready) => (ready.has(2) ? 2 : [...ready][0]) });
    const [a, b, c] = benches as [CoreBench, CoreBench, CoreBench];
    a.send('A');
    b.send('B');
    take();
    // The sender that is told sends again, and counts.
    a.onDeliver = () => c.send('C');
    a.machine.txDone(1, 'ok', undefined);
    expect(take()).toBe('0: A ok ok, 2: sendData C');
  });

  it('is asked again by a ready, where nobody was to go', () => {
    let open = false;
    const { benches, take } = channels(1, { sharedWindow: 1, nextChannel: (ready) => (open ? [...ready][0] : undefined) });
    const [a] = benches as [CoreBench];
    a.send('A');
    expect(take()).toBe('');
    open = true;
    a.machine.ready();
    expect(take()).toBe('0: sendData A');
  });

  it.each([
    ['answers what is no channel', () => 7],
    [
      'throws',
      (): never => {
        throw new Error('oops');
      },
    ],
  ])('that %s is broken, and they take turns', (_, nextChannel) => {
    const { benches, take } = channels(2, { sharedWindow: 1, nextChannel });
    const [a] = benches as [CoreBench];
    a.tracing = true;
    a.send('A');
    expect(take()).toMatch(/^0: queued 1, 0: sendData A, 0: broken TypeError: controller.nextChannel .*, 0: sent 1$/);
  });
});
