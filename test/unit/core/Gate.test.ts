import { Gate } from '../../../src/core/Gate';

type Step = 'goUp' | 'goDown' | 'pause' | 'resume' | 'demandReset' | 'beginReset' | 'endReset';

/** What stands against a hand-over after these steps. */
function after(...steps: Step[]): string {
  const gate = new Gate();
  for (const step of steps) gate[step]();
  const said = [
    gate.up ? '' : 'down',
    gate.paused ? 'paused' : '',
    gate.resetToCome ? 'reset to come' : '',
    gate.resetting && !gate.resetToCome ? 'reset under way' : '',
  ].filter((word) => word !== '');
  expect(gate.open).toBe(said.length === 0);
  return said.join(', ') || 'open';
}

describe('Gate', () => {
  it.each<[string, Step[], string]>([
    ['is open at first', [], 'open'],
    ['is closed while the link is down', ['goDown'], 'down'],
    ['opens when the link is up again', ['goDown', 'goUp'], 'open'],
    ['is closed in a pause', ['pause'], 'paused'],
    ['opens when the pause ends', ['pause', 'resume'], 'open'],
    ['has one pause, however often it begins', ['pause', 'pause', 'resume'], 'open'],
    ['is closed while a reset is to come', ['demandReset'], 'reset to come'],
    ['is closed while a reset is under way', ['demandReset', 'beginReset'], 'reset under way'],
    ['opens when the reset ends', ['demandReset', 'beginReset', 'endReset'], 'open'],
    ['opens when a reset that was to come is not needed', ['demandReset', 'endReset'], 'open'],
    ['stays closed as long as one reason is left: the reset', ['pause', 'demandReset', 'resume'], 'reset to come'],
    ['stays closed as long as one reason is left: the pause', ['pause', 'demandReset', 'endReset'], 'paused'],
    ['stays closed as long as one reason is left: the link', ['goDown', 'pause', 'resume'], 'down'],
    ['forgets a reset that was to come when the link goes down', ['demandReset', 'goDown', 'goUp'], 'open'],
    ['forgets a reset that is under way when the link goes down', ['demandReset', 'beginReset', 'goDown', 'goUp'], 'open'],
    ['keeps a pause when the link goes down', ['pause', 'goDown', 'goUp'], 'paused'],
  ])('%s', (_title, steps, said) => {
    expect(after(...steps)).toBe(said);
  });
});
