import { NEVER } from 'rxjs';
import type { ChannelEvent, MailboxLink } from 'rx-mailbox';
import { abortMessage, peekData, prepareMessage, type OnBroken } from '../../../src/channel/callbacks';
import { thrown } from '../../support/errorOf';
import { handmade } from '../../support/handmade';
import { outcome } from '../../support/Journal';

const oops = new Error('oops');
const fail = (): never => {
  throw oops;
};

/** Where what is broken is heard of. */
function ear() {
  const heard: string[] = [];
  const onBroken: OnBroken = (error, token) =>
    heard.push(
      `${token === undefined ? '' : `${token} `}${error.name}: ${error.message}${error.cause === undefined ? '' : ` (${String(error.cause)})`}`,
    );
  return { heard, onBroken };
}

/** A link of which only one method is looked at. */
const linkWith = (methods: object): MailboxLink<never, unknown, unknown> => ({ events$: NEVER, sendData: () => 'accepted', ...methods });

/** A thenable that is rejected, and whether somebody handles that. */
function rejected() {
  const state = { handled: false };
  const thenable = { then: (_ok: unknown, failed: unknown) => void (state.handled = typeof failed === 'function') };
  return { state, thenable };
}

describe('txPrepare', () => {
  it.each([[undefined], [null], [5], ['text'], [{}], [true]])('may return %p, which nobody looks at', (answer) => {
    const { heard, onBroken } = ear();
    prepareMessage(() => answer, 'A', 1, onBroken);
    expect(heard).toEqual([]);
  });

  it('that throws fails its message with what it threw; that is its way, and nothing is broken', () => {
    const { heard, onBroken } = ear();
    expect([thrown(() => prepareMessage(fail, 'A', 1, onBroken)), heard]).toEqual([oops, []]);
  });

  it('that returns a promise fails its message, which would go out unprepared; the promise is handled', () => {
    const { heard, onBroken } = ear();
    const { state, thenable } = rejected();
    const error = thrown(() => prepareMessage(() => thenable, 'A', 7, onBroken));
    const text = 'txPrepare returned a promise; expected nothing, since it is not awaited';
    expect([error, heard, state.handled]).toEqual([new TypeError(text), [`7 TypeError: ${text}`], true]);
  });
});

describe('abort', () => {
  it.each([[undefined], [null], [5], [{}], [false]])('may return %p', (answer) => {
    const { heard, onBroken } = ear();
    abortMessage(linkWith({ abort: () => answer }), 1, onBroken);
    expect(heard).toEqual([]);
  });

  it('that is not there is not called', () => {
    const { heard, onBroken } = ear();
    abortMessage(linkWith({}), 1, onBroken);
    expect(heard).toEqual([]);
  });

  it('that throws is broken, and stops nobody', () => {
    const { heard, onBroken } = ear();
    abortMessage(linkWith({ abort: fail }), 7, onBroken);
    expect(heard).toEqual(['7 TypeError: abort threw (Error: oops)']);
  });

  it('that returns a promise is broken, and the promise is handled', () => {
    const { heard, onBroken } = ear();
    const { state, thenable } = rejected();
    abortMessage(linkWith({ abort: () => thenable }), 7, onBroken);
    expect([heard, state.handled]).toEqual([['7 TypeError: abort returned a promise; expected nothing, since it is not awaited'], true]);
  });
});

describe('peekData', () => {
  it.each([
    [true, true],
    [false, false],
  ])('that answers %p', (answer, expected) => {
    const { heard, onBroken } = ear();
    expect([peekData(linkWith({ peekData: () => answer }), onBroken), heard]).toEqual([expected, []]);
  });

  it.each<[string, unknown, string]>([
    ['a number', 3, '3'],
    ['a text', '', '""'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a promise', Promise.resolve(true), 'a promise'],
  ])('that answers with %s is broken, and counts as false', (_what, answer, shown) => {
    const { heard, onBroken } = ear();
    const text = `TypeError: peekData returned ${shown}; expected true or false`;
    expect([peekData(linkWith({ peekData: () => answer }), onBroken), heard]).toEqual([false, [text]]);
  });
});

describe('a channel shows what is broken as an event', () => {
  /** What is shown while something is done with a channel, and what became of its one message. */
  function shown(options: Parameters<typeof handmade>[0], act: (at: ReturnType<typeof handmade>) => void) {
    const at = handmade(options);
    const events: string[] = [];
    at.channel.events$.subscribe(({ type, token, error }: ChannelEvent) => {
      if (type === 'broken') events.push(`${token ?? '-'} ${(error as Error).message}`);
    });
    act(at);
    return events;
  }

  it('of txPrepare, whose message fails as not sent', () => {
    const codes: string[] = [];
    // The types refuse this. JavaScript does not.
    const txPrepare = (() => Promise.resolve()) as unknown as () => void;
    const events = shown({ options: { txPrepare } }, ({ channel, sent }) => {
      channel.send('A').subscribe({ error: (error: unknown) => codes.push(outcome(error)) });
      expect(sent).toEqual([]);
    });
    expect([events, codes]).toEqual([['1 txPrepare returned a promise; expected nothing, since it is not awaited'], ['EIO not-sent']]);
  });

  it('of abort, after the leave that called it', () => {
    const lines: string[] = [];
    const { channel } = handmade({ link: { abort: fail } });
    channel.events$.subscribe(({ type }) => lines.push(type));
    channel.send('A').subscribe().unsubscribe();
    expect(lines).toEqual(['queued', 'sent', 'left', 'settled', 'broken']);
  });

  it('of peekData', () => {
    const events = shown({ link: { peekData: () => 1 as never } }, ({ channel }) => expect(channel.peekData()).toBe(false));
    expect(events).toEqual(['- peekData returned 1; expected true or false']);
  });

  it('of a misspelt event', () => {
    const events = shown({}, ({ events: link }) => link.next({ type: 'txdone' } as never));
    expect(events).toEqual([
      `- events$ emitted an event of type "txdone"; expected an event of type 'txDone', 'received', 'ready', 'refused', 'progress', 'down', 'up'`,
    ]);
  });

  it('and nobody where nobody listens', () => {
    const { channel, outcomeOf } = handmade({ link: { abort: fail } });
    channel.send('A').subscribe().unsubscribe();
    expect(outcomeOf('B', 2)).toEqual([]);
  });
});
