import { AsyncLocalStorage } from 'node:async_hooks';
import { inContext, txTap, txTimeout } from 'rx-mailbox';
import { open } from '../support/open';
import { advance, virtual } from '../support/virtual';

// Bugs in which somebody is told something in the context of somebody else: its trace, its tenant, its zone. They have no public report that names
// the cause: one sees a wrong tenant in a log, or a view that is not updated.

const tenant = new AsyncLocalStorage<string>();
const inOwn = () => inContext(() => AsyncLocalStorage.snapshot());
const here = (): string => tenant.getStore() ?? 'nobody';

describe('AsyncLocalStorage: who is told in the context of whom', () => {
  it('the limit of B runs out by the timer that A has started: B is told in its own context', () => {
    const { scheduler, channel } = virtual({ window: 2 });
    const told: string[] = [];
    const send = (name: string): void =>
      tenant.run(name, () => {
        channel
          .send(name)
          .pipe(txTimeout(100), inOwn())
          .subscribe({ error: () => told.push(`${name} in the context of ${here()}`) });
      });
    send('A');
    send('B');
    tenant.run('A', () => advance(scheduler, 100));
    expect(told).toEqual(['A in the context of A', 'B in the context of B']);
  });

  it('B is handed over by the tx-done of A: what B is told then is told in its own context', () => {
    const { channel, link } = open<string>();
    const told: string[] = [];
    const send = (name: string): void =>
      tenant.run(name, () => {
        channel
          .send(name)
          .pipe(inOwn())
          .subscribe(() => told.push(`${name} in the context of ${here()}`));
      });
    send('A');
    send('B');
    tenant.run('A', () => link.txDone({ token: 1 }));
    tenant.run('A', () => link.txDone({ token: 2 }));
    expect(told).toEqual(['A in the context of A', 'B in the context of B']);
  });

  it('the same with promises, which keep the context of who awaits them', async () => {
    const { channel, link } = open<string>();
    const told = tenant.run('B', async () => {
      await channel.sendAsync('B');
      return here();
    });
    tenant.run('A', () => link.txDone({ token: 1 }));
    await expect(told).resolves.toBe('B');
  });

  it('the same for everything else that a channel and a mailbox tell', () => {
    const { channel, mailbox, link } = open<string>();
    const told: string[] = [];
    const tell = (what: string) => () => void told.push(`${what} in the context of ${here()}`);
    tenant.run('B', () => {
      channel.pipe(inOwn()).subscribe(tell('a message'));
      channel.txDone$.pipe(inOwn()).subscribe(tell('a report'));
      channel
        .whenIdle()
        .pipe(inOwn())
        .subscribe({ complete: tell('idle') });
      channel.next('x');
      channel
        .whenIdle()
        .pipe(inOwn())
        .subscribe({ complete: tell('idle') });
      channel.up$.pipe(inOwn()).subscribe(tell('up'));
    });
    tenant.run('A', () => {
      link.received('hello');
      link.down();
    });
    tenant.run('B', () =>
      mailbox
        .closeWhenIdle(100)
        .pipe(inOwn())
        .subscribe({ complete: tell('closed') }),
    );
    expect(new Set(told.map((line) => line.replace(/^.* in/, 'in')))).toEqual(new Set(['in the context of B']));
    expect(told.map((line) => line.replace(/ in .*$/, ''))).toEqual(['idle', 'up', 'a message', 'up', 'a report', 'idle', 'closed']);
  });

  it('A closes the channel: B is told in its own context', () => {
    const { channel } = open<string>({ window: 2 });
    const told: string[] = [];
    for (const name of ['A', 'B'])
      tenant.run(name, () => {
        channel
          .send(name)
          .pipe(inOwn())
          .subscribe({ error: () => told.push(`${name} in the context of ${here()}`) });
      });
    tenant.run('A', () => channel.close());
    expect(told).toEqual(['A in the context of A', 'B in the context of B']);
  });
});

describe('the token of a message that is pending', () => {
  it('on a tagged link an application acknowledges in any order, and knows the token before the receipt', () => {
    const { channel } = open<string>({ txDone: 'ack', window: 3 });
    const tokens = new Map<string, number>();
    const told: string[] = [];
    for (const name of ['A', 'B', 'C'])
      channel
        .send(name)
        .pipe(txTap({ sent: (token) => tokens.set(name, token) }))
        .subscribe(({ ack }) => told.push(`${name} ${ack}`));
    for (const name of ['B', 'C', 'A']) channel.acknowledge({ token: tokens.get(name)!, ack: `answer to ${name}` });
    expect(told).toEqual(['B answer to B', 'C answer to C', 'A answer to A']);
  });

  it('the same for what is traced: the events of a message are found by it while it is under way', () => {
    const { channel, link } = open<string>();
    const events: string[] = [];
    let token = 0;
    channel.events$.subscribe((event) => event.token === token && events.push(event.type));
    channel
      .send('A')
      .pipe(txTap({ queued: (own) => (token = own) }))
      .subscribe();
    channel.next('B');
    link.progress(1);
    link.txDone({ token: 1 });
    expect(events).toEqual(['queued', 'sent', 'progress', 'settled']);
  });
});
