import { ChannelBusyError, Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { memoryRegisters, registerWords, type RegisterSpace } from 'rx-mailbox/registers';
import { createTegraHsp, type TegraHsp, type TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import { hspRegisters, tracedRegisters, type RegisterAccess } from 'rx-mailbox/testing';
import { EMPTY, NEVER, Subject } from 'rxjs';
import { HspBench, outcome } from './HspBench';

const received = (channel: { subscribe(next: (message: number) => void): unknown }): number[] => {
  const messages: number[] = [];
  channel.subscribe((message) => messages.push(message));
  return messages;
};

describe('a message', () => {
  it.each([0, 1, 0x7fff_ffff])('of 31 bits arrives as it is, both ways: %i', (message) => {
    const bench = new HspBench();
    const [tx, rx] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    const messages = received(rx);
    const sent = outcome(tx.send(message));
    bench.model.send(1, message);
    bench.run();
    expect([bench.messages, messages, sent.told]).toEqual([[message], [message], ['ok']]);
  });

  it.each([[[0, 0, 0, 0]], [[1, 2, 3, 4]], [[0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]]] as const)(
    'of 128 bits arrives as it is, both ways: %j',
    (message) => {
      const bench = new HspBench({ model: { receives: { 5: 128 } } });
      const tx = bench.mailbox128.requestChannel('sm:5:tx:128');
      const rx = bench.mailbox128.requestChannel('sm:6:rx:128');
      const messages: number[][] = [];
      rx.subscribe((words) => messages.push([...words]));
      const sent = [outcome(tx.send(message)), outcome(tx.send(Uint32Array.from(message)))];
      bench.model.send(6, message);
      bench.run();
      expect(bench.messages.map((words) => [...(words as Uint32Array)])).toEqual([message, message]);
      expect(messages).toEqual([message]);
      expect(sent.map(({ told }) => told)).toEqual([['ok'], ['ok']]);
    },
  );

  it.each<[string, unknown]>([
    ['message is 2147483648; expected an integer from 0 to 2147483647', 2 ** 31],
    ['message is -1; expected an integer from 0 to 2147483647', -1],
    ['message is 0.5; expected an integer from 0 to 2147483647', 0.5],
    ['message is NaN; expected an integer from 0 to 2147483647', NaN],
    ['message is "1"; expected an integer from 0 to 2147483647', '1'],
    ['message is null; expected an integer from 0 to 2147483647', null],
  ])('that does not fit into 31 bits fails alone: %s', (text, message) => {
    const bench = new HspBench();
    const tx = bench.request('sm:0:tx');
    const errors: MailboxError[] = [];
    const before = outcome(tx.send(1));
    tx.send(message as number).subscribe({ error: (error: MailboxError) => errors.push(error) });
    const after = outcome(tx.send(2));
    bench.run();
    expect(errors.map(({ code, delivery, cause }) => [code, delivery, (cause as Error).message])).toEqual([['EIO', 'not-sent', text]]);
    expect([before.told, after.told, bench.messages]).toEqual([['ok'], ['ok'], [1, 2]]);
  });

  it.each<[string, unknown]>([
    ['message has 3 words; expected 4, which are 128 bits', [1, 2, 3]],
    ['message has 5 words; expected 4, which are 128 bits', new Uint32Array(5)],
    ['message[2] is 4294967296; expected an integer from 0 to 4294967295', [1, 2, 2 ** 32, 4]],
    ['message[0] is "1"; expected an integer from 0 to 4294967295', ['1', 2, 3, 4]],
    ['message is 7; expected a Uint32Array or an array, of 4 words', 7],
    ['message is undefined; expected a Uint32Array or an array, of 4 words', undefined],
  ])('that is not of 128 bits fails alone, and nothing of it is written: %s', (text, message) => {
    const bench = new HspBench({ model: { receives: { 0: 128 } } });
    const tx = bench.mailbox128.requestChannel('sm:0:tx:128');
    bench.run();
    bench.trace();
    const causes: unknown[] = [];
    tx.send(message as Uint32Array).subscribe({ error: ({ cause }: MailboxError) => causes.push((cause as Error).message) });
    expect([causes, bench.trace()]).toEqual([[text], []]);
    const after = outcome(tx.send([1, 2, 3, 4]));
    bench.run();
    expect(after.told).toEqual(['ok']);
  });

  it('cannot be sent by a consumer: that is said, and the consumer goes on', () => {
    const bench = new HspBench();
    const rx = bench.request('sm:1:rx');
    const messages = received(rx);
    const causes: unknown[] = [];
    rx.send(1).subscribe({ error: ({ code, delivery, cause }: MailboxError) => causes.push(code, delivery, (cause as Error).message) });
    expect(causes).toEqual(['EIO', 'not-sent', 'hsp sm:1:rx is the consumer of mailbox 1, and cannot send; expected the producer']);
    bench.model.send(1, 8);
    bench.run();
    expect(messages).toEqual([8]);
    const flushed: string[] = [];
    rx.flush(5).subscribe({ error: ({ code }: MailboxError) => flushed.push(code) });
    expect(flushed).toEqual(['ENOTSUP']);
  });

  it('of another width than its consumer expects ends that consumer, with an error; nobody else is disturbed', () => {
    const bench = new HspBench();
    const [wrong, right] = [bench.request('sm:3:rx'), bench.request('sm:1:rx')];
    const messages = received(right);
    const errors: string[] = [];
    wrong.events$.subscribe(({ type, error }) => type === 'down' && errors.push((error as Error).message));
    bench.run();
    bench.model.send(3, [1, 2, 3, 4]);
    bench.model.send(1, 1);
    bench.run();
    expect(errors).toEqual(['hsp sm:3:rx: the message in mailbox 3 is not one of 32 bits']);
    expect([wrong.closed, right.closed, messages]).toEqual([true, false, [1]]);
    bench.model.send(1, 2);
    bench.run();
    expect(messages).toEqual([1, 2]);
  });
});

/** Never called: types, all the way from the controllers to receivers. */
export function types(hsp: TegraHsp): void {
  const narrow = new Mailbox(hsp.mailboxes).requestChannel('sm:0:tx');
  narrow.send(1).subscribe();
  narrow.subscribe((word: number) => word);
  // @ts-expect-error -- no number
  narrow.next('1');
  const wide = new Mailbox(hsp.mailboxes128).requestChannel('sm:0:tx:128');
  wide.next([1, 2, 3, 4]);
  wide.next(new Uint32Array(4));
  wide.subscribe((words: Uint32Array) => words);
  // @ts-expect-error -- too short
  wide.next([1, 2, 3]);
  const doorbell = new Mailbox(hsp.doorbells).requestChannel('db:bpmp');
  doorbell.send().subscribe();
  // @ts-expect-error -- nothing travels
  doorbell.next(1);
  // @ts-expect-error -- which chip?
  createTegraHsp({} as RegisterSpace, {});
}

describe('what the Linux driver gets wrong', () => {
  it('flush of a 128-bit mailbox reads offset 0, which says empty at once: here the sender is told when its message has been read', () => {
    const bench = new HspBench({ model: { receives: { 0: 128 }, latency: 5 } });
    bench.model.loseInterrupts();
    const tx = bench.mailbox128.requestChannel('sm:0:tx:128');
    const sent = outcome(tx.send([1, 2, 3, 4]));
    const flushed = outcome(tx.flush(20));
    bench.run(4);
    expect([sent.told, flushed.told, bench.arrived.length]).toEqual([[], [], 0]);
    bench.run(1);
    expect([sent.told, flushed.told, bench.arrived.length]).toEqual([['ok'], ['ok'], 1]);
  });

  it('Tegra194 producers never enable EMPTY in their mailbox, so only flush ends a message: here the interrupt does', () => {
    const bench = new HspBench({ driver: { variant: 'tegra194' } });
    const tx = bench.request('sm:0:tx');
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    expect(sent.map(({ told }) => told)).toEqual([['ok'], ['ok']]);
  });

  it('each request of a doorbell takes another channel and never gives it back: here it can be requested without end', () => {
    const bench = new HspBench();
    for (let turn = 0; turn < 200; turn++) {
      const channel = bench.doorbells.requestChannel('db:bpmp');
      channel.next(undefined);
      channel.acknowledge();
      bench.run();
      channel.close();
    }
    expect(bench.rings).toHaveLength(200);
    // Also after a request that failed.
    bench.model.admit(false);
    for (let turn = 0; turn < 50; turn++) expect(() => bench.doorbells.requestChannel('db:bpmp')).toThrow('does not let master 17 ring');
    bench.model.admit(true);
    bench.doorbells.requestChannel('db:bpmp').close();
  });

  it('an interrupt before a client is bound crashes: here a message waits until somebody can receive it', () => {
    const bench = new HspBench();
    const other = bench.request('sm:2:tx');
    bench.model.send(1, 42);
    bench.model.ring();
    other.next(1);
    bench.run();
    expect(bench.messages).toEqual([1]);
    const rx = bench.request('sm:1:rx');
    const doorbell = bench.doorbells.requestChannel('db:bpmp');
    // Whatever happens in this turn: nobody can listen before the request has returned.
    bench.model.interruptForNothing();
    other.next(2);
    const messages = received(rx);
    let rings = 0;
    doorbell.subscribe(() => rings++);
    expect([messages, rings]).toEqual([[], 0]);
    bench.run();
    expect([messages, rings]).toEqual([[42], 1]);
    rx.close();
    doorbell.close();
    bench.model.send(1, 43);
    bench.model.ring();
    bench.run();
    expect([messages, rings]).toEqual([[42], 1]);
    const next = received(bench.request('sm:1:rx'));
    bench.run();
    expect(next).toEqual([43]);
  });

  it('whoever asks last decides direction and width: here a mailbox has one owner, and the others are refused', () => {
    const bench = new HspBench();
    const tx = bench.request('sm:0:tx');
    for (const which of ['sm:0:tx', 'sm:0:rx']) expect(() => bench.request(which)).toThrow(ChannelBusyError);
    for (const which of ['sm:0:tx:128', 'sm:0:rx:128']) expect(() => bench.mailbox128.requestChannel(which)).toThrow(ChannelBusyError);
    const sent = outcome(tx.send(5));
    bench.run();
    expect([sent.told, bench.messages]).toEqual([['ok'], [5]]);
    tx.close();
    const wide = bench.mailbox128.requestChannel('sm:0:rx:128');
    expect(() => bench.request('sm:0:tx')).toThrow(ChannelBusyError);
    wide.close();
    bench.request('sm:0:tx');
  });

  it('flush and the interrupt may both tell of one event: here a message is told once, and the next one not by it', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const late: string[] = [];
    tx.events$.subscribe(({ type }) => (type === 'lateTxDone' || type === 'unknownTxDone') && late.push(type));
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    // Read, and the interrupt is on its way; but flush looks first.
    bench.arrived[0]!.take();
    const flushed = outcome(tx.flush(100));
    bench.run(3);
    expect([sent.map(({ told }) => told), late, flushed.told]).toEqual([[['ok'], []], [], []]);
    bench.arrived[1]!.take();
    bench.run(3);
    expect([sent[1]!.told, late, flushed.told]).toEqual([['ok'], [], ['ok']]);
  });

  it('a message is written over one that was not read: here it waits', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const tx = bench.request('sm:0:tx', { quarantine: 0 });
    const sent = [outcome(tx.send(1).pipe(txTimeout(5, bench.scheduler))), outcome(tx.send(2))];
    bench.run(20);
    expect(sent.map(({ told }) => told)).toEqual([['ETIME unknown'], []]);
    bench.model.set({ stuck: 0 });
    bench.run(5);
    expect([sent[1]!.told, bench.messages]).toEqual([['ok'], [1, 2]]);
  });

  it('a tx-done callback runs while causes are handled: what it starts is not ended by what was read before', () => {
    const bench = new HspBench({ model: { holds: true, receives: { 0: 32, 2: 32 } } });
    const [first, second] = [bench.request('sm:0:tx'), bench.request('sm:2:tx')];
    const again: string[][] = [];
    first.send(1).subscribe({
      complete: () => {
        // Both are empty, and only the first has been handled: the flush tells of the second, and another message follows it.
        second.flush(5).subscribe();
        again.push(outcome(second.send(3)).told);
      },
    });
    const sent = outcome(second.send(2));
    bench.run();
    for (const arrival of bench.arrived.splice(0)) arrival.take();
    bench.run();
    expect([sent.told, again]).toEqual([['ok'], [[]]]);
    bench.arrived[0]!.take();
    bench.run(2);
    expect(again).toEqual([['ok']]);
  });
});

