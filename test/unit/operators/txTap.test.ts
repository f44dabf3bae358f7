import { EMPTY, map, of, retry } from 'rxjs';
import { inContext, Mailbox, Transmission, txCancel, txTap, txTimeout, type TxTapHooks } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { open as openChannel } from '../../support/open';
import { rejection } from '../../support/rejection';
import { timeline, type Timeline, type TimelineOptions } from '../../support/timeline';

const open = openChannel<string>;

/** Hooks that write down what they hear. */
const written = (t: Timeline, name: string): TxTapHooks => ({
  queued: (token) => t.write(`${name} queued ${token}`),
  sent: (token) => t.write(`${name} sent ${token}`),
});

/** A channel whose messages are tapped, and a way to send one that does something from inside a hook. */
function tapped(t: Timeline, options: TimelineOptions = {}) {
  const opened = t.open(options);
  const send = (message: string, hooks: TxTapHooks = {}) => {
    const { queued, sent } = hooks;
    const both: TxTapHooks = {
      queued: (token) => (t.write(`${message} queued ${token}`), queued?.(token)),
      sent: (token) => (t.write(`${message} sent ${token}`), sent?.(token)),
    };
    return opened.channel.send(message).pipe(txTap(both)).subscribe(t.sender(message));
  };
  return { ...opened, send };
}

