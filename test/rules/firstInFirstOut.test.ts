import { Mailbox, type TxReport } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';
import { handedOver, open } from '../support/open';
import { turnEnd } from '../support/turn';

describe('first in, first out (rule 5)', () => {
  it('send() and next() share one queue', () => {
    const { channel, link } = open();
    channel.send('A').subscribe();
    channel.next('B');
    channel.send('C').subscribe();
    channel.next('D');
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('A B C D');
  });

  it('a message that leaves does not change the order of the others', async () => {
    const { channel, link } = open();
    const sending = ['A', 'B', 'C', 'D', 'E', 'F'].map((message) => channel.send(message).subscribe());
    for (const i of [3, 1, 5]) sending[i]!.unsubscribe();
    await turnEnd();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('A C E');
  });

  it('a refused message is not overtaken', () => {
    const { channel, link } = open({ window: 3 });
    link.refuse(2);
    for (const message of ['A', 'B', 'C']) channel.next(message);
    expect(link.refused.map(({ message }) => message)).toEqual(['A', 'A']);
    expect(handedOver(link)).toBe('A B C');
  });

  it('a message that fails is skipped, the others keep their order', () => {
    const { channel, link } = open({}, { txPrepare: (message) => (message === 'B' ? fail() : undefined) });
    for (const message of ['A', 'B', 'C', 'D']) channel.next(message);
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('A C D');
  });

  it('a message sent from inside sendData goes behind those that wait', () => {
    const { channel, link } = open({ window: 9, onSend: (message) => message === 'A' && channel.next('Z') });
    link.refuseUntilReady();
    channel.next('A');
    channel.next('B');
    link.ready();
    expect(handedOver(link)).toBe('A B Z');
  });

  it('waiting messages keep their order while the link is down', () => {
    const { channel, link } = open();
    for (const message of ['A', 'B', 'C']) channel.next(message);
    link.down();
    channel.next('D');
    link.up();
    while (link.outstanding.length > 0) link.txDoneOldest();
    expect(handedOver(link)).toBe('A B C D');
  });

  it('the order is per channel: a refusal on one does not hold up another', () => {
    const controller = new ScriptedController({ channelCount: 2 });
    const mailbox = new Mailbox(controller);
    const [channel, other] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
    controller.link(0).refuseUntilReady();
    channel.next('A');
    other.next('B');
    expect([handedOver(controller.link(0)), handedOver(controller.link(1))]).toEqual(['', 'B']);
  });

  it('messages are passed on by identity, whatever they are', () => {
    const messages = [{ a: 1 }, Object.freeze(['x']), null, undefined, 0, '', Number.NaN, new Uint8Array(2), () => 1];
    const controller = new ScriptedController<unknown>();
    const channel = new Mailbox(controller).requestChannel(0);
    const reports: TxReport<unknown, void>[] = [];
    const tokens: unknown[] = [];
    channel.txDone$.subscribe((report) => reports.push(report));
    for (const message of messages) channel.send(message).subscribe((receipt) => tokens.push(receipt.token));
    for (const message of messages) {
      expect(controller.link().sent.at(-1)!.message).toBe(message);
      controller.link().txDoneOldest();
      expect(reports.at(-1)!.message).toBe(message);
    }
    expect(tokens).toHaveLength(messages.length);
  });

  it('txPrepare gets the message itself, so it can fill it in at the last moment', () => {
    type Frame = { at: string };
    const controller = new ScriptedController<Frame>();
    const channel = new Mailbox(controller).requestChannel(0, { txPrepare: (frame) => void (frame.at = 'the last moment') });
    const frame = { at: '' };
    channel.next(frame);
    expect(controller.link().sent[0]!.message).toBe(frame);
    expect(frame.at).toBe('the last moment');
  });
});

function fail(): never {
  throw new Error('no');
}
