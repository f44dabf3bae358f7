import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

describe('messages that displace each other', () => {
  it('have one timer, and leave none behind when the channel closes', async () => {
    const scheduler = new VirtualTimeScheduler();
    const controller = new ScriptedController<string, string, string>();
    const channel = new Mailbox(controller, { scheduler }).requestChannel(0, { latest: (message) => message });
    channel.next('in flight');
    let rounds = 0;
    const again = (): void => void channel.send('A').subscribe({ error: () => channel.closed || (rounds++, again()) });
    again();
    again();
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
    expect(rounds).toBe(16);
    expect(scheduler.actions.filter(({ closed }) => !closed)).toHaveLength(1);
    channel.close();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toHaveLength(0);
  });
});
