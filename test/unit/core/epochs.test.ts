import { isMailboxError, type MailboxError } from 'rx-mailbox';
import type { TxMachineSettings } from '../../../src/core/TxMachine';
import { CoreBench } from './CoreBench';

/** Each letter has been sent, with room for three in flight on a link without tokens. Only effects are written down, no events. */
function benchWith(messages: string, settings: Partial<TxMachineSettings> = {}): CoreBench {
  const bench = new CoreBench({ correlation: 'ordered', window: 3, quarantine: Infinity, ...settings });
  bench.tracing = false;
  bench.resets = true;
  bench.send(messages);
  bench.take();
  return bench;
}

/** A to C are in flight, D waits. A's sender has left, and the link is being reset. */
function resetting(): CoreBench {
  const bench = benchWith('ABCD');
  bench.unsubscribes('A');
  bench.machine.turnEnded();
  bench.take();
  return bench;
}

describe('down', () => {
  it('ends the epoch first, then fails what is in flight, oldest first; what waits goes on waiting', () => {
    const bench = benchWith('ABCD');
    bench.machine.down('cable');
    expect(bench.take()).toBe('epochEnded, A ENETDOWN unknown, B ENETDOWN unknown, C ENETDOWN unknown');
    expect(bench.machine.backlog.length).toBe(1);
  });

  it('frees held slots', () => {
    const bench = benchWith('ABC');
    bench.leaves('B');
    bench.machine.down('cable');
    expect([bench.machine.slots.used, bench.machine.slots.held]).toEqual([0, 0]);
  });

  it('again, and up again, change nothing', () => {
    const bench = benchWith('');
    bench.machine.up();
    bench.machine.down('cable');
    bench.take();
    bench.machine.down('other');
    expect(bench.take()).toBe('');
  });

  it('says what the link gave as its reason, and only where it gave one', () => {
    const texts: unknown[] = [];
    for (const reason of ['cable', undefined]) {
      const bench = benchWith('');
      bench.tracing = true;
      bench.onTrace = ({ error }) => isMailboxError(error) && texts.push([error.message, 'cause' in error]);
      bench.send('A');
      bench.machine.down(reason);
    }
    expect(texts).toEqual([
      ['bench: link down while in flight: cable', true],
      ['bench: link down while in flight', false],
    ]);
  });

  it('on a closed channel changes nothing, nor does up', () => {
    const bench = benchWith('A');
    bench.machine.close();
    bench.take();
    bench.machine.down('cable');
    bench.machine.up();
    expect(bench.take()).toBe('');
  });
});

describe('a reset', () => {
  it('is asked for once, when the turn ends in which a slot became held', () => {
    const bench = benchWith('ABCD');
    bench.unsubscribes('A');
    bench.unsubscribes('B');
    expect(bench.take()).not.toContain('reset');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('reset');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('');
  });

  it.each<[string, (bench: CoreBench) => void]>([
    ['an unsubscribed sender', (bench) => bench.unsubscribes('A')],
    ['a limit that runs out', (bench) => bench.leaves('A')],
  ])('needs the end of the turn after %s', (_who, leave) => {
    const bench = benchWith('AB');
    leave(bench);
    expect(bench.take()).toContain('turn end needed');
  });

  it('is asked for where an answer of sendData is nonsense', () => {
    const bench = benchWith('');
    bench.onSend = () => 'maybe';
    bench.send('A');
    bench.take();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('reset');
  });

  it('is asked for where lastTxDone threw about a message on a link without tokens', () => {
    const bench = benchWith('A');
    bench.onAsk = () => {
      throw new Error('bus error');
    };
    bench.machine.poll();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('lastTxDone 1, abort 1, held 1, turn end needed, A EIO unknown, reset');
  });

  it.each<[string, Partial<TxMachineSettings>, boolean]>([
    ['quarantine is 0', { quarantine: 0 }, true],
    ['the link has no reset', {}, false],
  ])('is never asked for where %s', (_where, settings, resets) => {
    const bench = benchWith('AB', settings);
    bench.resets = resets;
    bench.unsubscribes('A');
    bench.machine.turnEnded();
    expect(bench.take()).not.toContain('reset');
  });

  it('is not needed where a late tx-done has freed the slot before the turn ends; then the next message goes', () => {
    const bench = benchWith('ABCD');
    bench.leaves('A');
    bench.take();
    bench.machine.txDone(undefined, 'late', undefined);
    expect(bench.take()).toBe('');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData D');
  });

  it.each<[string, (bench: CoreBench) => void]>([
    ['to come', () => undefined],
    ['under way', ({ machine }) => machine.turnEnded()],
  ])('that is %s keeps everything from being handed over', (_when, go) => {
    const bench = benchWith('ABCD');
    bench.leaves('A');
    go(bench);
    bench.take();
    bench.machine.txDone(2, 'ok', undefined);
    bench.machine.ready();
    bench.send('E');
    expect(bench.take()).toBe('B ok ok');
    expect(bench.machine.resetting).toBe(true);
  });

  it('keeps lastTxDone from being asked', () => {
    const bench = resetting();
    bench.machine.poll();
    expect(bench.take()).toBe('');
  });

  it('lets tx-dones count', () => {
    const bench = resetting();
    bench.machine.txDone(1, 'late', undefined);
    bench.machine.txDone(2, undefined as never, 'NAK');
    bench.machine.txDone(3, 'ok', undefined);
    expect(bench.take()).toBe('B EIO sent, C ok ok');
  });

  it('is not asked for again by who leaves meanwhile, whose message is aborted', () => {
    const bench = resetting();
    bench.leaves('B');
    expect(bench.take()).toBe('abort 2, held 2, B ECANCELED unknown');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('');
  });

  it('that a queue of 0 sees rejects', () => {
    const bench = benchWith('A', { txQueueLength: 0 });
    bench.leaves('A');
    bench.take();
    bench.send('B');
    bench.machine.turnEnded();
    bench.send('C');
    expect(bench.take()).toBe('B refused, reset, C refused');
  });
});

