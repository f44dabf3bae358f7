import { NEVER, Subject, VirtualTimeScheduler } from 'rxjs';
import { Mailbox, txCancel, txTimeout } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { open } from '../support/open';

describe('free when unused (rule 9)', () => {
  it('no event and no report is created while nobody subscribes', () => {
    const { channel, link } = open();
    const emitted = jest.spyOn(Subject.prototype, 'next');
    try {
      channel.events$.subscribe().unsubscribe();
      channel.txDone$.subscribe().unsubscribe();
      channel.next('A');
      link.txDone({ token: 99 });
      link.txDoneOldest();
      // `received` of the scripted link is no Subject, so what is left are emissions of the channel.
      expect(emitted).not.toHaveBeenCalled();
      channel.events$.subscribe();
      channel.next('B');
      expect(emitted).toHaveBeenCalled();
    } finally {
      emitted.mockRestore();
    }
  });

  it('events$ is fed only while somebody is subscribed', () => {
    const { channel, link } = open();
    const types: string[] = [];
    channel.next('A');
    const listening = channel.events$.subscribe(({ type }) => types.push(type));
    link.txDoneOldest();
    listening.unsubscribe();
    channel.next('B');
    expect(types).toEqual(['settled']);
  });

  it('no timer is left when nothing is pending', () => {
    const scheduler = new VirtualTimeScheduler(undefined, 0);
    const controller = new ScriptedController({ txDone: 'poll', txPollPeriod: 1, quarantine: 50 });
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0);
    const limits = { queued: 10, inFlight: 20, total: 30 };
    for (let i = 0; i < 5; i++) channel.send('A').pipe(txTimeout(limits), txCancel(NEVER)).subscribe();
    expect(scheduler.actions.length).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) {
      controller.link().txDoneOldest();
      scheduler.maxFrames += 2;
      scheduler.flush();
    }
    expect([controller.link().polled.length > 0, scheduler.actions]).toEqual([true, []]);
  });

  it('a mailbox with an idle channel has no timer, not even for a poll', () => {
    const scheduler = new VirtualTimeScheduler();
    new Mailbox(new ScriptedController({ txDone: 'poll', txPollPeriod: 1 }), { scheduler }).requestChannel(0);
    expect(scheduler.actions).toEqual([]);
  });
});
