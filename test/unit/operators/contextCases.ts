import { map, retry, type Observable } from 'rxjs';
import { inContext, Transmission, txCancel, txTap, txTimeout, type RunInContext, type TxReceipt } from 'rx-mailbox';
import type { ScriptedLink } from 'rx-mailbox/testing';
import { advance, virtual } from '../../support/virtual';

/** A kind of context: how to enter one by its name, which one is current, and how to capture it. */
export interface Contexts {
  enter(name: string, act: () => void): void;
  current(): string;
  capture(): RunInContext;
}

type Sent = Observable<TxReceipt<string>>;

const signal = (): AbortSignal => new AbortController().signal;

/** Where `inContext` may stand, on what `channel.send()` returns. */
const places: [string, (sending: Transmission<string>, capture: () => RunInContext) => Sent][] = [
  ['alone', (sending, capture) => sending.pipe(inContext(capture))],
  ['before txTimeout', (sending, capture) => sending.pipe(inContext(capture), txTimeout(5))],
  ['after txTimeout', (sending, capture) => sending.pipe(txTimeout(5), inContext(capture))],
  ['before txCancel', (sending, capture) => sending.pipe(inContext(capture), txCancel(signal()))],
  ['after txCancel', (sending, capture) => sending.pipe(txCancel(signal()), inContext(capture))],
  ['before txTap', (sending, capture) => sending.pipe(inContext(capture), txTap({ sent: () => undefined }))],
  ['after txTap', (sending, capture) => sending.pipe(txTap({ sent: () => undefined }), inContext(capture))],
  ['among several', (sending, capture) => sending.pipe(txTimeout({ queued: 9 }), inContext(capture), txTap({ queued: () => undefined }))],
  ['twice', (sending, capture) => sending.pipe(inContext(capture), txTimeout(5), inContext(capture))],
  [
    'before map',
    (sending, capture) =>
      sending.pipe(
        inContext(capture),
        map((receipt) => receipt),
      ),
  ],
  [
    'after map',
    (sending, capture) =>
      sending.pipe(
        map((receipt) => receipt),
        inContext(capture),
      ),
  ],
  ['before retry', (sending, capture) => sending.pipe(inContext(capture), retry(0))],
  ['after retry', (sending, capture) => sending.pipe(retry(0), inContext(capture))],
  [
    'after map and txTimeout',
    (sending, capture) =>
      sending.pipe(
        map((receipt) => receipt),
        txTimeout(5),
        inContext(capture),
      ),
  ],
];

/** What brings an outcome, in a context of its own. */
const outcomes: [string, (link: ScriptedLink<string, string, string>) => void, string[]][] = [
  ['a tx-done', (link) => link.txDone({ token: 1, ack: 'yes' }), ['next', 'complete']],
  ['a tx-done with an error', (link) => link.txDone({ token: 1, error: 'NAK' }), ['error']],
  ['the link that goes down', (link) => link.down(), ['error']],
  ['the end of the link', (link) => link.end(), ['error']],
];

/** Outcomes are told in the sender's context, of whatever kind it is. */
export function contextCases({ enter, current, capture }: Contexts): void {
  /** Sends in the context `sender`; writes down where the sender is notified. */
  function sending(place: (sending: Transmission<string>, capture: () => RunInContext) => Sent) {
    const opened = virtual();
    const told: string[] = [];
    const notified = (what: string) => () => void told.push(`${what} in ${current()}`);
    const sender = { next: notified('next'), error: notified('error'), complete: notified('complete') };
    enter('sender', () => place(opened.channel.send('A'), capture).subscribe(sender));
    return { ...opened, told };
  }

  it('without inContext a sender is notified in the context of whoever brings the outcome', () => {
    const { link, told } = sending((transmission) => transmission);
    enter('link', () => link.txDone({ token: 1 }));
    expect(told).toEqual(['next in link', 'complete in link']);
  });

  describe.each(places)('%s', (_place, place) => {
    it.each(outcomes)('%s', (_outcome, act, kinds) => {
      const { link, told } = sending(place);
      enter('link', () => act(link));
      expect(told).toEqual(kinds.map((kind) => `${kind} in sender`));
    });

    it('the channel that closes', () => {
      const { channel, told } = sending(place);
      enter('another', () => channel.close());
      expect(told).toEqual(['error in sender']);
    });
  });

  it.each(places.filter(([name]) => name.includes('after txTimeout') || name.includes('before txTimeout') || name === 'twice'))(
    'a limit that runs out, %s',
    (_place, place) => {
      const { scheduler, told } = sending(place);
      enter('timer', () => advance(scheduler, 5));
      expect(told).toEqual(['error in sender']);
    },
  );

  it('limits of one length that run out together: each in its own context', () => {
    const { scheduler, channel } = virtual({ window: 3 });
    const told: string[] = [];
    for (const name of ['A', 'B', 'C']) {
      enter(`request ${name}`, () =>
        channel
          .send(name)
          .pipe(txTimeout(5), inContext(capture))
          .subscribe({ error: () => told.push(`${name} in ${current()}`) }),
      );
    }
    enter('timer', () => advance(scheduler, 5));
    expect(told).toEqual(['A in request A', 'B in request B', 'C in request C']);
  });

  it('a signal that is aborted elsewhere', () => {
    const controller = new AbortController();
    const { told } = sending((transmission, captures) => transmission.pipe(txCancel(controller.signal), inContext(captures)));
    enter('another', () => controller.abort());
    expect(told).toEqual(['error in sender']);
  });

  it.each<[string, (transmission: Transmission<string>) => Sent]>([
    ['before retry', (transmission) => transmission.pipe(inContext(capture), retry(1))],
    ['after retry', (transmission) => transmission.pipe(retry(1), inContext(capture))],
  ])('%s: the outcome of the second attempt, too', (_place, place) => {
    const { link, told } = sending(place);
    enter('link', () => link.txDone({ token: 1, error: 'NAK' }));
    enter('link', () => link.txDone({ token: 2 }));
    expect(told).toEqual(['next in sender', 'complete in sender']);
  });

  it('what stands behind it runs there, what stands before it does not', () => {
    const seen: string[] = [];
    const look = (what: string) => map((receipt: TxReceipt<string>) => (seen.push(`${what} in ${current()}`), receipt));
    const { link } = sending((transmission, captures) => transmission.pipe(look('before'), inContext(captures), look('behind')));
    enter('link', () => link.txDone({ token: 1 }));
    expect(seen).toEqual(['before in link', 'behind in sender']);
  });

  it('what a sender does from inside is done there: the next message of a chain has its context', () => {
    const { channel, link } = virtual();
    const told: string[] = [];
    const send = (message: string, then: () => void): void =>
      void channel
        .send(message)
        .pipe(inContext(capture))
        .subscribe({ complete: () => (told.push(`${message} in ${current()}`), then()) });
    enter('sender', () => send('A', () => send('B', () => undefined)));
    enter('link', () => link.txDone({ token: 1 }));
    enter('link', () => link.txDone({ token: 2 }));
    expect(told).toEqual(['A in sender', 'B in sender']);
  });

  it('the context ends with the notification', () => {
    const { link, told } = sending((transmission, captures) => transmission.pipe(inContext(captures)));
    enter('link', () => {
      link.txDone({ token: 1 });
      told.push(`then in ${current()}`);
    });
    expect(told).toEqual(['next in sender', 'complete in sender', 'then in link']);
  });
}