describe('the end of a reset', () => {
  it('fails what was in flight, in the order of hand-over, frees held slots, hands over, then tells', () => {
    const bench = resetting();
    bench.machine.resetDone();
    expect(bench.take()).toBe('sendData D, B ECONNRESET unknown, C ECONNRESET unknown');
    expect([bench.machine.slots.used, bench.machine.slots.held]).toEqual([1, 0]);
  });

  it('does not abort what it takes along', () => {
    const bench = resetting();
    bench.machine.resetDone();
    expect(bench.take()).not.toContain('abort');
  });

  it('says which channel was reset', () => {
    const bench = resetting();
    bench.tracing = true;
    const errors: MailboxError[] = [];
    bench.onTrace = ({ error }) => isMailboxError(error) && errors.push(error);
    bench.machine.resetDone();
    expect(errors.map(({ name, message }) => `${name}: ${message}`)).toEqual(
      Array(2).fill('LinkResetError: bench: link reset while in flight'),
    );
  });

  it('makes a late tx-done of before stale', () => {
    const bench = resetting();
    bench.machine.resetDone();
    bench.take();
    bench.machine.txDone(2, 'late', undefined);
    expect(bench.take()).toBe('');
    bench.machine.txDone(4, 'ok', undefined);
    expect(bench.take()).toBe('D ok ok');
  });

  it('tries a refused head afresh', () => {
    const bench = benchWith('AB');
    bench.onSend = () => 'busy';
    bench.send('C');
    bench.leaves('A');
    bench.machine.turnEnded();
    bench.onSend = () => 'accepted';
    bench.take();
    bench.machine.resetDone();
    expect(bench.take()).toBe('sendData C, B ECONNRESET unknown');
  });

  it('may come from inside: what is asked for at the end of a turn is dealt with when the call has returned', () => {
    const bench = benchWith('ABCD');
    bench.onReset = () => {
      bench.machine.resetDone();
      bench.lines.push('reset has returned');
    };
    bench.unsubscribes('A');
    bench.take();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('reset, reset has returned, sendData D, B ECONNRESET unknown, C ECONNRESET unknown');
  });

  it('lets another one be asked for', () => {
    const bench = resetting();
    bench.machine.resetDone();
    bench.leaves('D');
    bench.take();
    bench.machine.turnEnded();
    expect(bench.take()).toBe('reset');
  });

  it('with a pause under way hands nothing over before that turn ends', () => {
    const bench = resetting();
    bench.unsubscribes('B');
    bench.take();
    bench.machine.resetDone();
    expect(bench.take()).toBe('C ECONNRESET unknown');
    bench.machine.turnEnded();
    expect(bench.take()).toBe('sendData D');
  });
});

describe('down', () => {
  it('before the turn ends cancels a reset', () => {
    const bench = benchWith('AB');
    bench.leaves('A');
    bench.machine.down('cable');
    bench.take();
    bench.machine.turnEnded();
    expect([bench.take(), bench.machine.resetting]).toEqual(['', false]);
  });

  it('cancels one that is under way: what waits goes when the link is up', () => {
    const bench = resetting();
    bench.machine.down('cable');
    expect(bench.take()).toBe('epochEnded, B ENETDOWN unknown, C ENETDOWN unknown');
    bench.machine.up();
    expect(bench.take()).toBe('sendData D');
  });
});

describe('closing', () => {
  it('ends the epoch, lets go of the link, fails what is in flight and then what waits, and ends last', () => {
    const bench = benchWith('ABCD');
    bench.leaves('A');
    bench.take();
    bench.machine.close();
    expect(bench.take()).toBe('epochEnded, shutdown, B ESHUTDOWN unknown, C ESHUTDOWN unknown, D ESHUTDOWN not-sent, ended');
  });

  it('again changes nothing', () => {
    const bench = benchWith('A');
    bench.machine.close();
    bench.take();
    bench.machine.close();
    expect(bench.take()).toBe('');
  });

  it('with a refused head leaves none', () => {
    const bench = benchWith('');
    bench.onSend = () => 'busy';
    bench.send('A');
    expect(bench.machine.refused).toBe(true);
    bench.machine.close();
    expect(bench.machine.refused).toBe(false);
  });
});