describe('a device that is gone', () => {
  const down = (bench: HspBench, which: string): unknown[] => {
    const events: unknown[] = [];
    const channel = which.startsWith('db') ? bench.doorbells.requestChannel(which) : bench.request(which);
    channel.events$.subscribe(({ type, error }) => {
      if (type === 'down') events.push((error as Error).message);
      if (type === 'up') events.push('up');
    });
    return events;
  };

  it('is found so by an interrupt: all links go down, what is in flight fails, and the rest is sent when it is there again', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const late: string[] = [];
    tx.events$.subscribe(({ type }) => (type === 'lateTxDone' || type === 'unknownTxDone') && late.push(type));
    const others = ['sm:1:rx', 'db:bpmp'].map((which) => down(bench, which));
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    bench.model.powerOff();
    bench.model.interruptForNothing();
    bench.run();
    expect(sent.map(({ told }) => told)).toEqual([['ENETDOWN unknown'], []]);
    expect(others).toEqual([['hsp is gone: it reads all ones, at 0x304'], ['hsp is gone: it reads all ones, at 0x304']]);
    expect(() => bench.request('sm:3:tx')).toThrow('hsp is gone');
    expect(() => bench.hsp.resume()).toThrow('hsp is gone: it reads all ones, at 0x380');
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    bench.arrived.at(-1)!.take();
    bench.run();
    expect(sent[1]!.told).toEqual(['ok']);
    expect([others.map((events) => events.at(-1)), late]).toEqual([['up', 'up'], []]);
  });

  it('is not written to when its channels are closed', () => {
    const bench = new HspBench();
    const channels = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.doorbells.requestChannel('db:bpmp')];
    bench.run();
    bench.model.powerOff();
    bench.model.interruptForNothing();
    bench.run();
    bench.trace();
    for (const channel of channels) channel.close();
    expect(() => bench.request('sm:0:tx')).toThrow('hsp is gone');
    expect(bench.trace()).toEqual([]);
  });

  it('is found so by a message: it fails, not sent', () => {
    const bench = new HspBench();
    const tx = bench.request('sm:0:tx');
    const events = down(bench, 'sm:1:rx');
    bench.run();
    bench.model.powerOff();
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    expect([sent.map(({ told }) => told), events]).toEqual([[['EIO not-sent'], []], ['hsp is gone: it reads all ones, at 0x100']]);
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    expect(sent[1]!.told).toEqual(['ok']);
  });

  it('is found so by flush and by a doorbell', () => {
    const bench = new HspBench({ model: { holds: true } });
    const [tx, doorbell] = [bench.request('sm:0:tx'), bench.doorbells.requestChannel('db:bpmp')];
    const sent = outcome(tx.send(1));
    bench.run();
    bench.model.powerOff();
    const flushed: string[] = [];
    tx.flush(50).subscribe({ error: (error: Error) => flushed.push(error.message) });
    bench.run(5);
    expect([sent.told, flushed]).toEqual([['ENETDOWN unknown'], ['hsp is gone: it reads all ones, at 0x10000']]);
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    bench.model.powerOff();
    expect(outcome(doorbell.send(undefined)).told).toEqual(['EIO not-sent']);
  });

  it('is found so when controllers are made', () => {
    const bench = new HspBench();
    bench.model.powerOff();
    expect(() => createTegraHsp(bench.registers, { variant: 'tegra234' })).toThrow(new Error('hsp is gone: it reads all ones, at 0x380'));
  });

  it('is not what reads all ones by right', () => {
    const bench = new HspBench();
    const events = down(bench, 'sm:1:rx');
    const messages = received(bench.request('sm:3:rx'));
    bench.model.send(3, 0x7fff_ffff);
    bench.run();
    expect([events, messages]).toEqual([[], [0x7fff_ffff]]);
  });

  it('may also be one whose registers throw, or whose interrupt line fails or ends', () => {
    const bench = new HspBench();
    const line = new Subject<void>();
    let broken = false;
    const registers: RegisterSpace = {
      read32: (offset) => {
        if (broken) throw new Error('bus error');
        return bench.registers.read32(offset);
      },
      write32: (offset, value) => bench.registers.write32(offset, value),
      interrupt$: () => line,
    };
    const make = () => {
      const hsp = createTegraHsp(registers, { variant: 'tegra234', scheduler: bench.scheduler });
      const channel = new Mailbox(hsp.mailboxes, { scheduler: bench.scheduler }).requestChannel('sm:0:tx');
      const events: string[] = [];
      channel.events$.subscribe(({ type, error }) => type === 'down' && events.push((error as Error).message));
      return { hsp, channel, events };
    };
    const throwing = make();
    broken = true;
    expect(outcome(throwing.channel.send(1)).told).toEqual(['EIO not-sent']);
    expect(throwing.events).toEqual([]);
    line.next();
    expect(throwing.events).toEqual(['bus error']);
    throwing.channel.close();
    broken = false;
    const failing = make();
    line.error('unplugged');
    expect(failing.events).toEqual(['hsp failed: unplugged']);
    expect(() => new Mailbox(failing.hsp.mailboxes).requestChannel('sm:1:tx')).toThrow('hsp failed: unplugged');
  });

  it('may also be one whose interrupt line ends as soon as it is listened to, until it does not', () => {
    const { registers, scheduler } = new HspBench();
    let lines = 0;
    const space: RegisterSpace = {
      read32: (offset) => registers.read32(offset),
      write32: (offset, value) => registers.write32(offset, value),
      interrupt$: (line) => (lines++ === 0 ? EMPTY : registers.interrupt$(line)),
    };
    const hsp = createTegraHsp(space, { variant: 'tegra234', scheduler });
    const mailbox = new Mailbox(hsp.mailboxes, { scheduler });
    expect(() => mailbox.requestChannel('sm:0:tx')).toThrow('the interrupt line has ended');
    hsp.resume();
    const sent = outcome(mailbox.requestChannel('sm:0:tx').send(1));
    scheduler.maxFrames = 0;
    scheduler.flush();
    expect(sent.told).toEqual(['ok']);
  });

  it('is told of where enables cannot be written: a message that was written is in flight, one that was refused is not', () => {
    for (const isFull of [false, true]) {
      const { registers, scheduler } = new HspBench({ model: { receives: {} } });
      let broken = false;
      const space: RegisterSpace = {
        read32: (offset) => registers.read32(offset),
        write32: (offset, value) => {
          if (broken && offset === 0x100) throw new Error('bus error');
          registers.write32(offset, value);
        },
        interrupt$: (line) => registers.interrupt$(line),
      };
      const hsp = createTegraHsp(space, { variant: 'tegra234', scheduler });
      const channel = new Mailbox(hsp.mailboxes, { scheduler }).requestChannel('sm:0:tx');
      if (isFull) registers.write32(0x10000, 0x8000_0007);
      broken = true;
      const sent = outcome(channel.send(1));
      expect(sent.told).toEqual(isFull ? [] : ['ENETDOWN unknown']);
      broken = false;
      registers.write32(0x10000, 0);
      hsp.resume();
      expect(registers.read32(0x10000)).toBe(isFull ? 0x8000_0001 : 0);
    }
  });
});

