import { CoreBench } from './CoreBench';

/** Nothing is written down of it but what is done. */
function quiet(settings?: ConstructorParameters<typeof CoreBench>[0]): CoreBench {
  const bench = new CoreBench(settings);
  bench.tracing = false;
  return bench;
}

describe('what the link gives back', () => {
  it('waits in the order of the first hand-over, in front of the others, and keeps its token', () => {
    const bench = new CoreBench({ window: 3 });
    bench.send('ABCD');
    for (const token of [3, 1, 2]) bench.machine.refusedBack(token, undefined);
    bench.take();
    bench.machine.ready();
    const sent = ['sendData A', 'sendData B', 'sendData C', 'ready', 'sent 1', 'sent 2', 'sent 3'];
    expect(bench.take()).toBe(sent.join(', '));
  });

  it('is shown as busy, with its error', () => {
    const bench = new CoreBench();
    bench.send('A');
    bench.take();
    bench.machine.refusedBack(1, 'full');
    expect(bench.take()).toBe('A returned, busy 1 full');
  });

  it('is not handed over at once, also if a tx-done has come meanwhile', () => {
    const bench = quiet({ window: 2 });
    bench.send('AB');
    bench.machine.txDone(2, 'ok', undefined);
    bench.take();
    bench.machine.refusedBack(1, undefined);
    expect(bench.take()).toBe('A returned');
    bench.send('C');
    expect(bench.take()).toBe('sendData A, sendData C');
  });

  it('is prepared again', () => {
    const bench = quiet();
    bench.onPrepare = (message) => bench.lines.push(`prepare ${message}`);
    bench.send('A');
    bench.machine.refusedBack(1, undefined);
    bench.machine.ready();
    expect(bench.take()).toBe('prepare A, sendData A, A returned, prepare A, sendData A');
  });

  it('frees the slot where its sender has left, and the next one goes', () => {
    const bench = quiet({ correlation: 'ordered', quarantine: Infinity });
    bench.send('AB');
    bench.leaves('A');
    bench.take();
    bench.machine.refusedBack(1, undefined);
    expect(bench.take()).toBe('sendData B');
  });

  it('is late where its token has settled, and a reason to try the head again', () => {
    const bench = new CoreBench();
    bench.onSend = (message) => (message === 'B' ? 'busy' : 'accepted');
    bench.send('AB');
    bench.machine.txDone(1, 'ok', undefined);
    bench.take();
    bench.machine.refusedBack(1, undefined);
    expect(bench.take()).toBe('sendData B, lateTxDone 1, busy 2');
  });

  it('is no slot that a tx-done has freed: from inside sendData the link does not get it again at once', () => {
    const bench = quiet();
    let attempts = 0;
    bench.onSend = () => {
      if (++attempts < 5) {
        bench.machine.refusedBack(1, undefined);
        bench.machine.ready();
      }
      return 'accepted';
    };
    bench.send('A');
    expect(bench.take()).toBe('sendData A, A returned, retryLater');
  });

  it('has a number for a token', () => {
    const bench = new CoreBench();
    bench.send('A');
    bench.take();
    bench.machine.refusedBack(undefined, undefined);
    expect(bench.take()).toMatch(/^broken TypeError: token of a refused message is undefined/);
  });
});

describe('progress', () => {
  it('is that of the message with the token, or of the oldest', () => {
    const bench = new CoreBench({ window: 2 });
    bench.send('AB');
    bench.take();
    bench.machine.progress(2);
    bench.machine.progress(undefined);
    expect(bench.take()).toBe('B progress, progress 2, A progress, progress 1');
  });

  it('concerns nobody where the sender has left', () => {
    const bench = new CoreBench({ correlation: 'ordered', quarantine: Infinity });
    bench.send('A');
    bench.leaves('A');
    bench.take();
    bench.machine.progress(1);
    bench.machine.progress(undefined);
    expect(bench.take()).toBe('');
  });

  it('is no reason to try a refused head again', () => {
    const bench = quiet({ window: 2 });
    bench.onSend = (message) => (message === 'B' ? 'busy' : 'accepted');
    bench.send('AB');
    bench.take();
    bench.machine.progress(1);
    expect(bench.take()).toBe('A progress');
  });
});

describe('who waits for the end of a turn, where nothing else would end it', () => {
  it('is what comes back in a pause', () => {
    const bench = quiet({ window: 2 });
    bench.send('AB');
    bench.unsubscribes('A');
    bench.take();
    bench.machine.refusedBack(2, undefined);
    expect(bench.take()).toBe('B returned, turn end needed');
  });

  it('is who has been displaced, although the head leaves', () => {
    const bench = quiet();
    bench.onSend = () => 'busy';
    bench.send('A');
    bench.displace('A', 'B');
    bench.take();
    bench.unsubscribes('B');
    expect(bench.take()).toBe('turn end needed, B ECANCELED not-sent');
  });

  it('is who has been displaced, although a reset that was to come is given up, and what waits fails', () => {
    const bench = quiet({ correlation: 'ordered', quarantine: Infinity, failsWhileDown: true });
    bench.resets = true;
    bench.send('AB');
    bench.displace('B', 'C');
    bench.unsubscribes('A');
    bench.take();
    bench.machine.down('cable');
    expect(bench.take()).toBe('epochEnded, turn end needed, C ENETDOWN not-sent');
  });

  it('is nobody when what waited has failed', () => {
    const bench = quiet({ failsWhileDown: true });
    bench.send('AB');
    bench.unsubscribes('A');
    bench.take();
    bench.machine.down('cable');
    expect(bench.take()).toBe('epochEnded, turn end, B ENETDOWN not-sent');
  });
});
