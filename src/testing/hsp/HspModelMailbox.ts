import type { RegisterSpace } from '../../controllers/registers/RegisterSpace';
import {
  EMPTY,
  EMPTY_INT_IE,
  FULL,
  FULL_INT_IE,
  IS_FULL,
  mailboxAt,
  SHRD_MBOX,
  TYPE1_DATA,
  TYPE1_TAG,
} from '../../controllers/tegraHsp/layout';
import type { HspWords } from '../../controllers/tegraHsp/HspWords';
import type { EpochTimers } from '../EpochTimers';
import type { HspModelInterrupts } from './HspModelInterrupts';
import type { HspArrival, HspBehaviour, HspMessage } from './HspModelOptions';

const WORDS = [0, 1, 2, 3];

/** What a mailbox needs of its model. */
export interface HspModelHost {
  readonly registers: RegisterSpace;
  readonly behaviour: Readonly<HspBehaviour>;
  readonly interrupts: HspModelInterrupts;
  readonly timers: EpochTimers;
  /** Whether the chip has enable registers in each mailbox, too. */
  readonly mailboxEnables: boolean;
  arrived(arrival: HspArrival): void;
  reply(message: HspMessage): void;
}

/** One mailbox, as the other processor uses it: it reads messages from it, or writes waiting messages to it, one at a time. */
export class HspModelMailbox {
  private readonly base: number;
  private waiting: HspMessage['message'][] = [];
  /** It was full while it was stuck, so its message is not read. */
  private ignored = false;

  constructor(
    private readonly host: HspModelHost,
    private readonly mailbox: number,
    /** The width of what it receives; `undefined` if it sends. */
    private readonly bits: 32 | 128 | undefined,
  ) {
    this.base = mailboxAt(mailbox);
  }

  /** At the beginning, and after each reset. */
  start(): void {
    this.waiting = [];
    this.ignored = false;
    if (this.bits === undefined) return;
    if (this.host.mailboxEnables) this.write(FULL_INT_IE, 1);
    this.host.interrupts.enable(FULL(this.mailbox));
  }

  send(message: HspMessage['message']): void {
    this.waiting.push(message);
    this.emptied();
  }

  /** Writes the next message if the mailbox is empty, and enables the interrupt for the one behind it. */
  emptied(): void {
    const { host, mailbox, waiting } = this;
    if (waiting.length > 0 && !this.isFull()) this.put(waiting.shift()!);
    if (waiting.length === 0) return host.interrupts.disable(EMPTY(mailbox));
    if (host.mailboxEnables) this.write(EMPTY_INT_IE, 1);
    host.interrupts.enable(EMPTY(mailbox));
  }

  filled(): void {
    const { host, mailbox } = this;
    // The cause remains until the mailbox is cleared, and would interrupt again and again.
    host.interrupts.disable(FULL(mailbox));
    const { stuck, answersEarly, latency } = host.behaviour;
    this.ignored = ((stuck >>> mailbox) & 1) !== 0;
    if (this.ignored) return;
    if (answersEarly) host.reply({ mailbox, message: this.read() });
    host.timers.after(latency, () => this.take(answersEarly));
  }

  stuckChanged(): void {
    if (!this.ignored) return;
    this.ignored = false;
    // The driver may have cleared it meanwhile.
    if (this.isFull()) this.filled();
    else this.host.interrupts.enable(FULL(this.mailbox));
  }

  /** Sets all its registers to 0, as a loss of power does. */
  erase(probe: RegisterSpace): void {
    for (const offset of [SHRD_MBOX, FULL_INT_IE, EMPTY_INT_IE, TYPE1_TAG, ...WORDS.map(TYPE1_DATA)]) probe.write32(this.base + offset, 0);
  }

  private take(answered: boolean): void {
    const { host, mailbox } = this;
    const { epoch } = host.timers;
    const message = this.read();
    let held = true;
    const clear = (): void => {
      // After a reset the mailbox may hold another message.
      if (!held || host.timers.epoch !== epoch) return;
      held = false;
      this.clear();
    };
    const { holds, lateClear } = host.behaviour;
    host.arrived({ mailbox, message, take: clear });
    // Whoever received it may have reset the block.
    if (host.timers.epoch !== epoch) return;
    if (!answered) host.reply({ mailbox, message });
    if (!holds) host.timers.after(lateClear, clear);
  }

  private isFull(): boolean {
    return this.load(SHRD_MBOX) >= IS_FULL || this.load(TYPE1_TAG) >= IS_FULL;
  }

  private read(): HspMessage['message'] {
    if (this.bits === 32) return this.load(SHRD_MBOX) % IS_FULL;
    return Uint32Array.from(WORDS, (word) => this.load(TYPE1_DATA(word)));
  }

  private put(message: number | HspWords): void {
    if (typeof message === 'number') return this.write(SHRD_MBOX, IS_FULL + message);
    for (const word of WORDS) this.write(TYPE1_DATA(word), message[word]!);
    this.write(TYPE1_TAG, IS_FULL);
  }

  private clear(): void {
    if (this.bits === 32) this.write(SHRD_MBOX, 0);
    else {
      for (const word of WORDS) this.write(TYPE1_DATA(word), 0);
      this.write(TYPE1_TAG, 0);
    }
    this.host.interrupts.enable(FULL(this.mailbox));
  }

  private load(offset: number): number {
    return this.host.registers.read32(this.base + offset);
  }

  private write(offset: number, value: number): void {
    this.host.registers.write32(this.base + offset, value);
  }
}