describe('resume', () => {
  it('after a suspension in which the block forgot everything: all that is open starts again', () => {
    const bench = new HspBench();
    const [tx, rx, doorbell] = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.doorbells.requestChannel('db:bpmp')];
    const messages = received(rx);
    let rings = 0;
    doorbell.subscribe(() => rings++);
    bench.run();
    bench.model.reset();
    bench.model.send(1, 1);
    bench.run();
    // Nothing is enabled, so nothing is heard.
    expect(messages).toEqual([]);
    bench.trace();
    bench.hsp.resume();
    bench.run();
    expect(bench.trace()).toEqual([
      'R DIM 87008',
      'W IE0 0',
      'R IE0 0',
      'W IE0 0',
      'R IE0 0',
      'W IE0 200',
      'R DB1.ENABLE 0',
      'W DB1.ENABLE 80000',
      'R IR 2fd',
      'R IE0 200',
      'R SM1.MBOX 80000001',
      'W SM1.MBOX 0',
    ]);
    bench.model.ring();
    const sent = outcome(tx.send(2));
    bench.run();
    expect([messages, rings, sent.told]).toEqual([[1], 1, ['ok']]);
  });

  it('need not be called after a reset of the block that the next message meets: links go down and up, and nobody is told that a message was read', () => {
    const bench = new HspBench({ model: { latency: 5 } });
    const [first, second, rx] = [bench.request('sm:0:tx'), bench.request('sm:2:tx'), bench.request('sm:1:rx')];
    const messages = received(rx);
    const events: unknown[] = [];
    first.events$.subscribe(({ type, error }) => (type === 'down' || type === 'up') && events.push(type, (error as Error)?.message));
    const lost = outcome(first.send(1));
    bench.run(2);
    bench.model.reset();
    bench.run(20);
    expect(lost.told).toEqual([]);
    const sent = outcome(second.send(2));
    bench.run();
    expect(events).toEqual(['down', 'hsp was reset: INT_IE is 0x0; expected 0x201', 'up', undefined]);
    bench.model.send(1, 3);
    bench.run(5);
    expect([lost.told, sent.told, messages, bench.messages]).toEqual([['ENETDOWN unknown'], ['ok'], [3], [2]]);
  });

  it('nor where flush, or a sender that leaves, meets it', () => {
    for (const meet of ['flush', 'leave'] as const) {
      const bench = new HspBench({ model: { latency: 5 } });
      const tx = bench.request('sm:0:tx');
      const lost = outcome(meet === 'leave' ? tx.send(1).pipe(txTimeout(20, bench.scheduler)) : tx.send(1));
      bench.run(2);
      bench.model.reset();
      const flushed = meet === 'flush' ? outcome(tx.flush(50)) : undefined;
      bench.run(30);
      expect([lost.told, flushed?.told]).toEqual(meet === 'flush' ? [['ENETDOWN unknown'], ['ok']] : [['ETIME unknown'], undefined]);
      const sent = outcome(tx.send(2));
      bench.run(5);
      expect(sent.told).toEqual(['ok']);
    }
  });

  it('where nothing was forgotten: what is still in a mailbox is of before, and its tx-done is nobody’s', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const events: string[] = [];
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    bench.hsp.resume();
    tx.events$.subscribe(({ type }) => events.push(type));
    bench.run();
    expect(sent.map(({ told }) => told)).toEqual([['ENETDOWN unknown'], []]);
    for (const nth of [0, 1]) {
      bench.arrived[nth]!.take();
      bench.run();
    }
    expect([sent[1]!.told, events, bench.messages]).toEqual([['ok'], ['sent', 'settled'], [1, 2]]);
  });

  it('starts nothing again that is closed by whom it tells', () => {
    const bench = new HspBench();
    const [first, second, rx] = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.request('sm:3:rx')];
    const doorbell = bench.doorbells.requestChannel('db:bpmp');
    first.events$.subscribe(({ type }) => {
      if (type === 'up') for (const channel of [second, doorbell]) channel.close();
    });
    const messages = received(rx);
    bench.run();
    bench.hsp.resume();
    bench.model.send(1, 1);
    bench.model.send(3, 3);
    bench.run();
    expect([0x100, 0x50104].map((offset) => bench.registers.read32(offset))).toEqual([0x800, 0]);
    expect([messages, first.closed, rx.closed]).toEqual([[3], false, false]);
  });

  it('may be called before that is over: links go down and up once', () => {
    const bench = new HspBench();
    const [tx, rx] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    const events: string[] = [];
    rx.events$.subscribe(({ type }) => events.push(type));
    bench.run();
    bench.model.reset();
    const sent = outcome(tx.send(1));
    bench.hsp.resume();
    bench.run(5);
    expect([events, sent.told]).toEqual([['down', 'up'], ['ok']]);
  });

  it('is needed where resets are not looked for: then EMPTY is all that the hardware says, and a lost message looks as if it was read', () => {
    const bench = new HspBench({ driver: { detectReset: false }, model: { latency: 5 } });
    const [first, second] = [bench.request('sm:0:tx'), bench.request('sm:2:tx')];
    const lost = outcome(first.send(1));
    bench.run(2);
    bench.model.reset();
    outcome(second.send(2));
    bench.run(20);
    expect([lost.told, bench.messages]).toEqual([['ok'], [2]]);
  });

  it('after a reset that ended in nothing stays gone until it is called', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const sent = outcome(tx.send(1));
    bench.run();
    bench.model.reset();
    tx.flush(5).subscribe({ error: () => undefined });
    bench.model.powerOff();
    bench.run(1);
    expect(sent.told).toEqual(['ENETDOWN unknown']);
    expect(() => bench.request('sm:2:tx')).toThrow('hsp is gone: it reads all ones, at 0x380');
    bench.model.powerOn();
    bench.hsp.resume();
    bench.request('sm:2:tx');
  });

  it('says so if it is another block now', () => {
    const map = hspRegisters('tegra234');
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17 });
    const other: { dimensions?: number } = {};
    const space: RegisterSpace = {
      read32: (offset) => (offset === 0x380 ? (other.dimensions ?? registers.read32(offset)) : registers.read32(offset)),
      write32: (offset, value) => registers.write32(offset, value),
      interrupt$: () => NEVER,
    };
    const hsp = createTegraHsp(space, { variant: 'tegra234' });
    other.dimensions = 0x87004;
    expect(() => hsp.resume()).toThrow(/^hsp is another block now: \{"mailboxes":4,.*expected \{"mailboxes":8,/);
  });
});

