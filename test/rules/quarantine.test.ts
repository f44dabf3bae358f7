import { VirtualTimeScheduler, of } from 'rxjs';
import { Mailbox, txTimeout, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { timeline } from '../support/timeline';
import { turnEnd } from '../support/turn';

describe('quarantine (semantics 5.3)', () => {
  it.each<['tagged' | 'ordered' | 'untagged', string[]]>([
    ['tagged', ['3 sendData B', '3 A ETIME unknown']],
    ['ordered', ['3 A ETIME unknown']],
    ['untagged', ['3 A ETIME unknown']],
  ])('is 0 by default for tagged, Infinity for the others: %s', (correlation, lines) =>
    timeline((t) => {
      const { channel } = t.open({ correlation });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', ...lines);
    })(),
  );

  it(
    'is that of the channel, if it has one, and else of the controller',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', quarantine: 50, channel: { quarantine: 5 } });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 A ETIME unknown', '8 sendData B');
    }),
  );

  it(
    'is that of the channel also if that is 0',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', quarantine: 50, channel: { quarantine: 0 } });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.next('B');
      t.expect('0 sendData A', '3 sendData B', '3 A ETIME unknown');
    }),
  );

  it(
    'is counted from the moment the sender leaves, for each slot on its own',
    timeline((t) => {
      const { channel } = t.open({ correlation: 'ordered', window: 2, quarantine: 10 });
      channel.send('A').pipe(txTimeout(3)).subscribe(t.sender('A'));
      channel.send('B').pipe(txTimeout(7)).subscribe(t.sender('B'));
      channel.next('C');
      channel.next('D');
      t.expect('0 sendData A', '0 sendData B', '3 A ETIME unknown', '7 B ETIME unknown', '13 sendData C', '17 sendData D');
    }),
  );

  it.each([[0], [0.5], [1], [2 ** 31 - 1], [Infinity]])('may be %p', (quarantine) => {
    const mailbox = new Mailbox(new ScriptedController({ quarantine }));
    expect(() => mailbox.requestChannel(0, { quarantine })).not.toThrow();
  });

  it.each<[unknown, new (message: string) => Error]>([
    [-1, RangeError],
    [2 ** 31, RangeError],
    [NaN, RangeError],
    [-Infinity, RangeError],
    ['5', TypeError],
    [null, TypeError],
  ])('may not be %p', (quarantine, error) => {
    const wrong = { quarantine } as ChannelOptions<string>;
    expect(() => new Mailbox(new ScriptedController(wrong as { quarantine: number }))).toThrow(error);
    const mailbox = new Mailbox(new ScriptedController());
    expect(() => mailbox.requestChannel(0, wrong)).toThrow(error);
    expect(() => mailbox.requestChannel(0, wrong)).toThrow(/quarantine is .*expected .*2147483647.*Infinity/);
  });

  it.each<[string, (link: ReturnType<ScriptedController['link']>) => void]>([
    ['its own tx-done', (link) => link.txDone()],
    ['link down', (link) => link.down()],
  ])('leaves no timer behind when %s has freed the slot', (_what, free) => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController({ correlation: 'ordered', quarantine: 1000 });
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    expect(pending(scheduler)).toBe(1);
    free(controller.link());
    expect(pending(scheduler)).toBe(0);
  });

  it('leaves no timer behind when reset() has freed the slot', async () => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController({ correlation: 'ordered', quarantine: 1000, reset: () => of('quiet') });
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    await turnEnd();
    expect(controller.link().resets).toBe(1);
    expect(pending(scheduler)).toBe(0);
  });

  it('leaves no timer behind when the channel closes', () => {
    const scheduler = new VirtualTimeScheduler();
    const channel = new Mailbox(new ScriptedController({ quarantine: 1000 }), { scheduler }).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    channel.close();
    expect(pending(scheduler)).toBe(0);
  });

  it('of Infinity needs no timer', () => {
    const scheduler = new VirtualTimeScheduler();
    const channel = new Mailbox(new ScriptedController({ quarantine: Infinity }), { scheduler }).requestChannel(0);
    channel.send('A').subscribe().unsubscribe();
    expect(pending(scheduler)).toBe(0);
  });
});

function pending(scheduler: VirtualTimeScheduler): number {
  return scheduler.actions.filter(({ closed }) => !closed).length;
}
