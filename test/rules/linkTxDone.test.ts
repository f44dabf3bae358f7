import { asyncScheduler, of, toArray, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { Mailbox, scheduleTx, type LinkEnvironment, type TxDoneMethod } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { thrown } from '../support/errorOf';
import { timeline, type Timeline } from '../support/timeline';
import { virtual } from '../support/virtual';

const METHODS: TxDoneMethod[] = ['irq', 'poll', 'ack'];

/** A controller with one channel for each method, in this order, and a sender on each. */
function mixed(t: Timeline, txDone: TxDoneMethod = 'irq') {
  const controller = new ScriptedController<string, string, string>({
    channelCount: 3,
    txDone,
    txPollPeriod: 10,
    linkTxDone: (index) => METHODS[index]!,
  });
  const mailbox = new Mailbox(controller);
  const channels = METHODS.map((method, index) => {
    const channel = mailbox.requestChannel(index);
    channel.events$.subscribe(({ type, token }) => type === 'unknownTxDone' && t.write(`${method} unknownTxDone ${token}`));
    channel.send(method).subscribe(t.sender(method));
    return channel;
  });
  return { controller, mailbox, channels, links: METHODS.map((_, index) => controller.link(index)) };
}

describe('a link says how its own channel learns of a tx-done (semantics 8)', () => {
  it.each(METHODS)("each channel by its own method, whatever the controller says: '%s'", (txDone) =>
    timeline((t) => {
      const { channels, links } = mixed(t, txDone);
      t.at(3, () => links[0]!.txDone({ token: 1, ack: 'reported' }));
      t.at(5, () => links[1]!.setLastTxDone(2, { ack: 'asked' }));
      t.at(7, () => channels[2]!.acknowledge({ token: 3, ack: 'told' }));
      t.expect('3 irq ok reported', '7 ack ok told', '10 poll ok asked');
    })(),
  );

  it(
    'a tx-done by another method settles nothing',
    timeline((t) => {
      const { links } = mixed(t);
      t.at(3, () => links.forEach((link, i) => i > 0 && link.txDone({ token: i + 1 })));
      t.at(5, () => links[1]!.setLastTxDone(2, true));
      t.expect('3 poll unknownTxDone 2', '3 ack unknownTxDone 3', '10 poll ok');
    }),
  );

  it(
    'acknowledge() is for the channel whose method it is',
    timeline((t) => {
      const { channels, mailbox } = mixed(t, 'ack');
      for (const channel of channels.slice(0, 2)) expect(thrown(() => channel.acknowledge())).toMatchObject({ code: 'ENOTSUP' });
      channels[2]!.acknowledge({ token: 3 });
      mailbox.close();
      t.expect('0 ack ok', '0 irq ESHUTDOWN unknown', '0 poll ESHUTDOWN unknown');
    }),
  );

  it(
    'only the channels that are polled for are asked, by the one timer of the mailbox',
    timeline((t) => {
      const { links } = mixed(t);
      t.at(15, () => links[1]!.setLastTxDone(2, true));
      t.expect('20 poll ok');
      expect(links.map(({ polled }) => polled.map(({ at }) => at))).toEqual([[], [0, 10, 20], []]);
    }),
  );

  it(
    'without a period a polled channel is asked every millisecond, and a refused head of the others waits for its link to speak',
    timeline((t) => {
      const controller = new ScriptedController<string, string, string>({ channelCount: 2, linkTxDone: (index) => METHODS[index]! });
      const mailbox = new Mailbox(controller);
      const [reported, asked] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
      controller.link(0).refuse(1);
      reported.send('A').subscribe(t.sender('A'));
      asked.send('B').subscribe(t.sender('B'));
      t.at(2.5, () => controller.link(1).setLastTxDone(2, true));
      t.expect('3 B ok');
      expect(controller.link(1).polled.map(({ at }) => at)).toEqual([0, 1, 2, 3]);
      expect(controller.link(0).sent).toEqual([]);
    }),
  );

  it(
    'knowsTxDone makes an ack channel of one that is polled for, and of no other',
    timeline((t) => {
      const controller = new ScriptedController<string, string, string>({ channelCount: 2, linkTxDone: (index) => METHODS[index]! });
      const mailbox = new Mailbox(controller);
      const [reported, asked] = [0, 1].map((index) => mailbox.requestChannel(index, { knowsTxDone: true }));
      asked!.send('A').subscribe(t.sender('A'));
      reported!.send('B').subscribe(t.sender('B'));
      t.at(3, () => asked!.acknowledge({ token: 1 }));
      t.at(5, () => controller.link(0).txDone({ token: 2 }));
      t.expect('3 A ok', '5 B ok');
      expect(controller.link(1).polled).toEqual([]);
      expect(thrown(() => reported!.acknowledge())).toMatchObject({ code: 'ENOTSUP' });
    }),
  );

  it('it is read once, when the channel is opened', () => {
    let reads = 0;
    const controller = new ScriptedController<string, string, string>();
    const open = controller.open.bind(controller);
    controller.open = (index) =>
      Object.defineProperty(open(index), 'txDone', { get: () => (reads++ === 0 ? 'ack' : 'irq'), configurable: true });
    const channel = new Mailbox(controller).requestChannel(0);
    const outcomes: string[] = [];
    channel.send('A').subscribe({ complete: () => outcomes.push('A ok') });
    channel.acknowledge({ token: 1 });
    expect(outcomes).toEqual(['A ok']);
  });
});

describe('what a link says of its method is checked (semantics 11.2)', () => {
  it.each([
    ['guess', '"guess"'],
    [null, 'null'],
    [0, '0'],
    [() => 'irq', 'a function'],
  ])('anything else is a TypeError, and the channel stays free: %p', (wrong, shown) => {
    let txDone: unknown = wrong;
    const controller = new ScriptedController({ linkTxDone: () => txDone as TxDoneMethod });
    const mailbox = new Mailbox(controller);
    const text = `link.txDone is ${shown}; expected 'irq', 'poll', 'ack'`;
    expect(() => mailbox.requestChannel(0)).toThrow(new TypeError(text));
    expect(controller.link().started).toBe(0);
    txDone = 'irq';
    expect(mailbox.requestChannel(0).up).toBe(true);
  });

  it('one that is polled for has to have lastTxDone', () => {
    const controller = new ScriptedController({ linkTxDone: () => 'poll' });
    const open = controller.open.bind(controller);
    controller.open = (index) => Object.assign(open(index), { lastTxDone: undefined });
    const text = "link.lastTxDone, which 'poll' requires, is undefined; expected a function";
    expect(() => new Mailbox(controller).requestChannel(0)).toThrow(new TypeError(text));
  });

  it('and one on a polled controller that is not polled for need not', () => {
    const controller = new ScriptedController({ txDone: 'poll', linkTxDone: () => 'irq' });
    expect(new Mailbox(controller).requestChannel(0).up).toBe(true);
    expect(controller.link().lastTxDone).toBeUndefined();
  });

  it('scheduleTx refuses a link that wants to be acknowledged: there is nothing to acknowledge with', () => {
    const link = new ScriptedController({ linkTxDone: () => 'ack' }).open(0);
    expect(() => scheduleTx(link)).toThrow(new TypeError("link.txDone is 'ack'; expected 'irq' or 'poll'"));
  });

  it(
    'scheduleTx goes by what the link says, too',
    timeline((t) => {
      const controller = new ScriptedController<string, string, string>({ linkTxDone: () => 'poll' });
      const link = controller.open(0);
      of({ message: 'A' })
        .pipe(scheduleTx(link, { txPollPeriod: 10 }), toArray())
        .subscribe((reports) => t.write(reports.map(({ message, ack }) => `${message} ${ack}`).join()));
      t.at(5, () => controller.link().setLastTxDone(1, { ack: 'asked' }));
      t.expect('10 A asked');
    }),
  );
});

describe('a link takes its time from its mailbox (semantics 13.1)', () => {
  /** The environments that a controller was given. */
  function opening(scheduler?: SchedulerLike): LinkEnvironment[] {
    const given: LinkEnvironment[] = [];
    const controller = new ScriptedController({ channelCount: 2 });
    const open = controller.open.bind(controller);
    const mailbox = new Mailbox(
      Object.assign(controller, { open: (index: number, environment: LinkEnvironment) => (given.push(environment), open(index)) }),
      {
        ...(scheduler && { scheduler }),
      },
    );
    mailbox.requestChannel(0).close();
    mailbox.requestChannel(1);
    return given;
  }

  it('open() is given the scheduler of the mailbox', () => {
    for (const scheduler of [new VirtualTimeScheduler(), asyncScheduler]) {
      expect(opening(scheduler).map((environment) => environment.scheduler === scheduler)).toEqual([true, true]);
    }
  });

  it(
    'by default one that follows virtual time',
    timeline((t) => {
      const [{ scheduler } = { scheduler: asyncScheduler }] = opening();
      t.at(3, () => scheduler.schedule(() => t.write(`the link's timer, ${scheduler.now()}`), 4));
      t.expect("7 the link's timer, 7");
    }),
  );

  it('by default one that counts by a monotonic clock', () => {
    const before = performance.now();
    const [environment] = opening();
    const now = environment!.scheduler.now();
    expect([before <= now, now <= performance.now()]).toEqual([true, true]);
  });

  it('a controller that looks at nothing but the index goes on as it is', () => {
    const { channel, link } = virtual();
    channel.next('A');
    expect(link.sent).toHaveLength(1);
  });
});
