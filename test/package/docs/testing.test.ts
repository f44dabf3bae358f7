// #region subject
import { filter, map, retry, type Observable } from 'rxjs';
import { Mailbox, txTimeout, type Channel } from 'rx-mailbox';
import { marbles, ScriptedController } from 'rx-mailbox/testing';

// What is tested: asks twice, then gives up.
function openGate(channel: Channel<string>): Observable<string> {
  return channel.send('open').pipe(
    txTimeout({ inFlight: 100 }),
    retry(1),
    map(() => 'open'),
  );
}
// #endregion subject

describe('openGate', () => {
  // #region byHand
  it('sends one message', () => {
    const controller = new ScriptedController<string, string, void>();
    const channel = new Mailbox(controller).requestChannel(0);
    const seen: string[] = [];

    openGate(channel).subscribe((state) => seen.push(state));
    expect(controller.link().sent).toMatchObject([{ message: 'open' }]);
    expect(seen).toEqual([]);

    controller.link().txDoneOldest();
    expect(seen).toEqual(['open']);
  });
  // #endregion byHand

  // #region marbles
  it(
    'tries again after 100 ms, and is not fooled by the late answer',
    marbles(({ script, expectObservable }) => {
      // d: the oldest message is taken. A late tx-done of the first message comes at 120 ms, the second is taken at 150 ms.
      const controller = new ScriptedController<string, string, void>({ script: script('120ms d 29ms d') });
      const channel = new Mailbox(controller).requestChannel(0);

      const late$ = channel.events$.pipe(filter(({ type }) => type === 'lateTxDone'));

      expectObservable(late$).toBe('120ms l', { l: { type: 'lateTxDone', at: 120, token: 1 } });
      expectObservable(openGate(channel)).toBe('150ms (a|)', { a: 'open' });
    }),
  );
  // #endregion marbles

  // #region fakeTimers
  it('gives up after two tries of 100 ms, under fake timers', async () => {
    jest.useFakeTimers();
    const channel = new Mailbox(new ScriptedController<string, string, void>()).requestChannel(0);
    const errors: unknown[] = [];

    openGate(channel).subscribe({ error: (error: unknown) => errors.push(error) });
    await jest.advanceTimersByTimeAsync(199);
    expect(errors).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(errors).toMatchObject([{ code: 'ETIME' }]);
    jest.useRealTimers();
  });
  // #endregion fakeTimers

  it(
    'gives up after the second try',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<string, string, void>();
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(openGate(channel)).toBe('200ms #', {}, expect.objectContaining({ code: 'ETIME', delivery: 'unknown' }));
    }),
  );
});

// #region turn
it('sends nothing of those who have left in one turn', async () => {
  const controller = new ScriptedController<string, string, void>();
  const channel = new Mailbox(controller).requestChannel(0);
  const sent = () => controller.link().sent.map(({ message }) => message);

  const subscriptions = ['one', 'two'].map((message) => channel.send(message).subscribe());
  channel.next('three');
  for (const subscription of subscriptions) subscription.unsubscribe();
  expect(sent()).toEqual(['one']);

  await Promise.resolve(); // the turn ends
  expect(sent()).toEqual(['one', 'three']);
});
// #endregion turn
