import { retry, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Mailbox, txTimeout } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { FaultyController, InjectedFault, marbles, ScriptedController } from 'rx-mailbox/testing';
import { after, FaultyBench } from './FaultyBench';
import { environment } from '../../../support/environment';

describe('FaultyController', () => {
  // #region example
  it(
    'shows that the application retries whatever gets lost',
    marbles(({ flush }) => {
      const [near, far] = createLoopback<string>({ latency: 2 });
      const faulty = new FaultyController(near, { seed: 42, dropTxDone: 0.3, dropSent: 0.3 });
      const device = new Mailbox(far).requestChannel(0);
      const application = new Mailbox(faulty).requestChannel(0);
      const doors = new Set<string>();
      device.subscribe((door) => doors.add(door));

      for (const door of ['front', 'back', 'garage'])
        application
          .send(door)
          .pipe(txTimeout({ inFlight: 10 }), retry())
          .subscribe();
      flush();
      expect(doors).toEqual(new Set(['front', 'back', 'garage']));
      expect(faulty.faults.length).toBeGreaterThan(0);
    }),
  );
  // #endregion example

  it('behaves like the real controller if no rate is given', () => {
    const { lines, faulty, scripted } = after(() => {
      const bench = new FaultyBench({}, { correlation: 'ordered', window: 2, quarantine: 7, name: 'uart', channelCount: 3 });
      bench.send('A', 'B', 'C');
      bench.link.txDone({ ack: 'a' });
      bench.link.received('m');
      bench.link.refuse();
      bench.link.txDone({ error: 'NAK' });
      bench.send('D');
      bench.link.down();
      bench.link.up();
      return bench;
    });
    expect(lines.slice().sort()).toEqual(
      ['0 A ok a', '0 received m', '0 B EIO sent', '0 busy 4', '0 C ENETDOWN unknown', '0 down', '0 up'].sort(),
    );
    expect(faulty).toMatchObject({ name: 'uart', channelCount: 3, txDone: 'irq', correlation: 'ordered', window: 2, quarantine: 7 });
    expect(faulty.faults).toEqual([]);
    expect(scripted.opened).toBe(1);
  });

  it('passes optional operations on, and has only those of the real link', () => {
    const scripted = new ScriptedController<string>({
      abort: true,
      reset: () => [],
      flush: () => [],
      peekData: () => true,
      translate: () => 0,
      txDone: 'poll',
      txPollPeriod: 3,
    });
    const faulty = new FaultyController(scripted, { seed: 1 });
    const link = faulty.open(0, environment);
    link.events$.subscribe();
    link.abort?.(4);
    link.flush?.(7);
    scripted.link().setLastTxDone(5, { error: 'NAK' });
    expect(scripted.link()).toMatchObject({ aborted: [4], flushed: [7] });
    expect([link.peekData?.(), link.lastTxDone?.(5), faulty.translate?.('x'), faulty.txPollPeriod]).toEqual([true, { error: 'NAK' }, 0, 3]);

    const bare = new FaultyController(new ScriptedController(), { seed: 1 }).open(0, environment);
    expect(bare).not.toHaveProperty('flush');
    expect(bare).not.toHaveProperty('reset');
    expect(bare).not.toHaveProperty('abort');
    expect(bare).not.toHaveProperty('lastTxDone');
  });

  it('refuses until it emits ready', () => {
    const { lines, scripted } = after(() => {
      const bench = new FaultyBench({ refuse: 1 }, { window: 2 });
      bench.send('A');
      bench.faulty.active = false;
      bench.send('B');
      return bench;
    });
    expect(lines).toEqual(['0 busy 1', '0 busy 1']);
    expect(scripted.link().sent.map(({ message, at }) => `${at} ${message}`)).toEqual(['1 A', '1 B']);
  });

  it('throws an InjectedFault from sendData', () => {
    let cause: unknown;
    const { scripted, faulty } = after(() => {
      const bench = new FaultyBench({ throwOnSend: 1 });
      bench.channel.send('A').subscribe({ error: (error: Error) => (cause = error.cause) });
      return bench;
    });
    expect(cause).toBeInstanceOf(InjectedFault);
    expect(cause).toMatchObject({ message: 'injected fault: throwOnSend (channel 0, step 1)', fault: faulty.faults[0] });
    expect(scripted.link().sent).toEqual([]);
  });

  it('goes down, possibly inside sendData, and comes back on a new link', () => {
    const { lines, scripted } = after(() => {
      const bench = new FaultyBench({ down: 1 });
      bench.send('A');
      bench.faulty.active = false;
      const [first] = bench.scripted.links;
      bench.send('B');
      bench.at(3, () => first!.txDone({ token: 1 }));
      bench.at(4, () => bench.link.txDone({ token: 2 }));
      return bench;
    });
    expect(lines.slice().sort()).toEqual(['0 A ENETDOWN unknown', '0 down', '1 up', '4 B ok'].sort());
    expect(scripted.links.map(({ started, stopped }) => [started, stopped])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it('stays down if the new link starts down', () => {
    let starts = 0;
    const { lines } = after(() => {
      const bench = new FaultyBench({ down: 1 }, { onStart: (link) => starts++ > 0 && link.down() });
      bench.send('A');
      bench.at(7, () => bench.link.up());
      return bench;
    });
    expect(lines.slice().sort()).toEqual(['0 A ENETDOWN unknown', '0 down', '7 up'].sort());
  });

  it('closes the channel if the real channel cannot be opened again', () => {
    const bench = after(() => {
      const made = new FaultyBench({ down: 1 });
      const opened = made.scripted.open.bind(made.scripted);
      made.scripted.open = (index) => {
        if (made.scripted.opened > 0) throw new Error('unplugged');
        return opened(index);
      };
      made.send('A');
      return made;
    });
    expect(bench.channel.closed).toBe(true);
  });

  it('leaves no timers when it is closed', () => {
    const scheduler = new TestScheduler(() => undefined);
    const scripted = new ScriptedController<string>({ window: 9 });
    const faulty = new FaultyController(scripted, {
      seed: 1,
      maxDelay: 9,
      scheduler,
      delayTxDone: 1,
      delayReceived: 1,
      refuse: 0.5,
      down: 0.5,
    });
    const channel = new Mailbox(faulty, { scheduler }).requestChannel(0);
    for (let token = 1; token < 9; token++) channel.next('x');
    for (const { token } of [...scripted.link().sent]) scripted.link().txDone({ token });
    scripted.link().received('x');
    expect(scheduler.actions.filter(({ closed }) => !closed).length).toBeGreaterThan(1);
    channel.close();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('delivers late tx-dones before a reset completes', () => {
    const { lines } = after(() => {
      const bench = new FaultyBench({ delayTxDone: 1, maxDelay: 50 }, { correlation: 'untagged', reset: () => [] });
      const first = bench.channel.send('A').subscribe();
      bench.send('B');
      bench.link.txDone();
      bench.faulty.active = false;
      first.unsubscribe();
      bench.at(60, () => bench.link.txDone());
      return bench;
    });
    expect(lines).toEqual(['0 lateTxDone 1', '60 B ok']);
  });

  it('passes the end of the real link on', () => {
    const bench = after(() => {
      const made = new FaultyBench({});
      made.send('A');
      made.link.fail(new Error('unplugged'));
      return made;
    });
    expect(bench.lines.slice().sort()).toEqual(['0 A ENETDOWN unknown', '0 down'].sort());
    const failing = new ScriptedController<string>();
    failing.open = () => ({ events$: throwError(() => new Error('no device')), sendData: () => 'busy' as const });
    expect(() => new Mailbox(new FaultyController(failing, { seed: 1 })).requestChannel(0)).toThrow('no device');
  });

  it('works through a Proxy', () => {
    const faulty = new Proxy(new FaultyController(new ScriptedController<string>(), { seed: 1, throwOnSend: 1 }), {});
    const link = faulty.open(0, environment);
    link.events$.subscribe();
    expect(() => link.sendData('A', 1)).toThrow(InjectedFault);
    faulty.active = false;
    expect([link.sendData('A', 2), faulty.active, faulty.faults.length]).toEqual(['accepted', false, 1]);
  });
});
