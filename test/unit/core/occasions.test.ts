import { NEVER } from 'rxjs';
import { Mailbox, txTimeout, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController, type ScriptedLink, type ScriptedOptions } from 'rx-mailbox/testing';
import { Journal } from '../../support/Journal';
import { StepScheduler } from '../../support/StepScheduler';

type Link = ScriptedLink<string, string, void>;

/** A channel whose time goes by as the test says, and a link that refuses what it is told to. What it does meanwhile is said by the test. */
function bench(options: ScriptedOptions<string, string, void> = {}, channelOptions?: ChannelOptions<string>) {
  const journal = new Journal();
  const clock = new StepScheduler();
  const controller = new ScriptedController<string, string, void>({ scheduler: clock, ...options });
  const channel = new Mailbox(controller, { scheduler: clock }).requestChannel(0, channelOptions);
  const link: Link = controller.link();
  const { sendData } = link;
  let inside = (): void => undefined;
  link.sendData = (message, token) => {
    const answer = sendData.call(link, message, token);
    journal.write(`sendData ${message}${answer === 'busy' ? ' → busy' : ''}`);
    const act = inside;
    inside = () => undefined;
    act();
    return answer;
  };
  /** Refuses so many attempts, and acts inside the first one. */
  const refuse = (times: number, act: () => void = () => undefined): void => {
    link.refuse(times);
    inside = act;
  };
  return { journal, clock, channel, link, refuse };
}

/** An answer of `sendData` that is none. */
const nonsense = (): never => 'nonsense' as never;

describe('a refused head is not tried again', () => {
  it('because a message behind it runs out of time', () => {
    const { channel, clock, journal, refuse } = bench();
    refuse(3);
    channel.next('A');
    channel.send('B').pipe(txTimeout(5)).subscribe(journal.sender('B'));
    journal.lines.length = 0;
    clock.advanceTo(10);
    expect(journal.lines).toEqual(['B ETIME not-sent']);
  });

  it('because a turn ends in which a reset was to come, and a down has canceled it', async () => {
    const { channel, journal, link, refuse } = bench({ quarantine: 1000, reset: () => NEVER });
    const { sendData } = link;
    link.sendData = nonsense;
    channel.next('A');
    link.sendData = sendData;
    link.down();
    refuse(2);
    channel.next('B');
    link.up();
    await Promise.resolve();
    expect(journal.lines).toEqual(['sendData B → busy']);
  });

  it('later, if a sender has left inside its refusal: the end of the turn has tried it', () => {
    const { channel, clock, journal, refuse } = bench({ correlation: 'ordered', window: 2 });
    const leaving = channel.send('A').subscribe();
    refuse(3, () => leaving.unsubscribe());
    channel.next('B');
    clock.advanceTo(10);
    expect(journal.lines).toEqual(['sendData A', 'sendData B → busy', 'sendData B → busy']);
  });

  it('later, if the link has gone down inside its refusal: the next up has tried it', () => {
    const { channel, clock, journal, link, refuse } = bench();
    refuse(3, () => link.down());
    channel.next('A');
    link.up();
    clock.advanceTo(10);
    expect(journal.lines).toEqual(['sendData A → busy', 'sendData A → busy']);
  });
});

describe('no timer stands', () => {
  it('if the channel is closed inside a refusal', () => {
    const { channel, clock, refuse } = bench();
    refuse(1, () => channel.close());
    channel.next('A');
    expect(clock.timers).toBe(0);
  });

  it('if a channel whose head was refused has closed, and is completed once more', () => {
    const { channel, clock, refuse } = bench({ txPollPeriod: 5 });
    refuse(1);
    channel.next('A');
    channel.close();
    channel.complete();
    expect(clock.timers).toBe(0);
  });

  it('where a down has canceled the reset that was to come, and nothing waits', () => {
    const { channel, clock, link } = bench({ quarantine: Infinity, reset: () => NEVER });
    channel.send('A').subscribe().unsubscribe();
    expect(clock.timers).toBe(1);
    link.down();
    expect(clock.timers).toBe(0);
  });
});

describe('in a pause', () => {
  it('a message that is sent inside abort() needs the turn to end', () => {
    const { channel, clock, journal, link } = bench({ abort: true });
    Object.assign(link, { abort: () => channel.next('C') });
    channel.send('A').pipe(txTimeout(5)).subscribe(journal.sender('A'));
    clock.advanceTo(0);
    // Nobody waits for the end of this pause.
    channel.send('B').subscribe().unsubscribe();
    clock.advanceTo(5);
    expect(journal.lines).toEqual(['sendData A', 'A ETIME unknown', 'sendData C']);
  });
});

describe('a send from inside sendData, on a channel that queues nothing', () => {
  it('is accepted where another slot is free, also while a refused head is tried again', () => {
    const { channel, journal, link, refuse } = bench({ window: 2 }, { txQueueLength: 0 });
    refuse(1);
    channel.next('A');
    refuse(0, () => channel.next('B'));
    link.ready();
    expect(journal.lines).toEqual(['sendData A → busy', 'sendData A', 'sendData B']);
  });
});
