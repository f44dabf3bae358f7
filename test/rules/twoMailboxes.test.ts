import { Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { thrown } from '../support/errorOf';
import { failure } from '../support/failure';
import { Journal } from '../support/Journal';

/** One controller, registered twice. */
function setUp(channelCount = 2) {
  const controller = new ScriptedController({ channelCount });
  return { controller, first: new Mailbox(controller), second: new Mailbox(controller) };
}

describe('two mailboxes on one controller object share its tokens (semantics 2.1)', () => {
  it('which go on from one to the other', () => {
    const { controller, first, second } = setUp();
    first.requestChannel(0).next('A');
    second.requestChannel(1).next('B');
    expect(controller.links.flatMap(({ sent }) => sent.map(({ message, token }) => `${message} ${token}`))).toEqual(['A 1', 'B 2']);
  });

  it('also when the first has been closed before', () => {
    const { controller, first, second } = setUp();
    first.requestChannel(0).next('A');
    first.close();
    second.requestChannel(0).next('B');
    expect(controller.link(0).sent.map(({ token }) => token)).toEqual([2]);
  });

  it("so a late tx-done of the first's message settles nothing of the second", () => {
    const { controller, first, second } = setUp();
    first.requestChannel(0).next('A');
    first.close();
    const channel = second.requestChannel(0);
    const journal = new Journal();
    journal.events(channel, 'lateTxDone', 'unknownTxDone');
    channel.send('B').subscribe(journal.sender('B'));
    controller.link(0).txDone({ token: 1 });
    expect(journal.lines).toEqual(['lateTxDone 1']);
    controller.link(0).txDone({ token: 2 });
    expect(journal.lines).toEqual(['lateTxDone 1', 'B ok']);
  });

  it('and so does the token that next() takes for a message that a full queue refuses', () => {
    const { controller, first, second } = setUp();
    const channel = first.requestChannel(0, { txQueueLength: 0 });
    for (const message of ['A', 'refused']) channel.next(message);
    second.requestChannel(1).next('B');
    expect(controller.link(1).sent.map(({ token }) => token)).toEqual([3]);
  });

  it('while other controllers have tokens of their own', () => {
    const { first } = setUp();
    first.requestChannel(0).next('A');
    const other = setUp();
    other.first.requestChannel(0).next('B');
    expect(other.controller.link(0).sent.map(({ token }) => token)).toEqual([1]);
  });
});

describe('two mailboxes on one controller object share its owners (semantics 11)', () => {
  it('the second that asks for a channel gets EBUSY, and nothing is opened', () => {
    const { controller, first, second } = setUp();
    const channel = first.requestChannel(0);
    expect(thrown(() => second.requestChannel(0))).toEqual(failure('EBUSY', 'not-sent'));
    expect([controller.opened, channel.closed]).toEqual([1, false]);
  });

  it('until the first owner has closed it', () => {
    const { first, second } = setUp();
    first.requestChannel(0).close();
    const channel = second.requestChannel(0);
    expect(channel.closed).toBe(false);
    expect(thrown(() => first.requestChannel(0))).toEqual(failure('EBUSY', 'not-sent'));
  });

  it('another channel is free', () => {
    const { first, second } = setUp();
    first.requestChannel(0);
    expect(second.requestChannel(1).closed).toBe(false);
  });

  it('closing one of them closes only what it has handed out', () => {
    const { first, second } = setUp();
    const [channel, other] = [first.requestChannel(0), second.requestChannel(1)];
    first.close();
    expect([channel.closed, other.closed]).toEqual([true, false]);
    second.requestChannel(0);
  });

  it('a start-up that fails leaves the channel free for both', () => {
    let broken = true;
    const controller = new ScriptedController({
      onStart: () => {
        if (broken) throw new Error('no device');
      },
    });
    const [first, second] = [new Mailbox(controller), new Mailbox(controller)];
    expect(() => first.requestChannel(0)).toThrow('no device');
    broken = false;
    expect(second.requestChannel(0).closed).toBe(false);
  });
});
