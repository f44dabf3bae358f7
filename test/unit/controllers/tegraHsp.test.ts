import { ChannelBusyError, Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import type { RegisterSpace } from 'rx-mailbox/registers';
import { createTegraHsp, type TegraHsp } from 'rx-mailbox/tegra-hsp';
import { tracedRegisters, type RegisterAccess } from 'rx-mailbox/testing';
import { Subject } from 'rxjs';
import { HspBench, outcome } from '../../support/devices/HspBench';
import { environment } from '../../support/environment';

const received = (channel: { subscribe(next: (message: number) => void): unknown }): number[] => {
  const messages: number[] = [];
  channel.subscribe((message) => messages.push(message));
  return messages;
};

describe('a message', () => {
  it.each([0, 1, 0x7fff_ffff])('of 31 bits arrives unchanged in both directions: %i', (message) => {
    const bench = new HspBench();
    const [tx, rx] = [bench.request('sm:0:tx'), bench.request('sm:1:rx')];
    const messages = received(rx);
    const sent = outcome(tx.send(message));
    bench.model.send(1, message);
    bench.run();
    expect([bench.messages, messages, sent.outcomes]).toEqual([[message], [message], ['ok']]);
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
      expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ok'], ['ok']]);
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
    expect([before.outcomes, after.outcomes, bench.messages]).toEqual([['ok'], ['ok'], [1, 2]]);
  });

  it.each<[string, unknown]>([
    ['message has 3 words; expected 4, which are 128 bits', [1, 2, 3]],
    ['message has 5 words; expected 4, which are 128 bits', new Uint32Array(5)],
    ['message[2] is 4294967296; expected an integer from 0 to 4294967295', [1, 2, 2 ** 32, 4]],
    ['message[0] is "1"; expected an integer from 0 to 4294967295', ['1', 2, 3, 4]],
    ['message is 7; expected a Uint32Array or an array, of 4 words', 7],
    ['message is undefined; expected a Uint32Array or an array, of 4 words', undefined],
  ])('that does not have 128 bits fails alone, and no word of it is written: %s', (text, message) => {
    const bench = new HspBench({ model: { receives: { 0: 128 } } });
    const tx = bench.mailbox128.requestChannel('sm:0:tx:128');
    bench.run();
    bench.trace();
    const causes: unknown[] = [];
    tx.send(message as Uint32Array).subscribe({ error: ({ cause }: MailboxError) => causes.push((cause as Error).message) });
    expect([causes, bench.trace()]).toEqual([[text], []]);
    const after = outcome(tx.send([1, 2, 3, 4]));
    bench.run();
    expect(after.outcomes).toEqual(['ok']);
  });

  it('cannot be sent by a consumer: the send fails, and the consumer goes on', () => {
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

  it('of the wrong width ends its consumer with an error, and no other link', () => {
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

/** Never called: checks types from the controllers to the receivers. */
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
  // @ts-expect-error -- a ring carries no message
  doorbell.next(1);
  // @ts-expect-error -- which chip?
  createTegraHsp({} as RegisterSpace, {});
}

describe('what the Linux driver gets wrong', () => {
  it('flush of a 128-bit mailbox reads offset 0, which is always empty: here the send ends when its message has been read', () => {
    const bench = new HspBench({ model: { receives: { 0: 128 }, latency: 5 } });
    bench.model.loseInterrupts();
    const tx = bench.mailbox128.requestChannel('sm:0:tx:128');
    const sent = outcome(tx.send([1, 2, 3, 4]));
    const flushed = outcome(tx.flush(20));
    bench.run(4);
    expect([sent.outcomes, flushed.outcomes, bench.arrived.length]).toEqual([[], [], 0]);
    bench.run(1);
    expect([sent.outcomes, flushed.outcomes, bench.arrived.length]).toEqual([['ok'], ['ok'], 1]);
  });

  it('Tegra194 producers never enable EMPTY in their mailbox, so only flush ends a send: here the interrupt does', () => {
    const bench = new HspBench({ driver: { variant: 'tegra194' } });
    const tx = bench.request('sm:0:tx');
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ok'], ['ok']]);
  });

  it('each request of a doorbell uses up one more channel: here it can be requested any number of times', () => {
    const bench = new HspBench();
    for (let turn = 0; turn < 200; turn++) {
      const channel = bench.doorbells.requestChannel('db:bpmp');
      channel.next(undefined);
      channel.acknowledge();
      bench.run();
      channel.close();
    }
    expect(bench.rings).toHaveLength(200);
    // This also holds after a failed request.
    bench.model.admit(false);
    for (let turn = 0; turn < 50; turn++) expect(() => bench.doorbells.requestChannel('db:bpmp')).toThrow('does not let master 17 ring');
    bench.model.admit(true);
    bench.doorbells.requestChannel('db:bpmp').close();
  });

  it('an interrupt before a client is bound crashes: here a message waits for a receiver', () => {
    const bench = new HspBench();
    const other = bench.request('sm:2:tx');
    bench.model.send(1, 42);
    bench.model.ring();
    other.next(1);
    bench.run();
    expect(bench.messages).toEqual([1]);
    const rx = bench.request('sm:1:rx');
    const doorbell = bench.doorbells.requestChannel('db:bpmp');
    // Nobody can subscribe before the request has returned, so no event may come before.
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

  it('the last request decides direction and width: here a mailbox has one owner, and others are refused', () => {
    const bench = new HspBench();
    const tx = bench.request('sm:0:tx');
    for (const which of ['sm:0:tx', 'sm:0:rx']) expect(() => bench.request(which)).toThrow(ChannelBusyError);
    for (const which of ['sm:0:tx:128', 'sm:0:rx:128']) expect(() => bench.mailbox128.requestChannel(which)).toThrow(ChannelBusyError);
    const sent = outcome(tx.send(5));
    bench.run();
    expect([sent.outcomes, bench.messages]).toEqual([['ok'], [5]]);
    tx.close();
    const wide = bench.mailbox128.requestChannel('sm:0:rx:128');
    expect(() => bench.request('sm:0:tx')).toThrow(ChannelBusyError);
    wide.close();
    bench.request('sm:0:tx');
  });

  it('flush and the interrupt may both report one EMPTY: here it ends one send, and not the next one, too', () => {
    const bench = new HspBench({ model: { holds: true } });
    const tx = bench.request('sm:0:tx');
    const late: string[] = [];
    tx.events$.subscribe(({ type }) => (type === 'lateTxDone' || type === 'unknownTxDone') && late.push(type));
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    bench.run();
    // The message was read and the interrupt is pending, but flush polls first.
    bench.arrived[0]!.take();
    const flushed = outcome(tx.flush(100));
    bench.run(3);
    expect([sent.map(({ outcomes }) => outcomes), late, flushed.outcomes]).toEqual([[['ok'], []], [], []]);
    bench.arrived[1]!.take();
    bench.run(3);
    expect([sent[1]!.outcomes, late, flushed.outcomes]).toEqual([['ok'], [], ['ok']]);
  });

  it('a message overwrites one that was not read: here it waits', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const tx = bench.request('sm:0:tx', { quarantine: 0 });
    const sent = [outcome(tx.send(1).pipe(txTimeout(5, bench.scheduler))), outcome(tx.send(2))];
    bench.run(20);
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ETIME unknown'], []]);
    bench.model.set({ stuck: 0 });
    bench.run(5);
    expect([sent[1]!.outcomes, bench.messages]).toEqual([['ok'], [1, 2]]);
  });

  it('a tx-done callback runs while causes are handled: here a send that it starts is not ended by causes read before', () => {
    const bench = new HspBench({ model: { holds: true, receives: { 0: 32, 2: 32 } } });
    const [first, second] = [bench.request('sm:0:tx'), bench.request('sm:2:tx')];
    const again: string[][] = [];
    first.send(1).subscribe({
      complete: () => {
        // Both are empty, and only the first has been handled. The flush ends the second send, and another message follows.
        second.flush(5).subscribe();
        again.push(outcome(second.send(3)).outcomes);
      },
    });
    const sent = outcome(second.send(2));
    bench.run();
    for (const arrival of bench.arrived.splice(0)) arrival.take();
    bench.run();
    expect([sent.outcomes, again]).toEqual([['ok'], [[]]]);
    bench.arrived[0]!.take();
    bench.run(2);
    expect(again).toEqual([['ok']]);
  });
});

describe('a doorbell', () => {
  it('is acknowledged by the application: one ring at a time', () => {
    const bench = new HspBench();
    const channel = bench.doorbells.requestChannel('db:bpmp');
    const sent = [outcome(channel.send('a')), outcome(channel.send('b'))];
    bench.run();
    expect([bench.rings, sent.map(({ outcomes }) => outcomes)]).toEqual([[17], [[], []]]);
    channel.acknowledge();
    bench.run();
    channel.acknowledge({ error: new Error('no') });
    expect([bench.rings, sent.map(({ outcomes }) => outcomes)]).toEqual([
      [17, 17],
      [['ok'], ['EIO sent']],
    ]);
  });

  it('that must not be rung any more fails the send, and no register is written', () => {
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

  it('is rung without a check if checkDoorbells is false', () => {
    const bench = new HspBench({ driver: { checkDoorbells: false } });
    const channel = bench.doorbells.requestChannel('db:bpmp');
    channel.next(1);
    bench.run();
    expect(bench.trace()).toEqual(['W DB3.TRIGGER 1', 'R DB1.ENABLE 0', 'W DB1.ENABLE 80000']);
  });

  it('notifies only the channel of the processor that rang', () => {
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

  it('may be closed by its receiver, and so may the others', () => {
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
  it('peekData finds a waiting message, even if its interrupt was lost', () => {
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

  it('that is flushed completes on the interrupt, if that comes before the next poll', () => {
    const bench = new HspBench({ driver: { pollPeriod: 1000 }, model: { latency: 3 } });
    const tx = bench.request('sm:0:tx');
    const sent = [outcome(tx.send(1)), outcome(tx.send(2))];
    const flushed = outcome(tx.flush(5000));
    bench.run(5);
    expect([sent.map(({ outcomes }) => outcomes), flushed.outcomes]).toEqual([[['ok'], []], []]);
    bench.run(1);
    expect([sent[1]!.outcomes, flushed.outcomes]).toEqual([['ok'], ['ok']]);
  });

  it('that is flushed while it holds an earlier owner’s message waits for that first, also without interrupts', () => {
    const bench = new HspBench({ model: { latency: 3 } });
    bench.model.loseInterrupts();
    bench.registers.write32(0x10000, 0x8000_0007);
    const tx = bench.request('sm:0:tx');
    const sent = outcome(tx.send(1));
    const flushed = outcome(tx.flush(100));
    bench.run(10);
    expect([sent.outcomes, flushed.outcomes, bench.messages]).toEqual([['ok'], ['ok'], [7, 1]]);
  });

  it('is not interrupted in the middle of a send: the interrupt is handled later', () => {
    const { scheduler, registers, model } = new HspBench({ model: { receives: {} } });
    const line = new Subject<void>();
    const accesses: RegisterAccess[] = [];
    const space: RegisterSpace = {
      read32: (offset) => registers.read32(offset),
      write32: (offset, value) => {
        registers.write32(offset, value);
        // The other processor reads mailbox 0 while a message is being written to mailbox 1.
        if (offset !== 0x18000) return;
        registers.write32(0x10000, 0);
        line.next();
      },
      interrupt$: () => line,
    };
    const hsp = createTegraHsp(tracedRegisters(space, accesses), { variant: 'tegra234', scheduler, detectReset: false });
    const mailbox = new Mailbox(hsp.mailboxes, { scheduler });
    const [first, second] = ['sm:0:tx', 'sm:1:tx'].map((which) => mailbox.requestChannel(which));
    // The sender that gets its tx-done closes the channel that is just sending.
    first!.send(1).subscribe({ complete: () => second!.close() });
    accesses.length = 0;
    const sent = outcome(second!.send(2));
    expect([accesses.map(({ offset }) => offset), second!.closed]).toEqual([[0x18000, 0x18000, 0x100], false]);
    scheduler.flush();
    expect([sent.outcomes, second!.closed, registers.read32(0x100)]).toEqual([['ESHUTDOWN unknown'], true, 0]);
    model.close();
  });

  it('may be closed and requested again from inside a receiver and a completion', () => {
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

  it('that is closed right after its request has enabled no interrupt', () => {
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
    // The same holds for one that lost the device meanwhile, until the device is back.
    const messages = received(bench.request('sm:1:rx'));
    bench.model.powerOff();
    bench.hsp.mailboxes
      .open(7, environment)
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

  it('leaves no timers and no enables behind', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const [tx, rx, doorbell] = [bench.request('sm:0:tx'), bench.request('sm:1:rx'), bench.doorbells.requestChannel('db:bpmp')];
    outcome(tx.send(1).pipe(txTimeout(3, bench.scheduler)));
    outcome(tx.flush(20));
    bench.run(10);
    // The slot is held, so its link is reset and polls.
    expect(bench.scheduler.actions.length).toBeGreaterThan(0);
    for (const channel of [tx, rx, doorbell]) channel.close();
    bench.run();
    expect(bench.scheduler.actions).toHaveLength(0);
    expect([0x100, 0x50104].map((offset) => bench.registers.read32(offset))).toEqual([0, 0]);
  });

  it('names itself in its errors', () => {
    const bench = new HspBench({ driver: { name: 'hsp_aon' } });
    bench.request('sm:7:rx');
    expect(() => bench.request('sm:7:tx')).toThrow('hsp_aon sm:7:tx has an owner');
  });
});
