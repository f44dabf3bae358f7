import { Ledger } from './Ledger';
import { CLASSES, nonsense } from './nonsense';

// The soak of callbacks (npm run soak -- --only nonsense) with small numbers.

it('controllers whose callbacks throw, return nonsense and promises: each message settles once, with its own outcome', async () => {
  const result = await nonsense({ messages: 150 * CLASSES.length, seed: 5 });
  expect(Object.fromEntries(result.wrong)).toEqual({});
  // It was a mix.
  expect([...result.outcomes.keys()]).toEqual(
    expect.arrayContaining([
      ...['done', 'EIO sent', 'EIO unknown', 'EIO not-sent', 'ETIME not-sent', 'ETIME unknown'],
      ...['ECANCELED not-sent', 'ECANCELED unknown', 'ENETDOWN unknown', 'ECONNRESET unknown', 'ENOBUFS not-sent'],
    ]),
  );
});

it('a quarantine that is too short is found out', async () => {
  const result = await nonsense({ messages: 200 * CLASSES.length, seed: 5, quarantine: 1 });
  expect(result.wrong.get('credited with the tx-done of another')).toBeGreaterThan(5);
});

describe('the ledger finds', () => {
  const made = (): Ledger => {
    const ledger = new Ledger();
    ledger.sends(1, 'sender');
    ledger.sends(2, 'sender');
    return ledger;
  };
  const ack = { id: 1 };

  it.each<[string, (ledger: Ledger) => void]>([
    ['lost: not told', (ledger) => ledger.reports(1, undefined, ack)],
    ['lost: not reported', (ledger) => ledger.tells(1, undefined, ack)],
    ['told twice', (ledger) => [1, 2].forEach(() => ledger.tells(1, undefined, ack))],
    ['reported twice', (ledger) => [1, 2].forEach(() => ledger.reports(1, undefined, ack))],
    ['credited with the tx-done of another', (ledger) => ledger.tells(2, undefined, ack)],
    ['done, and the device knows nothing of it', (ledger) => ledger.tells(1, undefined, { id: 1 })],
    ['handed over twice', (ledger) => ledger.arrives(1)],
    ['told after leaving', (ledger) => (ledger.leaves(1), ledger.tells(1, undefined, ack))],
  ])('%s', (what, happens) => {
    const ledger = made();
    ledger.arrives(1);
    ledger.decides(ack);
    happens(ledger);
    ledger.close();
    expect(ledger.wrong.get(what)).toBeGreaterThan(0);
  });
});
