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
import type { HspArrival, HspBehaviour, HspMessage } from './HspModelOptions';

const WORDS = [0, 1, 2, 3];

/** The processor that a mailbox of a model belongs to. */
export interface HspModelHost {
  readonly registers: RegisterSpace;
  readonly behaviour: Readonly<HspBehaviour>;
  /** The chip has enables in each mailbox. */
  readonly mailboxEnables: boolean;
  /** Changes with each reset. */
  epoch(): unknown;
  enable(causes: number): void;
  disable(causes: number): void;
  after(delay: number, act: () => void): void;
  arrived(arrival: HspArrival): void;
  reply(message: HspMessage): void;
}

/** One mailbox, as the other processor uses it: reads from it, or writes to it what waits, one message at a time. */
export class HspModelMailbox {
  private readonly base: number;
  private waiting: HspMessage['message'][] = [];
  private ignored = false;

  constructor(
    private readonly host: HspModelHost,
    private readonly mailbox: number,
    /** What it receives; `undefined` if it does not. */
    private readonly bits: 32 | 128 | undefined,
  ) {
    this.base = mailboxAt(mailbox);
  }

  /** Also after a reset, when nothing is known of before. */
  start(): void {
    this.waiting = [];
    this.ignored = false;
    if (this.bits === undefined) return;
    if (this.host.mailboxEnables) this.write(FULL_INT_IE, 1);
    this.host.enable(FULL(this.mailbox));
  }

  send(message: HspMessage['message']): void {
    this.waiting.push(message);
    this.emptied();
  }

  /** Writes the next message if it may, and asks to be told when it may write the one behind. */
  emptied(): void {
    const { host, mailbox, waiting } = this;
    if (waiting.length > 0 && !this.isFull()) this.put(waiting.shift()!);
    if (waiting.length === 0) return host.disable(EMPTY(mailbox));
    if (host.mailboxEnables) this.write(EMPTY_INT_IE, 1);
    host.enable(EMPTY(mailbox));
  }

  filled(): void {
    const { host, mailbox } = this;
    // Until it has been cleared; the cause would go on.
    host.disable(FULL(mailbox));
    const { stuck, answersEarly, latency } = host.behaviour;
    this.ignored = ((stuck >>> mailbox) & 1) !== 0;
    if (this.ignored) return;
    if (answersEarly) host.reply({ mailbox, message: this.read() });
    host.after(latency, () => this.take(answersEarly));
  }

  /** It may be stuck no longer; and its message may be gone by now. */
  look(): void {
    if (!this.ignored) return;
    this.ignored = false;
    if (this.isFull()) this.filled();
    else this.host.enable(FULL(this.mailbox));
  }

  /** Without power: all of it is zeros. */
  erase(probe: RegisterSpace): void {
    for (const offset of [SHRD_MBOX, FULL_INT_IE, EMPTY_INT_IE, TYPE1_TAG, ...WORDS.map(TYPE1_DATA)]) probe.write32(this.base + offset, 0);
  }

  private take(answered: boolean): void {
    const { host, mailbox } = this;
    const epoch = host.epoch();
    const message = this.read();
    let held = true;
    const clear = (): void => {
      // After a reset the mailbox may be full of another message.
      if (!held || host.epoch() !== epoch) return;
      held = false;
      this.clear();
    };
    const { holds, lateClear } = host.behaviour;
    host.arrived({ mailbox, message, take: clear });
    if (host.epoch() !== epoch) return;
    if (!answered) host.reply({ mailbox, message });
    if (!holds) host.after(lateClear, clear);
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
    this.host.enable(FULL(this.mailbox));
  }

  private load(offset: number): number {
    return this.host.registers.read32(this.base + offset);
  }

  private write(offset: number, value: number): void {
    this.host.registers.write32(this.base + offset, value);
  }
}