describe('what a client asks for', () => {
  const bench = new HspBench();
  const { mailboxes, mailboxes128, doorbells } = bench.hsp;

  it.each<[unknown, number]>([
    ['sm:3:rx', 6],
    ['sm:3:tx', 7],
    ['sm:0x3:tx:32', 7],
    [3, 6],
    [0x8000_0003, 7],
    ['0x1 0x80000003', 7],
    ['<1 3>', 6],
    ['< 0x1  0x80000000 >', 1],
  ])('of a 32-bit mailbox: %j', (which, index) => {
    expect(mailboxes.translate!(which as string)).toBe(index);
  });

  it.each<[unknown, number]>([
    ['sm:3:rx:128', 6],
    ['sm:3:tx:128', 7],
    [0x8000_0003, 7],
    ['0x101 0x80000003', 7],
    ['257 3', 6],
  ])('of a 128-bit mailbox: %j', (which, index) => {
    expect(mailboxes128.translate!(which as string)).toBe(index);
  });

  it.each<[unknown]>([['db:bpmp'], ['db:19'], ['db:0x13'], [19], ['0x0 0x13'], ['<0 19>']])('of a doorbell: %j', (which) => {
    expect(doorbells.translate!(which as string)).toBe(19);
  });

  const cells =
    'expected type 0x0 (doorbell), 0x1 or 0x101 (mailbox of 32 or 128 bits), then a number of 24 bits, with bit 31 for the producer of a mailbox';
  const forms =
    "expected 'sm:<mailbox>:tx' or 'sm:<mailbox>:rx', with ':128' behind it for 128 bits, 'db:<name or master>', or two cells as '0x1 0x80000003'";

  it.each<[unknown, string]>([
    ['sm:8:tx', "the mailbox of 'sm:8:tx' is 8; expected an integer from 0 to 7"],
    [0x8000_0008, "the mailbox of '2147483656' is 8; expected an integer from 0 to 7"],
    ['sm:0:tx:128', "which is 'sm:0:tx:128', a mailbox of 128 bits; expected one of 32 bits, or mailboxes128"],
    ['0x101 0', "which is '0x101 0', a mailbox of 128 bits; expected one of 32 bits, or mailboxes128"],
    ['db:bpmp', "which is 'db:bpmp', a doorbell; expected a mailbox"],
    [-1, 'which is -1; expected an integer from 0 to 4294967295'],
    [2 ** 32, 'which is 4294967296; expected an integer from 0 to 4294967295'],
    [0x4000_0000, `the cells are <0x1 0x40000000>; ${cells}`],
    ['2 0', `the cells are <0x2 0x0>; ${cells}`],
    ['0x201 0', `the cells are <0x201 0x0>; ${cells}`],
    ['0x100 0', `the cells are <0x100 0x0>; ${cells}`],
    ['0x1 0x01000000', `the cells are <0x1 0x1000000>; ${cells}`],
    ['0x0 0x80000013', `the cells are <0x0 0x80000013>; ${cells}`],
    ['sm:0', `which is "sm:0"; ${forms}`],
    ['sm:-1:tx', `which is "sm:-1:tx"; ${forms}`],
    ['sm:0:tx:64', `which is "sm:0:tx:64"; ${forms}`],
    ['sm:0:both', `which is "sm:0:both"; ${forms}`],
    ['', `which is ""; ${forms}`],
    ['1 2 3', `which is "1 2 3"; ${forms}`],
    ['0x1 0x100000000', `which is "0x1 0x100000000"; ${forms}`],
  ])('is refused where there is no such mailbox: %j', (which, text) => {
    expect(() => mailboxes.translate!(which as string)).toThrow(new RangeError(text));
  });

  it('is refused where there is no such doorbell', () => {
    const known = "'db:ccplex' (17), 'db:bpmp' (19)";
    expect(() => doorbells.translate!('db:spe')).toThrow(new RangeError(`which is 'db:spe'; expected one of the doorbells ${known}`));
    expect(() => doorbells.translate!(3)).toThrow(new RangeError(`which is '3'; expected one of the doorbells ${known}`));
    expect(() => doorbells.translate!('sm:0:tx')).toThrow(new RangeError("which is 'sm:0:tx', a mailbox; expected a doorbell"));
    expect(() => doorbells.open(3)).toThrow(new RangeError(`no doorbell of master 3 is known; expected one of ${known}`));
    expect(() => mailboxes128.translate!('sm:0:tx')).toThrow(
      new RangeError("which is 'sm:0:tx', a mailbox of 32 bits; expected one of 128 bits, or mailboxes"),
    );
    expect(() => mailboxes.open(16)).toThrow(RangeError);
  });
});

