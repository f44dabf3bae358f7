import type { RegisterSpace } from 'rx-mailbox/registers';
import { createTegraHsp, type TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import { NEVER } from 'rxjs';
import { HspBench, outcome } from '../../support/devices/HspBench';
import { environment } from '../../support/environment';

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
  ])('is refused if there is no such mailbox: %j', (which, text) => {
    expect(() => mailboxes.translate!(which as string)).toThrow(new RangeError(text));
  });

  it('is refused if there is no such doorbell', () => {
    const known = "'db:ccplex' (17), 'db:bpmp' (19)";
    expect(() => doorbells.translate!('db:spe')).toThrow(new RangeError(`which is 'db:spe'; expected one of the doorbells ${known}`));
    expect(() => doorbells.translate!(3)).toThrow(new RangeError(`which is '3'; expected one of the doorbells ${known}`));
    expect(() => doorbells.translate!('sm:0:tx')).toThrow(new RangeError("which is 'sm:0:tx', a mailbox; expected a doorbell"));
    expect(() => doorbells.open(3, environment)).toThrow(new RangeError(`no doorbell of master 3 is known; expected one of ${known}`));
    expect(() => mailboxes128.translate!('sm:0:tx')).toThrow(
      new RangeError("which is 'sm:0:tx', a mailbox of 32 bits; expected one of 128 bits, or mailboxes"),
    );
    expect(() => mailboxes.open(16, environment)).toThrow(RangeError);
  });
});

describe('a block', () => {
  it('without 128-bit mailboxes, shared interrupts or doorbells refuses requests for them', () => {
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

  it('of any variant has its doorbells after its mailboxes and semaphores', () => {
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

  it('uses the given shared interrupt', () => {
    const bench = new HspBench({ driver: { shared: 5, detectReset: false } });
    const sent = outcome(bench.request('sm:0:tx').send(1));
    bench.run();
    expect(sent.outcomes).toEqual(['ok']);
    expect(bench.trace()).toEqual(['W IE5 0', 'R SM0.MBOX 0', 'W SM0.MBOX 80000001', 'W IE5 1', 'R IR ff', 'W IE5 0']);
  });

  it('with an impossible number of mailboxes is refused', () => {
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
  ])('is refused with a wrong option: %s', (text, option) => {
    const { registers } = new HspBench();
    expect(() => createTegraHsp(registers, { variant: 'tegra234', ...option })).toThrow(text);
  });

  it('is refused without registers', () => {
    expect(() => createTegraHsp(undefined as never, { variant: 'tegra234' })).toThrow(
      new TypeError('registers is undefined; expected an object'),
    );
    expect(() => createTegraHsp({ read32: () => 0 } as never, { variant: 'tegra234' })).toThrow(
      new TypeError('registers.write32 is undefined; expected a function'),
    );
  });
});
