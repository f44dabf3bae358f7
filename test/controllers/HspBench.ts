import { VirtualTimeScheduler } from 'rxjs';
import { Mailbox, type Channel, type ChannelOptions, type MailboxError } from 'rx-mailbox';
import { memoryRegisters, registerWords, type MemoryRegisters } from 'rx-mailbox/registers';
import { createTegraHsp, type HspWords, type TegraHsp, type TegraHspDimensions, type TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters, tracedRegisters, type HspArrival, type HspModelOptions, type RegisterAccess } from 'rx-mailbox/testing';

export interface BenchOptions {
  driver?: Partial<TegraHspOptions>;
  model?: Partial<HspModelOptions>;
  dimensions?: Partial<TegraHspDimensions>;
}

type End<Message> = Channel<Message, Message>;

/** A block with a driver and the other processor, in one thread and in virtual time. */
export class HspBench {
  readonly scheduler = new VirtualTimeScheduler();
  readonly accesses: RegisterAccess[] = [];
  readonly registers: MemoryRegisters;
  readonly hsp: TegraHsp<unknown>;
  readonly model: HspModel;
  readonly arrived: HspArrival[] = [];
  readonly rings: number[] = [];
  readonly mailbox: Mailbox<number>;
  readonly mailbox128: Mailbox<HspWords, Uint32Array>;
  readonly doorbells: Mailbox<unknown, void>;
  /** What the driver did when it was made. */
  readonly probing: readonly string[];

  constructor({ driver = {}, model = {}, dimensions = {} }: BenchOptions = {}) {
    const { scheduler } = this;
    const variant = driver.variant ?? 'tegra234';
    const map = hspRegisters(variant, dimensions);
    this.registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler });
    this.model = new HspModel(this.registers, { variant, receives: { 0: 32, 2: 32 }, scheduler, ...model });
    this.model.received$.subscribe((arrival) => this.arrived.push(arrival));
    this.model.rung$.subscribe((master) => this.rings.push(master));
    this.hsp = createTegraHsp<unknown>(tracedRegisters(this.registers, this.accesses), { variant, scheduler, ...driver });
    this.mailbox = new Mailbox(this.hsp.mailboxes, { scheduler });
    this.mailbox128 = new Mailbox(this.hsp.mailboxes128, { scheduler });
    this.doorbells = new Mailbox(this.hsp.doorbells, { scheduler });
    this.probing = this.trace();
  }

  request(which: number | string, options?: ChannelOptions<number>): End<number> {
    return this.mailbox.requestChannel(which, options);
  }

  get messages(): HspArrival['message'][] {
    return this.arrived.map(({ message }) => message);
  }

  /** Lets so much time pass, at least all that is due now. */
  run(ms = 0): void {
    const { scheduler } = this;
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  }

  /** What the driver did to the registers since it was asked last. */
  trace(): string[] {
    return this.accesses
      .splice(0)
      .map(({ access, offset, value }) => `${access === 'read' ? 'R' : 'W'} ${nameOf(offset)} ${value.toString(16)}`);
  }
}

/** What became of one message, in short. */
export function outcome(send: {
  subscribe(observer: { next?: () => void; error: (error: MailboxError) => void; complete: () => void }): unknown;
}): {
  told: string[];
} {
  const told: string[] = [];
  send.subscribe({
    error: ({ code, delivery }) => told.push(`${code} ${delivery}`),
    complete: () => told.push('ok'),
  });
  return { told };
}

/** By the numbers, on purpose: a mistake in the driver's own table would show. Doorbells are where 8 mailboxes and nothing else put them. */
function nameOf(offset: number): string {
  if (offset >= 0x100 && offset < 0x140) return `IE${(offset - 0x100) / 4}`;
  if (offset === 0x304) return 'IR';
  if (offset === 0x380) return 'DIM';
  if (offset >= 0x50000) {
    const doorbell = offset - 0x50000;
    return `DB${doorbell >> 8}.${['TRIGGER', 'ENABLE', 'RAW', 'PENDING'][(doorbell & 0xff) / 4]}`;
  }
  const names: Record<number, string> = {
    0x00: 'MBOX',
    0x04: 'FULL_IE',
    0x08: 'EMPTY_IE',
    0x40: 'TAG',
    0x48: 'DATA0',
    0x4c: 'DATA1',
    0x50: 'DATA2',
    0x54: 'DATA3',
  };
  const inBlock = offset - 0x10000;
  return `SM${inBlock >> 15}.${names[inBlock & 0x7fff] ?? (inBlock & 0x7fff).toString(16)}`;
}
