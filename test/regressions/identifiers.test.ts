import { Mailbox, type MailboxController, type MailboxLink } from 'rx-mailbox';
import { Observable, type Observer } from 'rxjs';
import type { LinkEvent } from 'rx-mailbox';
import { Journal } from '../support/Journal';
import { open } from '../support/open';

// Bugs of transports whose identifiers are few and used again. Each test is named after a public report of it.

/** An adapter to a wire with identifiers of a few bits, as its author would write it: full is `busy`, and a free identifier is `ready`. */
class FewIds implements MailboxController<number, never, number>, MailboxLink<number, never, number> {
  readonly name = 'few ids';
  readonly channelCount = 1;
  readonly txDone = 'irq';
  readonly correlation = 'tagged';
  readonly window: number;
  readonly events$ = new Observable<LinkEvent<never, number>>((observer) => void (this.observer = observer));
  /** What is on the wire: identifier to token and message. */
  readonly onWire = new Map<number, { token: number; message: number }>();
  refusals = 0;
  private observer: Observer<LinkEvent<never, number>> | undefined;
  private next = 0;
  private readonly ids: number;

  constructor(bits: number) {
    this.ids = 2 ** bits;
    // More than there are identifiers, so that running out of them is the adapter's business.
    this.window = this.ids + 10;
  }

  open(): this {
    return this;
  }

  sendData(message: number, token: number): 'accepted' | 'busy' {
    if (this.onWire.size === this.ids) {
      this.refusals++;
      return 'busy';
    }
    while (this.onWire.has(this.next)) this.next = (this.next + 1) % this.ids;
    this.onWire.set(this.next, { token, message });
    return 'accepted';
  }

  /** The device answers with the identifier; the answer repeats the message, so that a mix-up shows. */
  answer(id: number): void {
    const { token, message } = this.onWire.get(id)!;
    this.onWire.delete(id);
    this.observer?.next({ type: 'txDone', token, ack: message });
  }
}

describe('identifiers run out, and are used again', () => {
  it.each([
    [8, 2000],
    [16, 140_000],
  ])('mqttjs/MQTT.js#1372: %i bits, %i messages: the ones too many wait, and each message gets its own outcome', (bits, count) => {
    const controller = new FewIds(bits);
    const channel = new Mailbox(controller).requestChannel(0, { txQueueLength: count });
    const wrong: unknown[] = [];
    let right = 0;
    for (let message = 0; message < count; message++) {
      channel.send(message).subscribe({
        next: ({ ack }) => (ack === message ? right++ : wrong.push([message, ack])),
        error: (error) => wrong.push(error),
      });
    }
    expect(controller.onWire.size).toBe(2 ** bits);
    for (let id = 0; controller.onWire.size > 0; id = (id + 1) % 2 ** bits) controller.answer(id);
    expect([wrong, right, controller.refusals > 0]).toEqual([[], count, true]);
  });

  it.each([8, 16])('Koenkk/zigbee-herdsman#1851: a token that differs only above bit %i is another one', (bits) => {
    const { channel, link } = open();
    const journal = new Journal();
    journal.events(channel, 'lateTxDone', 'unknownTxDone');
    for (let i = 0; i < 2 ** bits; i++) {
      channel.next('A');
      link.txDoneOldest();
    }
    channel.send('B').subscribe(journal.sender('B'));
    const { token } = link.sent.at(-1)!;
    link.txDone({ token: token - 2 ** bits });
    link.txDone({ token: token + 2 ** bits });
    expect(journal.lines).toEqual([`lateTxDone ${token - 2 ** bits}`, `unknownTxDone ${token + 2 ** bits}`]);
    link.txDone({ token });
    expect(journal.lines.at(-1)).toBe('B ok');
  });
});
