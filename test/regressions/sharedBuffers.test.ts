import { Mailbox, type Channel } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';

// Bugs in which an answer is overwritten before its sender reads it. Each test is named after a public report of it.

/** A device with one buffer for commands and answers, as in a firmware mailbox: it answers `command + 1` in place. */
class OneBuffer extends ScriptedController<number, number, Uint8Array> {
  readonly buffer = new Uint8Array(1);

  constructor(answer: (buffer: Uint8Array) => Uint8Array) {
    super();
    const open = this.open.bind(this);
    this.open = (index) => {
      const given = open(index);
      const link = this.link(index);
      const { sendData } = link;
      link.sendData = (command, token) => {
        this.buffer[0] = command;
        return sendData.call(link, command, token);
      };
      return given;
    };
    this.done = (token) => {
      this.buffer[0]!++;
      this.link().txDone({ token, ack: answer(this.buffer) });
    };
  }

  readonly done: (token: number) => void;
}

/** What the senders of two commands read. */
function answers(controller: OneBuffer): number[] {
  const channel: Channel<number, number, Uint8Array> = new Mailbox(controller).requestChannel(0);
  const read: number[] = [];
  for (const command of [10, 20]) channel.send(command).subscribe(({ ack }) => read.push(ack[0]!));
  controller.done(1);
  controller.done(2);
  return read;
}

describe('a device answers in the buffer that its commands come in', () => {
  it('raspberrypi/linux#7501: the next command is written before the sender reads, so a link copies the answer', () => {
    expect(answers(new OneBuffer((buffer) => buffer.slice()))).toEqual([11, 21]);
  });

  it('caliptra-mcu-sw#226: a view of the buffer is overwritten, as the contract says', () => {
    // Not what anybody wants: it says why the copy is needed. "Next first" is rule 7.
    expect(answers(new OneBuffer((buffer) => buffer.subarray()))).toEqual([20, 21]);
  });

  it('the same for reports, which come before the sender', () => {
    const controller = new OneBuffer((buffer) => buffer.slice());
    const channel = new Mailbox(controller).requestChannel(0);
    const read: number[] = [];
    channel.txDone$.subscribe(({ ack }) => read.push(ack![0]!));
    for (const command of [10, 20]) channel.next(command);
    controller.done(1);
    controller.done(2);
    expect(read).toEqual([11, 21]);
  });

  it('the same at the far end of a loopback: what is passed on by identity is the business of both ends', () => {
    const buffer = new Uint8Array(1);
    const [near, far] = createLoopback<Uint8Array>();
    const received: number[] = [];
    new Mailbox(far).requestChannel(0).subscribe((message) => received.push(message[0]!));
    const channel = new Mailbox(near).requestChannel(0);
    for (const value of [1, 2]) {
      buffer[0] = value;
      channel.next(buffer.slice());
    }
    return new Promise<void>((resolve) => {
      channel.complete();
      channel.txDone$.subscribe({ complete: () => (expect(received).toEqual([1, 2]), resolve()) });
    });
  });
});
