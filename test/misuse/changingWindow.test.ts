import { Subject } from 'rxjs';
import { Mailbox, sendTo, type ChannelEvent, type ChannelOptions } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { handedOver } from '../support/open';

/** A channel whose controller has a window that changes. */
function changing(window: () => number, options?: ChannelOptions<string>) {
  const controller = new ScriptedController<string, string, string>();
  Object.defineProperty(controller, 'window', { get: window });
  const channel = new Mailbox(controller).requestChannel(0, options);
  const events: ChannelEvent['type'][] = [];
  channel.events$.subscribe(({ type }) => events.push(type));
  return { channel, events, link: controller.link() };
}

describe('a window that changes', () => {
  it('and becomes nonsense is told of once, also where somebody waits for a place', () => {
    let window = 1;
    const { channel, events, link } = changing(() => window, { txQueueLength: 0 });
    const messages = new Subject<string>();
    messages.pipe(sendTo(channel, 2)).subscribe();
    messages.next('A');
    messages.next('B');
    window = NaN;
    link.ready();
    expect(events.filter((type) => type === 'broken')).toHaveLength(1);
    window = 2;
    link.ready();
    expect(handedOver(link)).toBe('A B');
    window = -1;
    link.ready();
    channel.next('C');
    link.ready();
    expect(events.filter((type) => type === 'broken')).toHaveLength(2);
  });

  it('says how many messages sendTo has pending', () => {
    let window = 2;
    const { channel, link } = changing(() => window);
    const messages = new Subject<string>();
    messages.pipe(sendTo(channel)).subscribe();
    for (const message of ['A', 'B', 'C', 'D']) messages.next(message);
    expect(handedOver(link)).toBe('A B');
    window = 3;
    link.txDone({ token: 1 });
    expect(handedOver(link)).toBe('A B C D');
  });
});
