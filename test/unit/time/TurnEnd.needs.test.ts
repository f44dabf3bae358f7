import { TurnEnd, type TurnMember } from '../../../src/time/TurnEnd';
import { StepScheduler } from '../../support/StepScheduler';

function set() {
  const clock = new StepScheduler();
  const turnEnd = new TurnEnd(clock, (transitions) => transitions());
  const ended: string[] = [];
  const member = (name: string): TurnMember => ({ joined: false, needsEnd: false, turnEnded: () => ended.push(`${clock.now()} ${name}`) });
  return { clock, turnEnd, ended, member };
}

describe('the task that ends a turn', () => {
  it('comes after 0 ms where somebody needs it', () => {
    const { clock, turnEnd, ended, member } = set();
    const a = member('a');
    turnEnd.join(a);
    turnEnd.need(a, true);
    clock.advanceTo(3);
    expect(ended).toEqual(['0 a']);
  });

  it('is given back when nobody needs it any more', () => {
    const { clock, turnEnd, member } = set();
    const a = member('a');
    turnEnd.join(a);
    turnEnd.need(a, true);
    turnEnd.need(a, false);
    expect(clock.timers).toBe(0);
  });

  it('is given back, too, after a turn that another task has ended', () => {
    const { clock, turnEnd, member } = set();
    const [a, b] = [member('a'), member('b')];
    turnEnd.join(a);
    turnEnd.need(a, true);
    clock.advanceTo(1);
    turnEnd.join(b);
    turnEnd.need(b, true);
    turnEnd.need(b, false);
    expect(clock.timers).toBe(0);
  });
});