describe('a block', () => {
  it('without 128-bit mailboxes, without shared interrupts, without doorbells says so when they are asked for', () => {
    const old = new HspBench({ driver: { variant: 'tegra186' } });
    expect(() => old.mailbox128.requestChannel('sm:0:tx:128')).toThrow(new RangeError('hsp is of a variant without mailboxes of 128 bits'));
    old.request('sm:0:tx');
    const silent = new HspBench({ dimensions: { sharedInterrupts: 0 } });
    expect(silent.probing).toEqual(['R DIM 7008']);
    expect(() => silent.request('sm:0:tx')).toThrow(new Error('hsp has no shared interrupt; mailboxes need one'));
    silent.doorbells.requestChannel('db:bpmp');
    const none = new HspBench({ dimensions: { mailboxes: 0, doorbells: 2 }, model: { receives: {} } });
    expect(() => none.request('sm:0:tx')).toThrow(RangeError);
    expect(() => none.doorbells.requestChannel('db:bpmp')).toThrow(new Error('hsp has 2 doorbells, and none with index 3'));
  });

  it('of any variant has its doorbells where its mailboxes and semaphores end', () => {
    const at = (variant: TegraHspOptions['variant'], dimensions: object): number[] => {
      const bench = new HspBench({ driver: { variant }, dimensions });
      bench.doorbells.requestChannel('db:bpmp');
      bench.run();
      return [...new Set(bench.accesses.map(({ offset }) => offset))];
    };
    expect(at('tegra186', {})).toEqual([0x50304, 0x50104]);
    expect(at('tegra194', { mailboxes: 4, sharedSemaphores: 2, arbitratedSemaphores: 1 })).toEqual([0x60304, 0x60104]);
    expect(at('tegra234', { mailboxes: 3 })).toEqual([0x20304, 0x20104]);
    expect(at('tegra264', {})).toEqual([0x53004, 0x51004]);
  });

  it('uses the shared interrupt that it is given', () => {
    const bench = new HspBench({ driver: { shared: 5, detectReset: false } });
    const sent = outcome(bench.request('sm:0:tx').send(1));
    bench.run();
    expect(sent.told).toEqual(['ok']);
    expect(bench.trace()).toEqual(['W IE5 0', 'R SM0.MBOX 0', 'W SM0.MBOX 80000001', 'W IE5 1', 'R IR ff', 'W IE5 0']);
  });

  it('with more mailboxes than there can be is none', () => {
    const space: RegisterSpace = { read32: () => 0x8700f, write32: () => undefined, interrupt$: () => NEVER };
    expect(() => createTegraHsp(space, { variant: 'tegra234' })).toThrow('INT_DIMENSIONING is 0x8700f: 15 mailboxes; expected at most 8');
  });

  it.each<[string, Partial<TegraHspOptions>]>([
    ["variant is \"tegra210\"; expected 'tegra186', 'tegra194', 'tegra234', 'tegra264'", { variant: 'tegra210' as never }],
    ['name is 7; expected a string', { name: 7 as never }],
    ['shared is 8; expected an integer from 0 to 7', { shared: 8 }],
    ['shared is -1; expected an integer from 0 to 7', { shared: -1 }],
    ['doorbellLine is -1; expected an integer >= 0', { doorbellLine: -1 }],
    ['doorbells.x.master is 32; expected an integer from 0 to 31', { doorbells: { x: { index: 0, master: 32 } } }],
    ['doorbells.x.index is -1; expected an integer >= 0', { doorbells: { x: { index: -1, master: 3 } } }],
    ["self is 'spe'; expected 'db:ccplex' (17), 'db:bpmp' (19)", { self: 'spe' }],
    ['pollPeriod is 0; expected milliseconds, > 0 and <= 2147483647', { pollPeriod: 0 }],
    ['quarantine is -1; expected milliseconds, 0 to 2147483647, or Infinity', { quarantine: -1 }],
    ['scheduler is an object; expected an RxJS SchedulerLike', { scheduler: {} as never }],
  ])('is not made with a wrong option: %s', (text, option) => {
    const { registers } = new HspBench();
    expect(() => createTegraHsp(registers, { variant: 'tegra234', ...option })).toThrow(text);
  });

  it('is not made without registers', () => {
    expect(() => createTegraHsp(undefined as never, { variant: 'tegra234' })).toThrow(
      new TypeError('registers is undefined; expected an object'),
    );
    expect(() => createTegraHsp({ read32: () => 0 } as never, { variant: 'tegra234' })).toThrow(
      new TypeError('registers.write32 is undefined; expected a function'),
    );
  });
});

