import { TAGGED } from './catalog';
import { internals } from './internals';
import { key } from './key';
import { World } from './World';

describe('key', () => {
  it('finds the bookkeeping that it reads', () => {
    const { completing, machine, effects, group } = internals(new World(TAGGED[0]!));
    expect([completing, machine.closed]).toEqual([false, false]);
    expect(effects).toMatchObject({ laterAttempt: undefined, heldSlots: undefined });
    expect([machine.backlog.head, machine.slots.oldest]).toEqual([undefined, undefined]);
    expect(machine.gate).toMatchObject({ reasons: 0 });
    expect(machine.handOver).toMatchObject({ refused: false });
    expect(machine.sequencer).toMatchObject({ first: undefined, deferred: undefined, events: undefined });
    expect(group.batch).toMatchObject({ active: false });
    expect(group.clocks).toMatchObject({
      turnEnd: { clock: undefined, task: { action: undefined } },
      poll: { visited: new Set(), soon: false, timer: { action: undefined } },
      own: { lists: new Map() },
    });
  });

  it('is the same whatever tokens and times there were before', () => {
    const world = new World(TAGGED[0]!);
    const keys = new Set<string>();
    for (let i = 0; i < 3; i++) {
      world.step('send a');
      world.step('tick');
      keys.add(key(world));
      world.step('done a');
      world.step('close');
      world.step('reopen');
    }
    expect(keys.size).toBe(1);
  });

  it('tells apart who is in flight, and since when', () => {
    const world = new World(TAGGED[0]!);
    const keys: string[] = [];
    for (const action of ['send a', 'tick', 'send b', 'done a', 'cancel b', 'down']) {
      world.step(action);
      keys.push(key(world));
    }
    expect(new Set(keys).size).toBe(keys.length);
  });
});
