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

      expectObservable(late$).toBe('120ms l', { l: { type: 'lateTxDone', token: 1 } });
      expectObservable(openGate(channel)).toBe('150ms (a|)', { a: 'open' });
    }),
  );
  // #endregion marbles

  it(
    'gives up after the second try',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<string, string, void>();
      const channel = new Mailbox(controller).requestChannel(0);
      expectObservable(openGate(channel)).toBe('200ms #', {}, expect.objectContaining({ code: 'ETIME', delivery: 'unknown' }));
    }),
  );
});