describe('a doorbell', () => {
  it('is acknowledged by the application: one ring at a time', () => {
    const bench = new HspBench();
    const channel = bench.doorbells.requestChannel('db:bpmp');
    const sent = [outcome(channel.send('a')), outcome(channel.send('b'))];
    bench.run();
    expect([bench.rings, sent.map(({ told }) => told)]).toEqual([[17], [[], []]]);
    channel.acknowledge();
    bench.run();
    channel.acknowledge({ error: new Error('no') });
    expect([bench.rings, sent.map(({ told }) => told)]).toEqual([
      [17, 17],
      [['ok'], ['EIO sent']],
    ]);
  });

  it('that is not allowed to be rung any more says so; nothing is written', () => {
    const bench = new HspBench();
    const channel = bench.doorbells.requestChannel('db:bpmp');
    bench.run();
    bench.model.admit(false);
    bench.trace();
    const causes: string[] = [];
    channel.send(1).subscribe({ error: ({ cause }: MailboxError) => causes.push((cause as Error).message) });
    expect(causes).toEqual(['hsp db:bpmp: doorbell 3 does not let master 17 ring; its ENABLE is 0x0']);
    expect(bench.trace()).toEqual(['R DB3.ENABLE 0']);
  });

  it('is not asked whether it may be rung where that is not wanted', () => {
    const bench = new HspBench({ driver: { checkDoorbells: false } });
    const channel = bench.doorbells.requestChannel('db:bpmp');
    channel.next(1);
    bench.run();
    expect(bench.trace()).toEqual(['W DB3.TRIGGER 1', 'R DB1.ENABLE 0', 'W DB1.ENABLE 80000']);
  });

  it('rings here only for those who have a channel, each its own', () => {
    const doorbells = { ccplex: { index: 1, master: 17 }, bpmp: { index: 3, master: 19 }, spe: { index: 4, master: 20 } };
    const bench = new HspBench({ driver: { doorbells, checkDoorbells: false } });
    const log: string[] = [];
    const open = (name: string) => {
      const channel = bench.doorbells.requestChannel(`db:${name}`);
      channel.subscribe(() => log.push(name));
      return channel;
    };
    const ring = (master: number) => bench.registers.as(master).write32(0x50100, 1);
    const [bpmp, spe] = [open('bpmp'), open('spe')];
    bench.run();
    ring(20);
    ring(19);
    ring(5);
    bench.run();
    expect(log).toEqual(['bpmp', 'spe']);
    bpmp.close();
    ring(19);
    ring(20);
    bench.run();
    expect(log).toEqual(['bpmp', 'spe', 'spe']);
    spe.close();
    expect(bench.registers.read32(0x50104)).toBe(0);
  });

  it('may be closed by whom it wakes, also the others', () => {
    const doorbells = { ccplex: { index: 1, master: 17 }, bpmp: { index: 3, master: 19 }, spe: { index: 4, master: 20 } };
    const bench = new HspBench({ driver: { doorbells, checkDoorbells: false } });
    const [bpmp, spe] = ['bpmp', 'spe'].map((name) => bench.doorbells.requestChannel(`db:${name}`));
    const log: string[] = [];
    bpmp!.subscribe(() => {
      log.push('bpmp');
      bpmp!.close();
      spe!.close();
    });
    spe!.subscribe(() => log.push('spe'));
    bench.run();
    bench.registers.as(20).write32(0x50100, 1);
    bench.registers.as(19).write32(0x50100, 1);
    bench.run();
    expect(log).toEqual(['bpmp']);
  });
});

