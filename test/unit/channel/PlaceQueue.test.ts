import { PlaceQueue } from '../../../src/channel/PlaceQueue';

/** A queue, as many places as said, and those who wait for one. */
function set(places: number) {
  const state = { places };
  const queue = new PlaceQueue();
  const lines: string[] = [];
  /** Takes as many places as it wants, then leaves. */
  const waiter = (name: string, wants = 1): (() => void) => {
    let left = wants;
    const callback = (): void => {
      while (left > 0 && state.places > 0) {
        state.places--;
        left--;
        lines.push(name);
      }
      if (left === 0) queue.leave(callback);
    };
    queue.wait(callback);
    return callback;
  };
  return { queue, lines, waiter, state, serve: () => queue.serve(() => state.places > 0) };
}

describe('PlaceQueue', () => {
  it('serves first who came first', () => {
    const { lines, waiter, serve } = set(2);
    for (const name of ['a', 'b', 'c']) waiter(name);
    serve();
    expect(lines).toEqual(['a', 'b']);
  });

  it('calls nobody where there is no place', () => {
    const { lines, waiter, serve } = set(0);
    waiter('a');
    serve();
    expect(lines).toEqual([]);
  });

  it('whoever wants more than there are places keeps its turn', () => {
    const { lines, waiter, serve, state } = set(1);
    waiter('a', 2);
    waiter('b');
    serve();
    state.places = 2;
    serve();
    expect(lines).toEqual(['a', 'a', 'b']);
  });

  it('whoever has what it wanted is called no more', () => {
    const { lines, waiter, serve } = set(5);
    waiter('a');
    serve();
    serve();
    expect(lines).toEqual(['a']);
  });

  it('whoever waits twice has one turn', () => {
    const { queue, lines, waiter, serve } = set(5);
    queue.wait(waiter('a'));
    serve();
    expect(lines).toEqual(['a']);
  });

  it('whoever leaves is not called, also when it leaves from inside the turn of another one', () => {
    const { queue, lines, waiter, serve } = set(5);
    const callback = (): void => {
      lines.push('first');
      queue.leave(callback);
      queue.leave(second);
    };
    queue.wait(callback);
    const second = waiter('second');
    waiter('third');
    serve();
    expect(lines).toEqual(['first', 'third']);
  });

  it('whoever begins to wait meanwhile is served, too, after the others', () => {
    const { queue, lines, waiter, serve } = set(5);
    const callback = (): void => {
      lines.push('first');
      queue.leave(callback);
      waiter('late');
    };
    queue.wait(callback);
    waiter('second');
    serve();
    expect(lines).toEqual(['first', 'second', 'late']);
  });
});
