import { memoryRegisters } from 'rx-mailbox/registers';
import { tracedRegisters, type RegisterAccess } from 'rx-mailbox/testing';
import { NEVER, of } from 'rxjs';

// #region example
// A driver that starts a device: reads its status, and enables it.
function start(registers: { read32(offset: number): number; write32(offset: number, value: number): void }): void {
  if (registers.read32(0x4) === 0) registers.write32(0x0, 1);
}

function accesses(): RegisterAccess[] {
  const log: RegisterAccess[] = [];
  start(tracedRegisters(memoryRegisters(new Int32Array(2)), log));
  return log;
}
// #endregion example

describe('tracedRegisters', () => {
  it('logs accesses in order', () => {
    expect(accesses()).toEqual([
      { access: 'read', offset: 4, value: 0 },
      { access: 'write', offset: 0, value: 1 },
    ]);
  });

  it('logs a write before it takes effect, and does not log a read that failed', () => {
    const log: RegisterAccess[] = [];
    const seen: number[] = [];
    const registers = tracedRegisters(
      {
        read32: () => {
          throw new Error('bus error');
        },
        write32: () => seen.push(log.length),
        interrupt$: () => NEVER,
      },
      log,
    );
    expect(() => registers.read32(8)).toThrow('bus error');
    registers.write32(8, 7);
    expect([log, seen]).toEqual([[{ access: 'write', offset: 8, value: 7 }], [1]]);
  });

  it('has the interrupt lines of the given registers', () => {
    const asked: unknown[] = [];
    const registers = tracedRegisters(
      { read32: () => 0, write32: () => undefined, interrupt$: (line) => (asked.push(line), of(line)) },
      [],
    );
    const emitted: unknown[] = [];
    registers.interrupt$(3).subscribe((value) => emitted.push(value));
    registers.interrupt$().subscribe();
    expect([asked, emitted]).toEqual([[3, undefined], [3]]);
  });
});
