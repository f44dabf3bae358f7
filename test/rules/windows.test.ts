import { of } from 'rxjs';
import { Mailbox, sendTo, type Correlation } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { handedOver } from '../support/open';

/** A controller whose window is computed each time it is read. */
class Device extends ScriptedController<string, string, string> {
  constructor(
    public read: () => unknown,
    correlation: Correlation = 'tagged',
  ) {
    super({ correlation });
    Object.defineProperty(this, 'window', { get: () => this.read() });
  }
}

/** The same, with its window as the accessor of a class. */
class Credits extends ScriptedController<string, string, string> {
  credits = 1;
}
Object.defineProperty(Credits.prototype, 'window', {
  get(this: Credits) {
    return this.credits;
  },
});

function opened(read: () => unknown, correlation?: Correlation) {
  const controller = new Device(read, correlation);
  const mailbox = new Mailbox(controller);
  const channel = mailbox.requestChannel(0, { txQueueLength: 50 });
  const broken: string[] = [];
  channel.events$.subscribe(({ type, error }) => type === 'broken' && broken.push((error as Error).message));
  const send = (...messages: string[]): void => messages.forEach((message) => channel.next(message));
  return { controller, mailbox, channel, link: controller.link(), broken, send };
}

describe('a window that is a getter is read before each hand-over (semantics 4.1)', () => {
  it('it grows: more go with the next ready', () => {
    let window = 1;
    const { link, send } = opened(() => window);
    send('A', 'B', 'C', 'D');
    expect(handedOver(link)).toBe('A');
    window = 3;
    link.ready();
    expect(handedOver(link)).toBe('A B C');
  });

  it('it grows: or with the next send', () => {
    let window = 1;
    const { link, send } = opened(() => window);
    send('A', 'B');
    window = 3;
    send('C', 'D');
    expect(handedOver(link)).toBe('A B C');
  });

  it('it falls below what is in flight: nothing is taken back, and nothing more goes until fewer are in flight', () => {
    let window = 4;
    const { mailbox, link, send } = opened(() => window);
    send('A', 'B', 'C', 'D', 'E', 'F');
    window = 2;
    link.ready();
    for (const token of [1, 2]) link.txDone({ token });
    expect(handedOver(link)).toBe('A B C D');
    expect(mailbox.states()).toMatchObject([{ waiting: 2, inFlight: 2 }]);
    link.txDone({ token: 3 });
    expect(handedOver(link)).toBe('A B C D E');
  });

  it('it is 0: all wait, and go when it is more', () => {
    let window = 0;
    const { link, send } = opened(() => window);
    send('A', 'B');
    expect(handedOver(link)).toBe('');
    window = 2;
    link.ready();
    expect(handedOver(link)).toBe('A B');
  });

  it('it may be 0 when the mailbox is made, which is an error for a plain number', () => {
    expect(() => opened(() => 0)).not.toThrow();
    expect(() => new Mailbox(new ScriptedController({ window: 0 }))).toThrow(RangeError);
  });

  it('it may follow the credits of a device', () => {
    let credits = 2;
    const inFlight: number[] = [];
    const { link, send } = opened(() => inFlight.length + credits);
    const { sendData } = link;
    link.sendData = (message, token) => {
      credits--;
      inFlight.push(token);
      return sendData.call(link, message, token);
    };
    send('A', 'B', 'C', 'D');
    expect(handedOver(link)).toBe('A B');
    credits = 1;
    link.ready();
    expect(handedOver(link)).toBe('A B C');
  });

  it('it may be the accessor of a class', () => {
    const controller = new Credits();
    const channel = new Mailbox(controller).requestChannel(0);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    controller.credits = 2;
    controller.link().ready();
    expect(handedOver(controller.link())).toBe('A B');
  });

  it('a plain number is read once for a channel', () => {
    const controller = new ScriptedController<string, string, string>({ window: 1 });
    const channel = new Mailbox(controller).requestChannel(0);
    Object.assign(controller, { window: 3 });
    for (const message of ['A', 'B', 'C']) channel.next(message);
    expect(handedOver(controller.link())).toBe('A');
  });

  it('nothing is read without a message to hand over', () => {
    let reads = 0;
    const { link, send } = opened(() => (reads++, 1));
    send('A');
    reads = 0;
    link.ready();
    link.txDone({ token: 1 });
    expect(reads).toBe(0);
  });

  it('sendTo has as many pending as it allows', () => {
    let window = 3;
    const { channel, link } = opened(() => window);
    of('A', 'B', 'C', 'D', 'E').pipe(sendTo(channel)).subscribe();
    expect(handedOver(link)).toBe('A B C');
    window = 1;
    for (const token of [1, 2]) link.txDone({ token });
    expect(handedOver(link)).toBe('A B C');
    link.txDone({ token: 3 });
    expect(handedOver(link)).toBe('A B C D');
  });
});

