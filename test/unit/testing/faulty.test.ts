import { asyncScheduler, retry, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { isMailboxError, Mailbox, txTimeout, type Channel } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { FaultyController, InjectedFault, marbles, ScriptedController, type FaultyOptions, type ScriptedOptions } from 'rx-mailbox/testing';
import { Chance } from '../../../src/testing/faulty/Chance';

type Options = Partial<FaultyOptions>;

/** A faulty scripted controller, and what happens on it, in virtual time: `<ms> <what>`. */
class Bench {
  readonly lines: string[] = [];
  readonly scripted: ScriptedController<string, string, string>;
  readonly faulty: FaultyController<string, string, string>;
  readonly channel: Channel<string, string, string>;

  constructor(options: Options, scripted: ScriptedOptions<string, string, string> = {}) {
    this.scripted = new ScriptedController(scripted);
    this.faulty = new FaultyController(this.scripted, { seed: 1, maxDelay: 1, ...options });
    this.channel = new Mailbox(this.faulty).requestChannel(0);
    this.channel.subscribe((message) => this.write(`received ${message}`));
    this.channel.events$.subscribe(({ type, token }) => {
      if (['lateTxDone', 'unknownTxDone', 'busy', 'down', 'up'].includes(type)) this.write(token ? `${type} ${token}` : type);
    });
  }

  get link() {
    return this.scripted.link();
  }

  write(what: string): void {
    this.lines.push(`${asyncScheduler.now()} ${what}`);
  }

  send(...messages: string[]): void {
    for (const message of messages) {
      this.channel.send(message).subscribe({
        next: ({ ack }) => this.write(`${message} ok${ack ? ` ${ack}` : ''}`),
        error: (error: unknown) => this.write(`${message} ${isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error)}`),
      });
    }
  }

  at(ms: number, act: () => void): void {
    asyncScheduler.schedule(act, ms - asyncScheduler.now());
  }

  /** Only the numbers of these faults, for what is left to chance. */
  get faults(): string {
    return this.faulty.faults.map(({ type, ms, token }) => `${type}${token ? ` of ${token}` : ''}: ${ms} ms`).join(', ');
  }
}

/** In virtual time; what is done first, then all the time goes by. */
function after(act: () => Bench): Bench {
  let bench!: Bench;
  marbles(({ flush }) => {
    bench = act();
    flush();
  })();
  return bench;
}

describe('FaultyController', () => {
  // #region example
  it(
    'shows that the application tries again, whatever gets lost',
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

  it('is the controller itself where no rate is given', () => {
    const { lines, faulty, scripted } = after(() => {
      const bench = new Bench({}, { correlation: 'ordered', window: 2, quarantine: 7, name: 'uart', channelCount: 3 });
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

  it('passes the optional operations on, and has only those that the link has', () => {
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
    const link = faulty.open(0);
    link.events$.subscribe();
    link.abort?.(4);
    link.flush?.(7);
    scripted.link().setLastTxDone(5, { error: 'NAK' });
    expect(scripted.link()).toMatchObject({ aborted: [4], flushed: [7] });
    expect([link.peekData?.(), link.lastTxDone?.(5), faulty.translate?.('x'), faulty.txPollPeriod]).toEqual([true, { error: 'NAK' }, 0, 3]);

    const bare = new FaultyController(new ScriptedController(), { seed: 1 }).open(0);
    expect(bare).not.toHaveProperty('flush');
    expect(bare).not.toHaveProperty('reset');
    expect(bare).not.toHaveProperty('abort');
    expect(bare).not.toHaveProperty('lastTxDone');
  });

  describe('tx-dones of a tagged link', () => {
    const irq = { window: 2 };

    it('are lost', () => {
      const { lines, faults } = after(() => {
        const bench = new Bench({ dropTxDone: 1 }, irq);
        bench.send('A');
        bench.link.txDone({ token: 1 });
        return bench;
      });
      expect([lines, faults]).toEqual([[], 'dropTxDone of 1: 1 ms']);
    });

    it('come later', () => {
      const { lines } = after(() => {
        const bench = new Bench({ delayTxDone: 1 }, irq);
        bench.send('A');
        bench.link.txDone({ token: 1 });
        return bench;
      });
      expect(lines).toEqual(['1 A ok']);
    });

    it('come twice', () => {
      const { lines } = after(() => {
        const bench = new Bench({ duplicateTxDone: 1 }, irq);
        bench.send('A');
        bench.link.txDone({ token: 1 });
        return bench;
      });
      expect(lines).toEqual(['0 A ok', '1 lateTxDone 1']);
    });

    it('are overtaken by the next, or come later', () => {
      const { lines } = after(() => {
        // The first is overtaken; the second, at the end, has nothing behind it.
        const bench = new Bench({ reorderTxDone: 1, maxDelay: 1 }, irq);
        bench.send('A', 'B');
        bench.link.txDone({ token: 1 });
        bench.faulty.active = false;
        bench.link.txDone({ token: 2 });
        bench.faulty.active = true;
        bench.send('C');
        bench.link.txDone({ token: 3 });
        return bench;
      });
      expect(lines).toEqual(['0 B ok', '0 A ok', '1 C ok']);
    });

    it('are lost or late where they are polled, too', () => {
      const { lines, faulty } = after(() => {
        const bench = new Bench({ delayTxDone: 1, maxDelay: 2, seed: 3 }, { txDone: 'poll', txPollPeriod: 1, window: 2 });
        bench.send('A');
        bench.link.txDoneOldest();
        bench.at(10, () => {
          bench.faulty.active = false;
          bench.send('B');
          bench.link.setLastTxDone(2, { ack: 'b' });
        });
        return bench;
      });
      expect(lines).toEqual([`${faulty.faults[0]!.ms} A ok`, '10 B ok b']);
      const dropped = after(() => {
        const bench = new Bench({ dropTxDone: 1 }, { txDone: 'poll', txPollPeriod: 1 });
        bench.channel
          .send('A')
          .pipe(txTimeout(5))
          .subscribe({ error: () => bench.write('A timeout') });
        bench.link.txDoneOldest();
        return bench;
      });
      expect(dropped.lines).toEqual(['5 A timeout']);
    });
  });

  describe('on an ordered link', () => {
    const ordered = { correlation: 'ordered', window: 2 } as const;

    it.each([
      ['dropTxDone', (bench: Bench) => bench.link.txDone()],
      ['dropReceived', (bench: Bench) => bench.link.received('lost')],
    ] as const)('%s loses the link, a little later, and it comes back', (rate, act) => {
      const { lines, scripted } = after(() => {
        const bench = new Bench({ [rate]: 1 }, ordered);
        bench.send('A', 'B', 'C');
        act(bench);
        bench.faulty.active = false;
        // Not any more.
        bench.link.txDone();
        bench.link.received('lost, too');
        bench.at(5, () => bench.link.txDone());
        return bench;
      });
      expect(lines.slice().sort()).toEqual(['1 A ENETDOWN unknown', '1 B ENETDOWN unknown', '1 down', '2 up', '5 C ok'].sort());
      expect(scripted.links.map(({ started, stopped, sent }) => [started, stopped, sent.map(({ message }) => message).join('')])).toEqual([
        [1, 1, 'AB'],
        [1, 0, 'C'],
      ]);
    });

    it('dropSent loses the link, and the message never reaches the controller', () => {
      const { lines, scripted } = after(() => {
        const bench = new Bench({ dropSent: 1 }, ordered);
        bench.send('A');
        bench.faulty.active = false;
        bench.send('B');
        return bench;
      });
      expect(lines.filter((line) => line.includes('ENETDOWN'))).toEqual(['1 A ENETDOWN unknown', '1 B ENETDOWN unknown']);
      expect(scripted.links[0]!.sent).toEqual([]);
    });

    it('what is delayed holds up what is behind it', () => {
      const { lines } = after(() => {
        const bench = new Bench({ delayTxDone: 1, delayReceived: 1, maxDelay: 50 }, ordered);
        bench.send('A', 'B');
        bench.link.txDone();
        bench.link.received('1');
        bench.faulty.active = false;
        bench.link.txDone();
        bench.link.received('2');
        bench.at(1, () => bench.link.received('3'));
        return bench;
      });
      expect(lines.filter((line) => line.includes('ok')).map((line) => line.split(' ')[1])).toEqual(['A', 'B']);
      expect(lines.filter((line) => line.includes('received')).map((line) => line.split(' ')[2])).toEqual(['1', '2', '3']);
      expect(lines.every((line) => Number(line.split(' ')[0]) > 1)).toBe(true);
    });

    it('a tx-done comes twice only while nothing is in flight', () => {
      const { lines, faults } = after(() => {
        const bench = new Bench({ duplicateTxDone: 1 }, { ...ordered, window: 1 });
        bench.send('A', 'B');
        bench.link.txDone();
        bench.link.txDone();
        return bench;
      });
      expect(lines).toEqual(['0 A ok', '0 B ok', '0 unknownTxDone']);
      expect(faults).toBe('duplicateTxDone: 1 ms');
    });

    it('a polled answer that is late holds up those behind it', () => {
      const { lines, faulty } = after(() => {
        const bench = new Bench({ delayTxDone: 1, maxDelay: 50, seed: 5 }, { ...ordered, txDone: 'poll', txPollPeriod: 1 });
        bench.send('A', 'B');
        bench.link.setLastTxDone(1, true);
        bench.at(1, () => {
          bench.faulty.active = false;
          bench.link.setLastTxDone(2, true);
        });
        return bench;
      });
      expect(faulty.faults[0]!.ms).toBeGreaterThan(2);
      expect(lines).toEqual([`${faulty.faults[0]!.ms} A ok`, `${faulty.faults[0]!.ms} B ok`]);
    });

    it('or without its link, declared untagged', () => {
      const { lines, faulty } = after(() => {
        const bench = new Bench({ dropTxDone: 1, correlation: 'untagged' }, { ...ordered, quarantine: 20 });
        bench.channel
          .send('A')
          .pipe(txTimeout(10))
          .subscribe({ error: () => bench.write('A timeout') });
        bench.link.txDone({ token: 1 });
        bench.send('B');
        bench.faulty.active = false;
        // The token is taken off; it would be a late tx-done with it.
        bench.at(40, () => bench.link.txDone({ token: 1 }));
        return bench;
      });
      expect(faulty).toMatchObject({ correlation: 'untagged', window: 1 });
      expect(lines).toEqual(['10 A timeout', '40 B ok']);
    });
  });

  describe('messages', () => {
    it.each([
      ['dropReceived', []],
      ['delayReceived', ['1 received x']],
      ['duplicateReceived', ['0 received x', '1 received x']],
    ] as const)('%s', (rate, expected) => {
      const { lines } = after(() => {
        const bench = new Bench({ [rate]: 1 });
        bench.link.received('x');
        return bench;
      });
      expect(lines).toEqual(expected);
    });

    it('reorderReceived', () => {
      const { lines } = after(() => {
        const bench = new Bench({ reorderReceived: 1 });
        bench.link.received('x');
        bench.faulty.active = false;
        bench.link.received('y');
        bench.link.received('z');
        return bench;
      });
      expect(lines).toEqual(['0 received y', '0 received x', '0 received z']);
    });

    it('peekData tells of those that are delayed', () => {
      const bench = after(() => {
        const made = new Bench({ delayReceived: 1 });
        made.link.received('x');
        made.write(`peek ${made.channel.peekData()}`);
        return made;
      });
      expect(bench.lines).toEqual(['0 peek true', '1 received x']);
      expect(bench.channel.peekData()).toBe(false);
    });
  });

  it('refuses until it says ready', () => {
    const { lines, scripted } = after(() => {
      const bench = new Bench({ refuse: 1 }, { window: 2 });
      bench.send('A');
      bench.faulty.active = false;
      bench.send('B');
      return bench;
    });
    expect(lines).toEqual(['0 busy 1', '0 busy 1']);
    expect(scripted.link().sent.map(({ message, at }) => `${at} ${message}`)).toEqual(['1 A', '1 B']);
  });

  it('throws', () => {
    let cause: unknown;
    const { scripted, faulty } = after(() => {
      const bench = new Bench({ throwOnSend: 1 });
      bench.channel.send('A').subscribe({ error: (error: Error) => (cause = error.cause) });
      return bench;
    });
    expect(cause).toBeInstanceOf(InjectedFault);
    expect(cause).toMatchObject({ message: 'injected fault: throwOnSend (channel 0, step 1)', fault: faulty.faults[0] });
    expect(scripted.link().sent).toEqual([]);
  });

  it('goes down, from inside sendData at the soonest, and comes back on a link of its own', () => {
    const { lines, scripted } = after(() => {
      const bench = new Bench({ down: 1 });
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

  it('says what the real link says when it comes back', () => {
    let starts = 0;
    const { lines } = after(() => {
      const bench = new Bench({ down: 1 }, { onStart: (link) => starts++ > 0 && link.down() });
      bench.send('A');
      bench.at(7, () => bench.link.up());
      return bench;
    });
    expect(lines.slice().sort()).toEqual(['0 A ENETDOWN unknown', '0 down', '7 up'].sort());
  });

  it('closes the channel when the real one cannot be opened again', () => {
    const bench = after(() => {
      const made = new Bench({ down: 1 });
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

  it('leaves nothing behind when it is closed', () => {
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

  it('says what is late before it says that the wire is quiet', () => {
    const { lines } = after(() => {
      const bench = new Bench({ delayTxDone: 1, maxDelay: 50 }, { correlation: 'untagged', reset: () => [] });
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
      const made = new Bench({});
      made.send('A');
      made.link.fail(new Error('unplugged'));
      return made;
    });
    expect(bench.lines.slice().sort()).toEqual(['0 A ENETDOWN unknown', '0 down'].sort());
    const failing = new ScriptedController<string>();
    failing.open = () => ({ events$: throwError(() => new Error('no device')), sendData: () => 'busy' as const }) as never;
    expect(() => new Mailbox(new FaultyController(failing, { seed: 1 })).requestChannel(0)).toThrow('no device');
  });

  describe('the log', () => {
    /** Two channels, of which the first gets what is given; the log of it is independent of the other. */
    function run(options: Options, other = 0): FaultyController<string> {
      let faulty!: FaultyController<string>;
      marbles(({ flush }) => {
        const scripted = new ScriptedController<string>({
          channelCount: 2,
          window: 99,
          onSend: (_m, token, link) => link.txDone({ token }),
        });
        faulty = new FaultyController(scripted, { seed: 9, ...options });
        const mailbox = new Mailbox(faulty);
        const [channel, second] = [mailbox.requestChannel(0, { txQueueLength: 99 }), mailbox.requestChannel(1)];
        for (let i = 0; i < 50; i++) channel.next(`${i}`);
        for (let i = 0; i < other; i++) second.next(`${i}`);
        flush();
      })();
      return faulty;
    }
    const rates: Options = { delayTxDone: 0.3, dropTxDone: 0.1, refuse: 0.2, throwOnSend: 0.1 };

    it('makes the same faults again', () => {
      const { faults } = run(rates);
      expect(faults.length).toBeGreaterThan(20);
      expect(run({ replay: faults }).faults).toEqual(faults);
      expect(run({ replay: faults, seed: 1234 }).faults).toEqual(faults);
    });

    it('can be shortened', () => {
      const first = run(rates).faults.slice(0, 3);
      expect(run({ replay: first }).faults).toEqual(first);
    });

    it('does not depend on the other channels', () => {
      const own = ({ faults }: FaultyController<string>) =>
        faults.filter(({ channel }) => channel === 0).map(({ type, step, ms }) => [type, step, ms]);
      expect(own(run(rates, 7))).toEqual(own(run(rates)));
    });
  });

  describe('arguments', () => {
    const make =
      (options: unknown, scripted: ScriptedOptions<string, string, void> = {}) =>
      () =>
        new FaultyController(new ScriptedController(scripted), options as FaultyOptions);

    it.each([
      [undefined, TypeError, 'options is undefined; expected an object'],
      [{}, TypeError, 'options.seed is undefined; expected an integer >= 0'],
      [{ seed: -1 }, RangeError, 'options.seed is -1; expected an integer >= 0'],
      [{ seed: 1, dropTxDone: 2 }, RangeError, 'options.dropTxDone is 2; expected a number from 0 to 1'],
      [{ seed: 1, down: NaN }, RangeError, 'options.down is NaN; expected a number from 0 to 1'],
      [{ seed: 1, refuse: '1' }, TypeError, 'options.refuse is "1"; expected a number from 0 to 1'],
      [{ seed: 1, maxDelay: 0 }, RangeError, 'options.maxDelay is 0; expected an integer >= 1'],
      [{ seed: 1, maxDelay: 2 ** 31 }, RangeError, 'options.maxDelay is 2147483648; expected milliseconds'],
      [{ seed: 1, replay: 'x' }, TypeError, 'options.replay is not an array; expected the faults of another run'],
      [{ seed: 1, honest: 1 }, TypeError, 'options.honest is 1; expected a boolean'],
      [{ seed: 1, correlation: 'tagged' }, TypeError, 'options.correlation is "tagged"; expected \'untagged\', or nothing'],
    ])('%j', (options, type, text) => {
      expect(make(options)).toThrow(type);
      expect(make(options)).toThrow(text);
    });

    it.each([
      ['reorderTxDone', { correlation: 'ordered' }, `tx-dones say only "the next" ('ordered')`],
      ['reorderTxDone', { correlation: 'untagged' }, `tx-dones say only "the next" ('untagged')`],
      ['reorderReceived', { correlation: 'ordered' }, "the link is 'ordered'"],
      ['duplicateReceived', { correlation: 'ordered' }, "the link is 'ordered'"],
      ['duplicateTxDone', { txDone: 'poll' }, "tx-dones are asked for ('poll')"],
      ['delayTxDone', { txDone: 'ack' }, "the application tells tx-done ('ack')"],
    ] as const)('%s cannot be had from %j, unless it lies', (rate, scripted, where) => {
      expect(make({ seed: 1, [rate]: 0.5 }, scripted)).toThrow(
        new RangeError(`options.${rate} is 0.5; expected 0 where ${where} (or honest: false)`),
      );
      expect(make({ seed: 1, [rate]: 0.5, honest: false }, scripted)).not.toThrow();
      expect(make({ seed: 1, [rate]: 0 }, scripted)).not.toThrow();
    });

    it('delays have to end before a slot is given to the next', () => {
      const untagged: ScriptedOptions<string, string, void> = { correlation: 'untagged', quarantine: 10 };
      expect(make({ seed: 1, delayTxDone: 0.5 }, untagged)).toThrow(
        'options.maxDelay is 10; expected less than controller.quarantine, which is 10 ms',
      );
      expect(make({ seed: 1, delayTxDone: 0.5, maxDelay: 9 }, untagged)).not.toThrow();
      expect(make({ seed: 1, delayTxDone: 0.5 }, { quarantine: 1 })).not.toThrow();
    });
  });
});

describe('Chance', () => {
  const draw = (count: number, ...seed: [number, number?]) => {
    const chance = new Chance(...seed);
    return Array.from({ length: count }, () => chance.next());
  };

  it('is even, also among neighbouring seeds', () => {
    const numbers = [...draw(50_000, 1), ...Array.from({ length: 50_000 }, (_, seed) => draw(1, seed)[0]!)];
    const buckets = new Array<number>(20).fill(0);
    for (const number of numbers) buckets[Math.floor(number * 20)]!++;
    // 100000 numbers in 20 buckets; 5 standard deviations of 69.
    expect(Math.min(...buckets)).toBeGreaterThan(4655);
    expect(Math.max(...buckets)).toBeLessThan(5345);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
  });

  it('tells seeds and streams apart', () => {
    expect(draw(5, 1)).toEqual(draw(5, 1));
    const first = [draw(1, 1, 0), draw(1, 1, 1), draw(1, 2, 0), draw(1, 2, 1), draw(1, 0, 0)].flat();
    expect(new Set(first).size).toBe(5);
    expect(new Set(draw(10_000, 3)).size).toBeGreaterThan(9_990);
  });
});
