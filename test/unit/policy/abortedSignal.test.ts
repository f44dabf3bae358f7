import { txCancel } from 'rx-mailbox';
import { Journal } from '../../support/Journal';
import { virtual } from '../../support/virtual';

it('a message whose signal is aborted is not handed over, although nobody has told it yet (semantics 6.4)', () => {
  const { channel, link } = virtual();
  const journal = new Journal();
  const aborting = new AbortController();
  // Heard before the message hears of it.
  aborting.signal.addEventListener('abort', () => link.txDone({ token: 1 }));
  channel.next('A');
  channel.send('B').pipe(txCancel(aborting.signal)).subscribe(journal.sender('B'));
  aborting.abort();
  expect([link.sent.map(({ message }) => message), journal.lines]).toEqual([['A'], ['B ECANCELED not-sent']]);
});
