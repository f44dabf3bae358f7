import { getEventListeners } from 'node:events';
import { onAbort } from '../../../src/policy/onAbort';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('onAbort', () => {
  it('calls back when the signal is aborted, once', () => {
    const aborted = new AbortController();
    let calls = 0;
    onAbort(aborted.signal, () => calls++);
    expect(calls).toBe(0);
    aborted.abort();
    aborted.abort();
    aborted.signal.dispatchEvent(new Event('abort'));
    expect(calls).toBe(1);
  });

  it('calls back at once when it is aborted already, and keeps no listener', () => {
    let calls = 0;
    const signal = AbortSignal.abort();
    const stop = onAbort(signal, () => calls++);
    expect([calls, listeners(signal)]).toEqual([1, 0]);
    stop();
    expect(calls).toBe(1);
  });

  it('does not call back who stopped waiting', () => {
    const aborted = new AbortController();
    const calls: string[] = [];
    onAbort(aborted.signal, () => calls.push('first'));
    const stop = onAbort(aborted.signal, () => calls.push('second'));
    onAbort(aborted.signal, () => calls.push('third'));
    stop();
    aborted.abort();
    expect(calls.sort()).toEqual(['first', 'third']);
  });

  it('stops once: again does not stop another one', () => {
    const aborted = new AbortController();
    let calls = 0;
    const stop = onAbort(aborted.signal, () => undefined);
    stop();
    onAbort(aborted.signal, () => calls++);
    stop();
    aborted.abort();
    expect(calls).toBe(1);
  });

  it('has one listener for many who wait, and none when the last one stops', () => {
    const { signal } = new AbortController();
    const stops = Array.from({ length: 1000 }, () => onAbort(signal, () => undefined));
    expect(listeners(signal)).toBe(1);
    for (const stop of stops.slice(1)) stop();
    expect(listeners(signal)).toBe(1);
    stops[0]!();
    expect(listeners(signal)).toBe(0);
  });

  it('has no listener after the abort', () => {
    const aborted = new AbortController();
    onAbort(aborted.signal, () => undefined);
    aborted.abort();
    expect(listeners(aborted.signal)).toBe(0);
  });

  it('listens again when somebody waits again', () => {
    const aborted = new AbortController();
    let calls = 0;
    onAbort(aborted.signal, () => undefined)();
    onAbort(aborted.signal, () => calls++);
    expect(listeners(aborted.signal)).toBe(1);
    aborted.abort();
    expect(calls).toBe(1);
  });

  it('the same callback may wait twice', () => {
    const aborted = new AbortController();
    let calls = 0;
    const callback = (): void => {
      calls++;
    };
    const stop = onAbort(aborted.signal, callback);
    onAbort(aborted.signal, callback);
    onAbort(aborted.signal, callback);
    stop();
    aborted.abort();
    expect(calls).toBe(2);
  });

  it('keeps signals apart', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const calls: string[] = [];
    onAbort(one.signal, () => calls.push('one'));
    onAbort(two.signal, () => calls.push('two'));
    two.abort();
    expect([calls, listeners(one.signal)]).toEqual([['two'], 1]);
  });

  describe('from inside a callback', () => {
    it('others may be stopped, and are not called any more', () => {
      const aborted = new AbortController();
      const calls: string[] = [];
      const stops: (() => void)[] = [];
      // Whichever is called first stops the others.
      for (const name of ['A', 'B', 'C']) {
        stops.push(
          onAbort(aborted.signal, () => {
            calls.push(name);
            for (const stop of stops) stop();
          }),
        );
      }
      aborted.abort();
      expect(calls).toHaveLength(1);
    });

    it('waiting anew calls back at once, since it is aborted', () => {
      const aborted = new AbortController();
      const calls: string[] = [];
      onAbort(aborted.signal, () => {
        calls.push('first');
        onAbort(aborted.signal, () => calls.push('anew'));
      });
      aborted.abort();
      expect([calls, listeners(aborted.signal)]).toEqual([['first', 'anew'], 0]);
    });
  });

  it('waits for a signal that follows others', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    let calls = 0;
    onAbort(AbortSignal.any([one.signal, two.signal]), () => calls++);
    two.abort();
    expect(calls).toBe(1);
  });
});
