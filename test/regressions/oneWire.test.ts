import { merge, Observable } from 'rxjs';
import { Mailbox, type LinkEvent, type MailboxController, type TxReceipt } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { sharedWire, type OpenedWire } from '../support/sharedWire';

// Several devices on one wire: one of them got all of it. Each test is named after a public report of it.

/** The wire is done with what it has. */
function done({ links }: OpenedWire): void {
  links.find(({ outstanding }) => outstanding.length > 0)!.txDoneOldest();
}

describe('two devices on one wire, of which one always has work', () => {
  it('eModbus#337: the other one gets its turn after each of its messages', () => {
    const journal = new Journal();
    const wire = sharedWire({ channelCount: 2, journal });
    const [a, b] = wire.channels;
    let polls = 0;
    const poll = (): void => void a!.send(`a${++polls}`).subscribe({ complete: poll });
    poll();
    for (const message of ['b1', 'b2', 'b3']) b!.send(message).subscribe(journal.sender(message));
    for (let i = 0; i < 7; i++) done(wire);
    expect(journal.lines.filter((line) => line.startsWith('sendData')).map((line) => line.slice(9))).toEqual([
      'a1',
      'b1',
      'a2',
      'b2',
      'a3',
      'b3',
      'a4',
      'a5',
    ]);
    expect(journal.lines.filter((line) => line.endsWith('ok'))).toEqual(['b1 ok', 'b2 ok', 'b3 ok']);
  });

  it.each([2, 5, 50])('eModbus#337: with %i devices nobody waits longer than one round', (channelCount) => {
    const wire = sharedWire({ channelCount, channel: { txQueueLength: 1000 } });
    const order: number[] = [];
    const { controller } = wire;
    for (const link of wire.links) {
      const { sendData } = link;
      link.sendData = (message, token) => (order.push(link.index), sendData.call(link, message, token));
    }
    for (let i = 0; i < 200; i++) wire.channels[0]!.next('A');
    for (let index = 1; index < channelCount; index++) for (let i = 0; i < 3; i++) wire.channels[index]!.next('B');
    while (controller.carried > 0) done(wire);
    const lastOfOthers = order.lastIndexOf(channelCount - 1);
    expect(lastOfOthers).toBeLessThan(3 * channelCount + 1);
  });

  // Others of its kind: what else could let one have all of it.

  it('eModbus#337, another of its kind: one that fills its own window leaves the rest of the wire to the others', () => {
    const wire = sharedWire({ channelCount: 2, window: 4, sharedWindow: () => 4 });
    for (let i = 0; i < 20; i++) wire.channels[0]!.next('A');
    for (let i = 0; i < 4; i++) wire.channels[1]!.next('B');
    for (let i = 0; i < 8; i++) done(wire);
    expect(wire.links[1]!.sent).toHaveLength(4);
  });

  it('eModbus#337, another of its kind: a head that is refused again and again does not take the turns of the others', () => {
    const wire = sharedWire({ channelCount: 2 });
    wire.links[0]!.refuseUntilReady();
    for (let i = 0; i < 3; i++) wire.channels[0]!.next('A');
    for (let i = 0; i < 3; i++) wire.channels[1]!.next('B');
    for (let i = 0; i < 3; i++) {
      wire.links[0]!.emit({ type: 'ready' });
      done(wire);
    }
    expect(wire.links[1]!.sent).toHaveLength(3);
  });

  it('eModbus#337, another of its kind: a device that completes at once does not keep the loop for itself', () => {
    const journal = new Journal();
    let open = 0;
    const wire = sharedWire({
      channelCount: 2,
      sharedWindow: () => open,
      onSend: (message, token, link) => message.startsWith('a') && link.txDone({ token }),
      journal,
    });
    for (const message of ['a1', 'a2', 'a3']) wire.channels[0]!.next(message);
    wire.channels[1]!.next('b1');
    open = 1;
    wire.links[0]!.ready();
    expect(journal.lines).toEqual(['sendData a1', 'sendData b1']);
  });

  it('eModbus#337, as a link that answers busy from a flag still does it: each ready of the wire has to name who waited', () => {
    // Without sharedWindow the links cannot know whose turn it is. This is what the option is for; the old way still loses nothing.
    const taken = { by: undefined as number | undefined };
    const emits: ((event: LinkEvent<string, string>) => void)[] = [];
    const controller: MailboxController<string, string, string> = {
      name: 'flag',
      channelCount: 2,
      txDone: 'irq',
      correlation: 'tagged',
      open: (index) => ({
        events$: new Observable((subscriber) => void (emits[index] = (event) => subscriber.next(event))),
        sendData: (_message, token) => {
          if (taken.by !== undefined) return 'busy';
          taken.by = token;
          return 'accepted';
        },
      }),
    };
    const mailbox = new Mailbox(controller);
    const receipts: TxReceipt<string>[] = [];
    const [a, b] = [mailbox.requestChannel(0), mailbox.requestChannel(1)];
    merge(a.send('a1'), b.send('b1')).subscribe((receipt) => receipts.push(receipt));
    for (const index of [0, 1]) {
      const token = taken.by!;
      taken.by = undefined;
      emits[index]!({ type: 'txDone', token });
      emits[1 - index]!({ type: 'ready' });
    }
    expect(receipts.map(({ token }) => token)).toEqual([1, 2]);
  });
});