describe('a window that is none counts as 0, and shows as broken (semantics 4.1)', () => {
  const boom = (): never => {
    throw new Error('no credits');
  };

  it.each<[unknown, string]>([
    ['3', 'is "3"'],
    [null, 'is null'],
    [NaN, 'is NaN'],
    [-1, 'is -1'],
    [2.5, 'is 2.5'],
    [Infinity, 'is Infinity'],
    [Promise.resolve(3), 'is a promise'],
    [{}, 'is an object'],
  ])('%p: messages wait, and go when it is one again', (junk, text) => {
    let window: unknown = 1;
    const { link, broken, send } = opened(() => window);
    window = junk;
    send('A');
    expect(handedOver(link)).toBe('');
    expect(new Set(broken)).toEqual(new Set([`controller.window ${text}; expected an integer >= 0`]));
    window = 1;
    link.ready();
    expect(handedOver(link)).toBe('A');
  });

  it('it throws: the same', () => {
    let read: () => unknown = () => 1;
    const { link, broken, send } = opened(() => read());
    read = boom;
    send('A');
    expect([handedOver(link), new Set(broken)]).toEqual(['', new Set(['controller.window threw'])]);
    read = () => 1;
    link.ready();
    expect(handedOver(link)).toBe('A');
  });

  it('more than 1 on an untagged link: 1 may be in flight, whatever it says', () => {
    let window = 1;
    const { link, broken, send } = opened(() => window, 'untagged');
    window = 2;
    send('A', 'B');
    expect(handedOver(link)).toBe('');
    expect(new Set(broken)).toEqual(new Set(['controller.window is 2; expected an integer from 0 to 1']));
    window = 1;
    link.ready();
    expect(handedOver(link)).toBe('A');
  });

  it('undefined is the default, 1', () => {
    const { link, broken, send } = opened(() => undefined);
    send('A', 'B');
    expect([handedOver(link), broken]).toEqual(['A', []]);
  });

  it('what is wrong from the start is refused by the mailbox', () => {
    expect(() => opened(() => -1)).toThrow(RangeError);
    expect(() => opened(() => '3')).toThrow(TypeError);
    expect(() => opened(boom)).toThrow('no credits');
  });
});

describe('names that are made up on demand (semantics 9.1)', () => {
  /** A controller that gives each name that it sees for the first time a channel, and a free one to the next name. */
  function registry() {
    const names = new Map<string, number>();
    const controller = new ScriptedController<string, string, string>({
      channelCount: Infinity,
      translate: (which) => {
        const name = String(which);
        const used = [...names.values()];
        const found = names.get(name) ?? used.findIndex((_, i) => !used.includes(i));
        const index = found < 0 ? used.length : found;
        names.set(name, index);
        return index;
      },
    });
    return { controller, mailbox: new Mailbox(controller), names };
  }

  it('a controller with channels without end may hand an index out for each new name', () => {
    const { mailbox, controller } = registry();
    const [left, right] = [mailbox.requestChannel('left'), mailbox.requestChannel('right')];
    left.next('L');
    right.next('R');
    expect(controller.links.map((link) => [link.index, handedOver(link)])).toEqual([
      [0, 'L'],
      [1, 'R'],
    ]);
  });

  it('the same name is the same channel, which has one owner', () => {
    const { mailbox } = registry();
    mailbox.requestChannel('left');
    expect(() => mailbox.requestChannel('left')).toThrow(expect.objectContaining({ code: 'EBUSY' }) as Error);
  });

  it('after its link was unsubscribed the index may be used for another name, and no tx-done of before counts', () => {
    const { mailbox, controller, names } = registry();
    const left = mailbox.requestChannel('left');
    left.next('L');
    left.close();
    names.delete('left');
    const right = mailbox.requestChannel('right');
    expect(controller.links.map(({ index, stopped }) => [index, stopped])).toEqual([
      [0, 1],
      [0, 0],
    ]);
    const seen: unknown[] = [];
    right.events$.subscribe(({ type, token }) => seen.push([type, token]));
    right.next('R');
    controller.link(0).txDone({ token: 1 });
    controller.link(0).txDone({ token: 2 });
    expect(seen).toEqual([
      ['queued', 2],
      ['sent', 2],
      ['lateTxDone', 1],
      ['settled', 2],
    ]);
  });

  it('without translate any integer is a channel', () => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: Infinity }));
    expect(mailbox.requestChannel(2 ** 40).name).toBe(`scripted[${2 ** 40}]`);
    for (const which of [-1, 0.5, NaN, Infinity]) expect(() => mailbox.requestChannel(which)).toThrow(RangeError);
  });

  it('a name needs translate, also there', () => {
    const mailbox = new Mailbox(new ScriptedController({ channelCount: Infinity }));
    expect(() => mailbox.requestChannel('left')).toThrow("which is 'left'; scripted has no named channels, expected an integer >= 0");
  });
});
