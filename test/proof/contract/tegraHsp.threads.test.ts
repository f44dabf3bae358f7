import type { Subscription } from 'rxjs';
import type { MemoryRegisters } from 'rx-mailbox/registers';
import { createTegraHsp, type HspWords } from 'rx-mailbox/tegra-hsp';
import { describeController, type ControllerDevice, type ControllerFixture } from 'rx-mailbox/testing';
import { paired } from '../../support/devices/hspDevice';
import { HspThread } from '../../support/devices/HspThread';
import { fullNarrow, fullWide, narrowMessages, wideMessages, without } from './hspMessages';

// The other processor is a thread: both work on the same registers at once, and interrupts cross threads.
jest.setTimeout(60_000);

const thread = new HspThread();
afterAll(() => thread.end());

class ThreadDevice<Message extends number | HspWords> implements ControllerDevice<Message, Message> {
  readonly arrived: Message[] = [];
  private readonly nth: number[] = [];
  private readonly listening: Subscription;
  private all = 0;

  constructor(
    private readonly registers: MemoryRegisters,
    private readonly index: number,
    private readonly flag: number,
    private readonly resume: () => void,
  ) {
    this.listening = thread.reports$.subscribe((report) => {
      if (!('mailbox' in report)) return;
      const nth = this.all++;
      if (report.mailbox !== 2 * index) return;
      this.nth.push(nth);
      // A copy: arrays that come from a thread are of another realm than those of the test runner.
      const { message } = report;
      this.arrived.push((typeof message === 'number' ? message : Uint32Array.from(message)) as Message);
    });
  }

  finish(nth: number): void {
    thread.order({ do: 'take', nth: this.nth[nth]! });
  }

  deliver(message: Message): void {
    thread.order({ do: 'send', mailbox: 2 * this.index + 1, message });
  }

  block(): void {
    thread.order({ do: 'set', behaviour: { stuck: 1 << (2 * this.index) } });
    this.registers.write32(this.flag, 0x8000_0000);
  }

  unblock(): void {
    this.registers.write32(this.flag, 0);
    thread.order({ do: 'set', behaviour: { stuck: 0 } });
  }

  cut(): void {
    thread.order({ do: 'powerOff' });
    thread.order({ do: 'nothing' });
  }

  restore(): void {
    thread.order({ do: 'powerOn' });
    this.resume();
  }

  close(): void {
    this.listening.unsubscribe();
  }
}

function dispose(devices: readonly { close(): void }[]): void {
  thread.order({ do: 'close' });
  for (const device of devices) device.close();
}

function narrow(): ControllerFixture<number> {
  const registers = thread.start('tegra234', { 0: 32, 2: 32 }, { holds: true });
  const hsp = createTegraHsp(registers, { variant: 'tegra234' });
  const devices = [0, 1].map((index) => new ThreadDevice<number>(registers, index, fullNarrow(index), () => hsp.resume()));
  return {
    controller: paired(hsp.mailboxes),
    device: (index) => devices[index]!,
    ...narrowMessages,
    dispose: () => dispose(devices),
  };
}

function wide(): ControllerFixture<HspWords, Uint32Array> {
  const registers = thread.start('tegra264', { 0: 128, 2: 128 }, { holds: true });
  const hsp = createTegraHsp(registers, { variant: 'tegra264' });
  const devices = [0, 1].map((index) => new ThreadDevice<Uint32Array>(registers, index, fullWide(index), () => hsp.resume()));
  return {
    controller: paired(hsp.mailboxes128, ':128'),
    device: (index) => devices[index]!,
    ...wideMessages,
    dispose: () => dispose(devices),
  };
}

describe('HSP, the other processor in a thread', () => {
  describeController('mailboxes of 32 bits', narrow, { without });
  describeController('mailboxes of 128 bits', wide, { without });
});
