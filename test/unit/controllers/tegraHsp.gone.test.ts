import { Mailbox, txTimeout } from 'rx-mailbox';
import { memoryRegisters, registerWords, type RegisterSpace } from 'rx-mailbox/registers';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { hspRegisters } from 'rx-mailbox/testing';
import { EMPTY, NEVER, Subject } from 'rxjs';
import { HspBench, outcome } from '../../support/devices/HspBench';

const received = (channel: { subscribe(next: (message: number) => void): unknown }): number[] => {
  const messages: number[] = [];
  channel.subscribe((message) => messages.push(message));
  return messages;
};

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

  it('is noticed in the middle of a message, which is then not delivered', () => {
    const bench = new HspBench();
    const messages: number[][] = [];
    bench.mailbox128.requestChannel('sm:1:rx:128').subscribe((message) => messages.push([...message]));
    bench.run();
    const { registers, model } = bench;
    const read32 = registers.read32.bind(registers);
    registers.read32 = (offset) => {
      if (offset === 0x18048 + 4) model.powerOff();
      return read32(offset);
    };
    model.send(1, [1, 2, 3, 4]);
    bench.run(10);
    expect(messages).toEqual([]);
  });

  it('is noticed by an interrupt: all links go down, messages in flight fail, and the others are sent when it is back', () => {
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
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ENETDOWN unknown'], []]);
    expect(others).toEqual([['hsp is gone: it reads all ones, at 0x304'], ['hsp is gone: it reads all ones, at 0x304']]);
    expect(() => bench.request('sm:3:tx')).toThrow('hsp is gone');
    expect(() => bench.hsp.resume()).toThrow('hsp is gone: it reads all ones, at 0x380');
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    bench.arrived.at(-1)!.take();
    bench.run();
    expect(sent[1]!.outcomes).toEqual(['ok']);
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

  it('is noticed by a send, which fails as not sent', () => {
    const bench = new HspBench();
    const tx = bench.request('sm:0:tx');
    const events = down(bench, 'sm:1:rx');
    bench.run();
    bench.model.powerOff();
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    expect([sent.map(({ outcomes }) => outcomes), events]).toEqual([[['EIO not-sent'], []], ['hsp is gone: it reads all ones, at 0x100']]);
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    expect(sent[1]!.outcomes).toEqual(['ok']);
  });

  it('is noticed by flush and by a doorbell', () => {
    const bench = new HspBench({ model: { holds: true } });
    const [tx, doorbell] = [bench.request('sm:0:tx'), bench.doorbells.requestChannel('db:bpmp')];
    const sent = outcome(tx.send(1));
    bench.run();
    bench.model.powerOff();
    const flushed: string[] = [];
    tx.flush(50).subscribe({ error: (error: Error) => flushed.push(error.message) });
    bench.run(5);
    expect([sent.outcomes, flushed]).toEqual([['ENETDOWN unknown'], ['hsp is gone: it reads all ones, at 0x10000']]);
    bench.model.powerOn();
    bench.hsp.resume();
    bench.run();
    bench.model.powerOff();
    expect(outcome(doorbell.send(undefined)).outcomes).toEqual(['EIO not-sent']);
  });

  it('is noticed when controllers are made', () => {
    const bench = new HspBench();
    bench.model.powerOff();
    expect(() => createTegraHsp(bench.registers, { variant: 'tegra234' })).toThrow(new Error('hsp is gone: it reads all ones, at 0x380'));
  });

  it('is not assumed if a register rightly reads all ones', () => {
    const bench = new HspBench();
    const events = down(bench, 'sm:1:rx');
    const messages = received(bench.request('sm:3:rx'));
    bench.model.send(3, 0x7fff_ffff);
    bench.run();
    expect([events, messages]).toEqual([[], [0x7fff_ffff]]);
  });

  it('is also one whose registers throw, or whose interrupt line fails or ends', () => {
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
    expect(outcome(throwing.channel.send(1)).outcomes).toEqual(['EIO not-sent']);
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

  it('is also one whose interrupt line ends when it is subscribed, until that works', () => {
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
    expect(sent.outcomes).toEqual(['ok']);
  });

  it('is noticed when enables cannot be written: a message that was written counts as in flight, a refused one does not', () => {
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
      expect(sent.outcomes).toEqual(isFull ? [] : ['ENETDOWN unknown']);
      broken = false;
      registers.write32(0x10000, 0);
      hsp.resume();
      expect(registers.read32(0x10000)).toBe(isFull ? 0x8000_0001 : 0);
    }
  });
});

describe('resume', () => {
  it('restarts all open links after a suspension in which the block lost its registers', () => {
    const bench = new HspBench();
    const [tx, rx, doorbell] = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.doorbells.requestChannel('db:bpmp')];
    const messages = received(rx);
    let rings = 0;
    doorbell.subscribe(() => rings++);
    bench.run();
    bench.model.reset();
    bench.model.send(1, 1);
    bench.run();
    // No interrupt is enabled, so no event arrives.
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
    expect([messages, rings, sent.outcomes]).toEqual([[1], 1, ['ok']]);
  });

  it('is not needed after a reset that the next send detects: links go down and up, and no sender gets a false tx-done', () => {
    const bench = new HspBench({ model: { latency: 5 } });
    const [first, second, rx] = [bench.request('sm:0:tx'), bench.request('sm:2:tx'), bench.request('sm:1:rx')];
    const messages = received(rx);
    const events: unknown[] = [];
    first.events$.subscribe(({ type, error }) => (type === 'down' || type === 'up') && events.push(type, (error as Error)?.message));
    const lost = outcome(first.send(1));
    bench.run(2);
    bench.model.reset();
    bench.run(20);
    expect(lost.outcomes).toEqual([]);
    const sent = outcome(second.send(2));
    bench.run();
    expect(events).toEqual(['down', 'hsp was reset: INT_IE is 0x0; expected 0x201', 'up', undefined]);
    bench.model.send(1, 3);
    bench.run(5);
    expect([lost.outcomes, sent.outcomes, messages, bench.messages]).toEqual([['ENETDOWN unknown'], ['ok'], [3], [2]]);
  });

  it('is not needed after a reset that flush or a leaving sender detects', () => {
    for (const meet of ['flush', 'leave'] as const) {
      const bench = new HspBench({ model: { latency: 5 } });
      const tx = bench.request('sm:0:tx');
      const lost = outcome(meet === 'leave' ? tx.send(1).pipe(txTimeout(20, bench.scheduler)) : tx.send(1));
      bench.run(2);
      bench.model.reset();
      const flushed = meet === 'flush' ? outcome(tx.flush(50)) : undefined;
      bench.run(30);
      expect([lost.outcomes, flushed?.outcomes]).toEqual(
        meet === 'flush' ? [['ENETDOWN unknown'], ['ok']] : [['ETIME unknown'], undefined],
      );
      const sent = outcome(tx.send(2));
      bench.run(5);
      expect(sent.outcomes).toEqual(['ok']);
    }
  });

  it('if no register was lost: a message that is still in a mailbox is an old one, and no sender gets its tx-done', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const events: string[] = [];
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    bench.hsp.resume();
    tx.events$.subscribe(({ type }) => events.push(type));
    bench.run();
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ENETDOWN unknown'], []]);
    for (const nth of [0, 1]) {
      bench.arrived[nth]!.take();
      bench.run();
    }
    expect([sent[1]!.outcomes, events, bench.messages]).toEqual([['ok'], ['ready', 'sent', 'settled'], [1, 2]]);
  });

  it('does not restart a link that a listener closes meanwhile', () => {
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

  it('may be called while a restart is pending: links go down and up once', () => {
    const bench = new HspBench();
    const [tx, rx] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    const events: string[] = [];
    rx.events$.subscribe(({ type }) => events.push(type));
    bench.run();
    bench.model.reset();
    const sent = outcome(tx.send(1));
    bench.hsp.resume();
    bench.run(5);
    expect([events, sent.outcomes]).toEqual([['down', 'up'], ['ok']]);
  });

  it('is needed if detectReset is false: then EMPTY is the only evidence, and a lost message looks as if it was read', () => {
    const bench = new HspBench({ driver: { detectReset: false }, model: { latency: 5 } });
    const [first, second] = [bench.request('sm:0:tx'), bench.request('sm:2:tx')];
    const lost = outcome(first.send(1));
    bench.run(2);
    bench.model.reset();
    outcome(second.send(2));
    bench.run(20);
    expect([lost.outcomes, bench.messages]).toEqual([['ok'], [2]]);
  });

  it('is needed if the device did not come back after a reset', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const sent = outcome(tx.send(1));
    bench.run();
    bench.model.reset();
    tx.flush(5).subscribe({ error: () => undefined });
    bench.model.powerOff();
    bench.run(1);
    expect(sent.outcomes).toEqual(['ENETDOWN unknown']);
    expect(() => bench.request('sm:2:tx')).toThrow('hsp is gone: it reads all ones, at 0x380');
    bench.model.powerOn();
    bench.hsp.resume();
    bench.request('sm:2:tx');
  });

  it('throws if it is another block now', () => {
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