describe('txTap', () => {
  // #region example
  it('learns the token of a message that is in flight, to acknowledge it when its answer comes', () => {
    // The application's own protocol says what has been taken.
    const controller = new ScriptedController<string, string, string>({ txDone: 'ack' });
    const channel = new Mailbox(controller).requestChannel(0);
    const pending = new Map<string, number>();
    channel.subscribe((answer) => channel.acknowledge({ token: pending.get(answer)!, ack: answer }));

    const answers: string[] = [];
    channel
      .send('status')
      .pipe(txTap({ sent: (token) => pending.set('status', token) }))
      .subscribe(({ ack }) => answers.push(ack));
    controller.link().received('status');

    expect(answers).toEqual(['status']);
  });
  // #endregion example

  describe('tells the token of a message', () => {
    it(
      'when it is accepted, and when it goes in flight; before its receipt',
      timeline((t) => {
        const { link, send } = tapped(t);
        send('A');
        send('B');
        t.at(3, () => link.txDone({ token: 1 }));
        t.at(5, () => link.txDone({ token: 2 }));
        t.expect(...['0 A queued 1', '0 sendData A', '0 A sent 1', '0 B queued 2'], ...['3 sendData B', '3 B sent 2', '3 A ok', '5 B ok']);
      }),
    );

    it(
      'also where the tx-done comes from inside sendData',
      timeline((t) => {
        const { send } = tapped(t, { onSend: (_message, token, link) => link.txDone({ token }) });
        send('A');
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 A ok');
      }),
    );

    it(
      'not while the link says busy, and once when it takes it',
      timeline((t) => {
        const { link, send } = tapped(t);
        link.refuse(1);
        send('A');
        t.at(3, () => link.ready());
        t.expect('0 A queued 1', '0 sendData A → busy', '3 sendData A', '3 A sent 1');
      }),
    );

    it(
      'again when it goes in flight again, after the link has given it back',
      timeline((t) => {
        const { link, send } = tapped(t);
        send('A');
        t.at(3, () => link.giveBack(1));
        t.at(5, () => link.ready());
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '5 sendData A', '5 A sent 1');
      }),
    );

    it(
      'a new one each time it is sent',
      timeline((t) => {
        const { channel } = t.open({ onSend: (_message, token, link) => link.txDone({ token, ...(token === 1 && { error: 'NAK' }) }) });
        channel
          .send('A')
          .pipe(txTap(written(t, 'A')), retry(1))
          .subscribe(t.sender('A'));
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 A queued 2', '0 sendData A', '0 A sent 2', '0 A ok');
      }),
    );

    it(
      'before it is prepared',
      timeline((t) => {
        const { send } = tapped(t, { channel: { txPrepare: (message) => t.write(`prepare ${message}`) } });
        send('A');
        t.expect('0 A queued 1', '0 prepare A', '0 sendData A', '0 A sent 1');
      }),
    );

    it(
      'one of the hooks is enough',
      timeline((t) => {
        const { channel } = t.open({ window: 2 });
        channel
          .send('A')
          .pipe(txTap({ queued: (token) => t.write(`queued ${token}`) }))
          .subscribe();
        channel
          .send('B')
          .pipe(txTap({ sent: (token) => t.write(`sent ${token}`) }))
          .subscribe();
        t.expect('0 queued 1', '0 sendData A', '0 sendData B', '0 sent 2');
      }),
    );

    it('hooks may be methods', () => {
      class Trace {
        readonly tokens: number[] = [];
        queued(token: number): void {
          this.tokens.push(token);
        }
        sent(token: number): void {
          this.tokens.push(-token);
        }
      }
      const trace = new Trace();
      open().channel.send('A').pipe(txTap(trace)).subscribe();
      expect(trace.tokens).toEqual([1, -1]);
    });
  });

  describe('tells nothing of a message', () => {
    it('that is not subscribed', () => {
      const tokens: number[] = [];
      open()
        .channel.send('A')
        .pipe(txTap({ queued: (token) => tokens.push(token) }));
      expect(tokens).toEqual([]);
    });

    it(
      'that is not accepted: a full queue, a closed channel, a signal that was aborted before',
      timeline((t) => {
        const { channel, send } = tapped(t, { channel: { txQueueLength: 0 } });
        send('A');
        send('B');
        channel
          .send('C')
          .pipe(txCancel(AbortSignal.abort()), txTap(written(t, 'C')))
          .subscribe(t.sender('C'));
        channel.close();
        send('D');
        t.expect(
          ...['0 A queued 1', '0 sendData A', '0 A sent 1', '0 B ENOBUFS not-sent', '0 C ECANCELED not-sent'],
          ...['0 A ESHUTDOWN unknown', '0 D ESHUTDOWN not-sent'],
        );
      }),
    );

    it(
      'that has left',
      timeline((t) => {
        const { link, send } = tapped(t);
        send('A');
        const left = send('B');
        t.at(2, () => left.unsubscribe());
        t.at(3, () => link.txDone({ token: 1 }));
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 B queued 2', '3 A ok');
      }),
    );
  });

  describe('what a hook does takes effect when it has returned', () => {
    it(
      'queued sends: that message goes after this one',
      timeline((t) => {
        const { channel, send } = tapped(t, { window: 2 });
        send('A', { queued: () => (channel.send('B').subscribe(t.sender('B')), t.write('hook returns')) });
        t.expect('0 A queued 1', '0 hook returns', '0 sendData A', '0 A sent 1', '0 sendData B');
      }),
    );

    it(
      'sent sends: that message goes after this one',
      timeline((t) => {
        const { channel, send } = tapped(t, { window: 2 });
        send('A', { sent: () => (channel.send('B').subscribe(t.sender('B')), t.write('hook returns')) });
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 hook returns', '0 sendData B');
      }),
    );

    it.each<['queued' | 'sent', string[]]>([
      ['queued', ['0 hook returns', '0 A ECANCELED not-sent']],
      ['sent', ['0 sendData A', '0 A sent 1', '0 hook returns', '0 A ECANCELED unknown']],
    ])('%s cancels its own message', (hook, lines) =>
      timeline((t) => {
        const { channel } = t.open();
        const controller = new AbortController();
        channel
          .send('A')
          .pipe(
            txCancel(controller.signal),
            txTap({
              sent: (token) => t.write(`A sent ${token}`),
              ...{
                [hook]: (token: number) => (hook === 'sent' && t.write(`A sent ${token}`), controller.abort(), t.write('hook returns')),
              },
            }),
          )
          .subscribe(t.sender('A'));
        t.expect(...lines);
      })(),
    );

    it(
      'sent acknowledges its own message',
      timeline((t) => {
        const { channel, send } = tapped(t, { txDone: 'ack' });
        send('A', { sent: (token) => (channel.acknowledge({ token, ack: 'yes' }), t.write('hook returns')) });
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 hook returns', '0 A ok yes');
      }),
    );

    it(
      'queued acknowledges: too early, nothing is in flight',
      timeline((t) => {
        const { channel, send } = tapped(t, { txDone: 'ack', events: ['lateTxDone'] });
        send('A', { queued: (token) => channel.acknowledge({ token }) });
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 lateTxDone 1');
      }),
    );

    it.each<['queued' | 'sent', string[]]>([
      ['queued', ['0 A queued 1', '0 hook returns', '0 A ESHUTDOWN not-sent']],
      ['sent', ['0 A queued 1', '0 sendData A', '0 A sent 1', '0 hook returns', '0 A ESHUTDOWN unknown']],
    ])('%s closes the channel', (hook, lines) =>
      timeline((t) => {
        const { channel, send } = tapped(t);
        send('A', { [hook]: () => (channel.close(), t.write('hook returns')) });
        t.expect(...lines);
      })(),
    );

    it(
      'queued withdraws: the message waits, so it is taken back, too',
      timeline((t) => {
        const { channel, send } = tapped(t);
        send('A');
        send('B');
        send('C', { queued: () => t.write(`withdrawn ${channel.withdraw()}`) });
        t.expect(
          ...['0 A queued 1', '0 sendData A', '0 A sent 1', '0 B queued 2', '0 C queued 3', '0 withdrawn 2'],
          ...['0 B ECANCELED not-sent', '0 C ECANCELED not-sent'],
        );
      }),
    );

    it(
      'sent withdraws: what waits, not itself',
      timeline((t) => {
        const { channel, link, send } = tapped(t);
        send('A');
        send('B', { sent: () => t.write(`withdrawn ${channel.withdraw()}`) });
        send('C');
        t.at(3, () => link.txDone({ token: 1 }));
        t.at(5, () => link.txDone({ token: 2 }));
        t.expect(
          ...['0 A queued 1', '0 sendData A', '0 A sent 1', '0 B queued 2', '0 C queued 3'],
          ...['3 sendData B', '3 B sent 2', '3 withdrawn 1', '3 A ok', '3 C ECANCELED not-sent', '5 B ok'],
        );
      }),
    );
  });

  describe('a hook fails nothing', () => {
    it.each<[string, () => unknown, string]>([
      [
        'that throws',
        () => {
          throw new Error('no trace');
        },
        'threw',
      ],
      ['that returns a promise', () => Promise.resolve(), 'returned a promise; expected nothing, since it is not awaited'],
      ['that returns a promise which rejects', () => rejection(), 'returned a promise; expected nothing, since it is not awaited'],
    ])('%s shows as broken', (_what, act, text) =>
      timeline((t) => {
        const { channel, link } = t.open();
        const broken: unknown[] = [];
        channel.events$.subscribe(({ type, token, error }) => type === 'broken' && broken.push([token, (error as Error).message]));
        channel
          .send('A')
          .pipe(txTap({ queued: act as never, sent: act as never }))
          .subscribe(t.sender('A'));
        t.at(3, () => link.txDone({ token: 1 }));
        t.expect('0 sendData A', '3 A ok');
        expect(broken).toEqual([
          [1, `hooks.queued ${text}`],
          [1, `hooks.sent ${text}`],
        ]);
      })(),
    );

    it(
      'nor another one on the same message',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(
            txTap({
              queued: () => {
                throw new Error('no trace');
              },
            }),
            txTap(written(t, 'A')),
          )
          .subscribe();
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1');
      }),
    );
  });

  describe('together with what makes room in a queue', () => {
    it(
      'latest: the newer message is queued, then the older one settles',
      timeline((t) => {
        const { channel, send } = tapped(t, { channel: { latest: (message) => message[0] } });
        channel.events$.subscribe(({ type, token }) => t.write(`event ${type} ${token}`));
        send('x0');
        send('a1');
        send('a2');
        expect(t.lines.slice(5)).toEqual(['0 a1 queued 2', '0 event queued 2', '0 a2 queued 3', '0 event queued 3', '0 event settled 2']);
        t.flush();
        expect(t.lines.slice(10)).toEqual(['0 a1 ECANCELED not-sent']);
      }),
    );

    it(
      'drop-oldest: the same',
      timeline((t) => {
        const { send } = tapped(t, { channel: { overflow: 'drop-oldest', txQueueLength: 1 } });
        for (const message of ['A', 'B', 'C']) send(message);
        t.expect('0 A queued 1', '0 sendData A', '0 A sent 1', '0 B queued 2', '0 C queued 3', '0 B ENOBUFS not-sent');
      }),
    );

    it(
      'a hook of the newer message that closes the channel: both are told',
      timeline((t) => {
        const { channel, send } = tapped(t, { channel: { latest: (message) => message[0] } });
        send('x0');
        send('a1');
        send('a2', { queued: () => channel.close() });
        t.flush();
        expect([...t.lines.slice(4)].sort()).toEqual([
          '0 a1 ECANCELED not-sent',
          '0 a2 ESHUTDOWN not-sent',
          '0 a2 queued 3',
          '0 x0 ESHUTDOWN unknown',
        ]);
      }),
    );

    it(
      'a hook of the newer message that withdraws: each is told once',
      timeline((t) => {
        const { channel, send } = tapped(t, { channel: { latest: (message) => message[0] } });
        send('x0');
        send('a1');
        send('a2', { queued: () => t.write(`withdrawn ${channel.withdraw()}`) });
        t.flush();
        expect([...t.lines.slice(4)].sort()).toEqual([
          '0 a1 ECANCELED not-sent',
          '0 a2 ECANCELED not-sent',
          '0 a2 queued 3',
          '0 withdrawn 1',
        ]);
      }),
    );
  });

  describe('on a Transmission', () => {
    it('gives a Transmission, in any order with the other operators', () => {
      const { channel } = open();
      const tap = txTap({ sent: () => undefined });
      const context = inContext(() => (run) => run());
      expect(channel.send('A').pipe(tap)).toBeInstanceOf(Transmission);
      expect(channel.send('A').pipe(tap, txTimeout({ silence: 5 }), txCancel(EMPTY), context)).toBeInstanceOf(Transmission);
      expect(channel.send('A').pipe(context, txCancel(EMPTY), txTimeout({ queued: 5 }), tap)).toBeInstanceOf(Transmission);
    });

    it(
      'leaves the source as it was',
      timeline((t) => {
        const { channel } = t.open();
        const plain$ = channel.send('A');
        plain$.pipe(txTap(written(t, 'A')));
        plain$.subscribe();
        t.expect('0 sendData A');
      }),
    );

    it(
      'the first one is told first',
      timeline((t) => {
        const { channel } = t.open();
        channel
          .send('A')
          .pipe(txTap(written(t, 'first')), txTap(written(t, 'second')))
          .subscribe();
        t.expect('0 first queued 1', '0 second queued 1', '0 sendData A', '0 first sent 1', '0 second sent 1');
      }),
    );
  });

  describe('anywhere else', () => {
    const text = "txTap needs what channel.send() returns; put it before 'retry', 'map', …";

    it('is a TypeError when it is applied', () => {
      const { channel } = open();
      const hooks: TxTapHooks = { sent: () => undefined };
      expect(() => channel.send('A').pipe(retry(1), txTap(hooks))).toThrow(new TypeError(text));
      const mapped$ = channel.send('A').pipe(map((receipt) => receipt));
      expect(() => mapped$.pipe(txTap(hooks))).toThrow(new TypeError(text));
      expect(() => of({ token: 1, ack: 'ok' }).pipe(txTap(hooks))).toThrow(new TypeError(text));
      expect(() => channel.send('A').pipe(txTap(hooks), retry(1))).not.toThrow();
    });

    it.each<[unknown, string]>([
      [undefined, 'hooks is undefined; expected an object'],
      [() => undefined, 'hooks is a function; expected an object'],
      [{}, 'hooks has no hook; expected at least one of queued, sent'],
      [{ queued: 1 }, 'hooks.queued is 1; expected a function'],
      [{ queued: () => undefined, sent: 'x' }, 'hooks.sent is "x"; expected a function'],
    ])('hooks that are none are a TypeError: %p', (hooks, message) => {
      expect(() => txTap(hooks as TxTapHooks)).toThrow(new TypeError(message));
    });
  });
});
