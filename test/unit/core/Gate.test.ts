import { DOWN, Gate, PAUSED, RESET_TO_COME, RESET_UNDER_WAY, RESETTING } from '../../../src/core/Gate';

describe('Gate', () => {
  it('is open at first', () => {
    const gate = new Gate();
    expect([gate.open, gate.has(DOWN | PAUSED | RESETTING)]).toEqual([true, false]);
  });

  it.each([DOWN, PAUSED, RESET_TO_COME, RESET_UNDER_WAY])('each reason (%i) shuts it until it is cleared', (reason) => {
    const gate = new Gate();
    gate.shut(reason);
    expect([gate.open, gate.has(reason)]).toEqual([false, true]);
    gate.clear(reason);
    expect([gate.open, gate.has(reason)]).toEqual([true, false]);
  });

  it('a reason counts once, however often it is given', () => {
    const gate = new Gate();
    gate.shut(PAUSED);
    gate.shut(PAUSED);
    gate.clear(PAUSED);
    expect(gate.open).toBe(true);
  });

  it('stays shut as long as one reason is left', () => {
    const gate = new Gate();
    gate.shut(PAUSED);
    gate.shut(RESET_TO_COME);
    gate.clear(PAUSED);
    expect([gate.open, gate.has(PAUSED), gate.has(RESETTING)]).toEqual([false, false, true]);
    gate.clear(RESETTING);
    expect(gate.open).toBe(true);
  });
});