describe('a mailbox', () => {
  it('tells by peekData whether a message waits, and finds it although its interrupt was lost', () => {
    const bench = new HspBench();
    const rx = bench.request('sm:1:rx');
    const messages = received(rx);
    bench.run();
    bench.model.loseInterrupts();
    expect(rx.peekData()).toBe(false);
    bench.model.send(1, 5);
    bench.run(100);
    expect(messages).toEqual([]);
    expect([rx.peekData(), messages]).toEqual([true, []]);
    bench.run();
    expect([rx.peekData(), messages]).toEqual([false, [5]]);
    expect(bench.request('sm:0:tx').peekData()).toBe(false);
  });

  it('that is flushed is done with the interrupt, if that comes before the next look', () => {
    const bench = new HspBench({ driver: { pollPeriod: 1000 }, model: { latency: 3 } });
    const tx = bench.request('sm:0:tx');
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    const flushed = outcome(tx.flush(5000));
    bench.run(5);
    expect([sent.map(({ told }) => told), flushed.told]).toEqual([[['ok'], []], []]);
    bench.run(1);
    expect([sent[1]!.told, flushed.told]).toEqual([['ok'], ['ok']]);
  });

  it('that is flushed while it is full of somebody else’s message drains that first, also without interrupts', () => {
    const bench = new HspBench({ model: { latency: 3 } });
    bench.model.loseInterrupts();
    bench.registers.write32(0x10000, 0x8000_0007);
    const tx = bench.request('sm:0:tx');
    const sent = outcome(tx.send(1));
    const flushed = outcome(tx.flush(100));
    bench.run(10);
    expect([sent.told, flushed.told, bench.messages]).toEqual([['ok'], ['ok'], [7, 1]]);
  });

  it('is not interrupted in the middle of a send: what comes then is handled in a turn of its own', () => {
    const { scheduler, registers, model } = new HspBench({ model: { receives: {} } });
    const line = new Subject<void>();
    const accesses: RegisterAccess[] = [];
    const space: RegisterSpace = {
      read32: (offset) => registers.read32(offset),
      write32: (offset, value) => {
        registers.write32(offset, value);
        // The other processor is quick, and reads mailbox 0 while a message is being written to mailbox 1.
        if (offset !== 0x18000) return;
        registers.write32(0x10000, 0);
        line.next();
      },
      interrupt$: () => line,
    };
    const hsp = createTegraHsp(tracedRegisters(space, accesses), { variant: 'tegra234', scheduler, detectReset: false });
    const mailbox = new Mailbox(hsp.mailboxes, { scheduler });
    const [first, second] = ['sm:0:tx', 'sm:1:tx'].map((which) => mailbox.requestChannel(which));
    // Whoever is told closes the channel that is just sending.
    first!.send(1).subscribe({ complete: () => second!.close() });
    accesses.length = 0;
    const sent = outcome(second!.send(2));
    expect([accesses.map(({ offset }) => offset), second!.closed]).toEqual([[0x18000, 0x18000, 0x100], false]);
    scheduler.flush();
    expect([sent.told, second!.closed, registers.read32(0x100)]).toEqual([['ESHUTDOWN unknown'], true, 0]);
    model.close();
  });

  it('may be closed and requested anew from inside a receiver and a completion', () => {
    const bench = new HspBench();
    const log: unknown[] = [];
    const open = (): void => {
      const rx = bench.request('sm:1:rx');
      rx.subscribe((message) => {
        log.push(message);
        rx.close();
        open();
      });
    };
    open();
    for (const message of [1, 2, 3]) bench.model.send(1, message);
    const send = (message: number): void => {
      const tx = bench.request('sm:0:tx');
      tx.send(message).subscribe({
        complete: () => {
          tx.close();
          if (message < 3) send(message + 1);
        },
      });
    };
    send(1);
    bench.run();
    expect([log, bench.messages]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('that is given back in the turn in which it was requested has enabled nothing', () => {
    const bench = new HspBench();
    bench.request('sm:1:rx').close();
    bench.trace();
    bench.doorbells.requestChannel('db:bpmp').close();
    expect(bench.trace()).toEqual(['R DB3.ENABLE 20000']);
    bench.model.send(1, 1);
    bench.model.ring();
    bench.run();
    expect([0x100, 0x50104].map((offset) => bench.registers.read32(offset))).toEqual([0, 0]);
    expect(bench.scheduler.actions).toHaveLength(0);
    // Nor has one that lost the device meanwhile, until that is there again.
    const messages = received(bench.request('sm:1:rx'));
    bench.model.powerOff();
    bench.hsp.mailboxes
      .open(7)
      .events$.subscribe({ error: () => undefined })
      .unsubscribe();
    bench.model.interruptForNothing();
    bench.run();
    bench.model.powerOn();
    bench.hsp.resume();
    bench.model.send(1, 2);
    bench.run();
    expect(messages).toEqual([2]);
  });

  it('leaves neither timers nor enables behind', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const [tx, rx, doorbell] = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.doorbells.requestChannel('db:bpmp')];
    outcome(tx.send(1).pipe(txTimeout(3, bench.scheduler)));
    outcome(tx.flush(20));
    bench.run(10);
    // The slot is held, so its link polls.
    expect(bench.scheduler.actions.length).toBeGreaterThan(0);
    for (const channel of [tx, rx, doorbell]) channel.close();
    bench.run();
    expect(bench.scheduler.actions).toHaveLength(0);
    expect([0x100, 0x50104].map((offset) => bench.registers.read32(offset))).toEqual([0, 0]);
  });

  it('says whose error it is', () => {
    const bench = new HspBench({ driver: { name: 'hsp_aon' } });
    bench.request('sm:7:rx');
    expect(() => bench.request('sm:7:tx')).toThrow('hsp_aon sm:7:tx has an owner');
  });
});
