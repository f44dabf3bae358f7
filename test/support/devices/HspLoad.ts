import { txTimeout, type Channel, type MailboxError } from 'rx-mailbox';
import type { HspWords, TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import type { HspMessage } from 'rx-mailbox/testing';
import { Random } from '../../proof/soak/Random';
import { HspBench } from './HspBench';

/** Changes the hardware; called every 10 ms. */
export type Fault = (bench: HspBench, random: Random) => void;

interface Sent {
  readonly lane: number;
  readonly number: number;
  /** What the send ended with; missing for `next()`. */
  readonly outcomes?: string[];
  readonly reported: string[];
}

/** The mailbox of each lane, and the one in which the other processor echoes its messages. */
const LANES = [
  { tx: 0, rx: 1, bits: 32 },
  { tx: 2, rx: 3, bits: 32 },
  { tx: 4, rx: 5, bits: 128 },
] as const;

const wide = (number: number): HspWords => [number, ~number >>> 0, 0xffff_ffff, number];
const numberOf = (message: HspMessage['message']): number => (typeof message === 'number' ? message : message[0]);

/** Sends on three lanes while faults come and go, and checks what became of each message. */
export class HspLoad {
  readonly bench: HspBench;
  readonly sent: Sent[] = [];
  /** How often each message arrived at the other processor. */
  readonly arrived = new Map<number, number>();
  /** How often each message was answered, perhaps early; then how often the answer arrived here. */
  readonly asked = new Map<number, number>();
  readonly echoed = new Map<number, number>();
  /** What happened and when, by lane. */
  readonly logs: string[][] = LANES.map(() => []);
  readonly wrong: string[] = [];
  private readonly random: Random;
  private readonly randoms: readonly Random[];
  private readonly channels: Channel<unknown, unknown>[];
  private readonly byNumber = new Map<number, Sent>();
  private last = 0;

  constructor(
    seed: number,
    private readonly fault: Fault,
    options: Partial<TegraHspOptions> = {},
  ) {
    this.random = new Random(seed);
    // One generator for each lane, so that the lanes do not influence each other.
    this.randoms = LANES.map((_, lane) => new Random(1000 * seed + lane));
    this.bench = new HspBench({
      driver: { variant: 'tegra234', ...options },
      model: {
        receives: Object.fromEntries(LANES.map(({ tx, bits }) => [tx, bits])),
        answer: ({ mailbox, message }) => {
          count(this.asked, numberOf(message));
          return { mailbox: mailbox + 1, message };
        },
      },
    });
    this.channels = LANES.map(({ tx, bits }, lane) => this.open(lane, bits === 32 ? `sm:${tx}:tx` : `sm:${tx}:tx:128`));
    for (const { rx, bits } of LANES) {
      const channel: { subscribe(next: (message: number | Uint32Array) => void): unknown } =
        bits === 32 ? this.bench.request(`sm:${rx}:rx`) : this.bench.mailbox128.requestChannel(`sm:${rx}:rx:128`);
      channel.subscribe((message) => count(this.echoed, numberOf(message)));
    }
    this.bench.model.received$.subscribe(({ message }) => {
      if (typeof message !== 'number' && [...message].join() !== [...wide(message[0])].join()) this.wrong.push(`torn: ${message.join()}`);
      count(this.arrived, numberOf(message));
    });
  }

  run(ms: number): this {
    for (let t = 0; t < ms; t++) {
      if (t % 10 === 0) this.fault(this.bench, this.random);
      LANES.forEach((_, lane) => {
        if (this.randoms[lane]!.chance(0.25)) this.send(lane);
      });
      this.bench.run(1);
    }
    return this;
  }

  /** Ends all faults, so that every send can end. */
  heal(): this {
    const { model, hsp } = this.bench;
    model.powerOn();
    model.set({ latency: 0, lateClear: 0, answersEarly: false, stuck: 0 });
    model.loseInterrupts(0);
    hsp.resume();
    this.bench.run(2000);
    return this;
  }

  judge(): this {
    for (const { number, outcomes: own, reported } of this.sent) {
      const outcomes = own ?? reported;
      const arrivals = this.arrived.get(number) ?? 0;
      if (outcomes.length !== 1) this.wrong.push(`${number}: outcome of its send: ${outcomes.join(' and ') || 'none'}`);
      if (reported.length !== 1) this.wrong.push(`${number}: ${reported.length} reports`);
      if (own && own.join() !== reported.join()) this.wrong.push(`${number}: ended with ${own.join()}, reported ${reported.join()}`);
      if (arrivals > 1) this.wrong.push(`${number}: arrived ${arrivals} times`);
      if (outcomes[0]!.endsWith('not-sent') && arrivals > 0) this.wrong.push(`${number}: ${outcomes[0]}, and it arrived`);
      if ((this.echoed.get(number) ?? 0) > (this.asked.get(number) ?? 0)) this.wrong.push(`${number}: an answer without a question`);
    }
    return this;
  }

  outcomes(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { reported } of this.sent) count(counts, reported[0]!);
    return Object.fromEntries(counts);
  }

  private open(lane: number, which: string): Channel<unknown, unknown> {
    const { bench } = this;
    const options = { txQueueLength: 10_000 };
    const channel = which.endsWith('128') ? bench.mailbox128.requestChannel(which, options) : bench.request(which, options);
    const reported = channel as Channel<unknown, unknown>;
    reported.txDone$.subscribe(({ message, error }) => {
      const number = numberOf(message as HspMessage['message']);
      const what = error ? `${error.code} ${error.delivery}` : 'ok';
      this.byNumber.get(number)!.reported.push(what);
      this.logs[lane]!.push(`${bench.scheduler.now()} ${number} ${what}`);
      if (!error && !this.arrived.has(number)) this.wrong.push(`${number}: ended with ok, and it has not arrived`);
    });
    return reported;
  }

  private remember(sent: Sent): void {
    this.sent.push(sent);
    this.byNumber.set(sent.number, sent);
  }

  private send(lane: number): void {
    const random = this.randoms[lane]!;
    // Unique among all lanes.
    const number = 10 * ++this.last + lane;
    const message = LANES[lane]!.bits === 32 ? number : wide(number);
    const channel = this.channels[lane]!;
    if (random.chance(0.3)) {
      this.remember({ lane, number, reported: [] });
      return channel.next(message);
    }
    const outcomes: string[] = [];
    this.remember({ lane, number, outcomes, reported: [] });
    const transmission = random.chance(0.3)
      ? channel.send(message)
      : channel.send(message).pipe(txTimeout(random.between(1, 60), this.bench.scheduler));
    transmission.subscribe({
      error: ({ code, delivery }: MailboxError) => outcomes.push(`${code} ${delivery}`),
      complete: () => outcomes.push('ok'),
    });
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
