import { Subscription } from 'rxjs';
import { hasNoTeardowns, KNOWS_TEARDOWNS } from '../../../src/util/teardowns';
// What is true of subscriptions and of operators is true here too: slower, but the same.
import '../Transmission.ends.test';
import '../Transmission.rxjs.test';
import '../Transmission.test';

jest.mock('rxjs', () => jest.requireActual<typeof import('./renamedRxjs')>('./renamedRxjs').renamedRxjs('rxjs'));
jest.mock('rxjs/testing', () => jest.requireActual<typeof import('./renamedRxjs')>('./renamedRxjs').renamedRxjs('rxjs/testing'));

describe('with an RxJS that keeps its teardowns in fields of other names', () => {
  it('this library knows that it does not know them', () => {
    expect(Object.keys(new Subscription())).toContain('_finalizersRenamed');
    expect(KNOWS_TEARDOWNS).toBe(false);
  });

  it('it says of no subscription that it has nothing to do', () => {
    expect(hasNoTeardowns(new Subscription())).toBe(false);
  });
});
