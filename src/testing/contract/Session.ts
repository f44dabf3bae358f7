import type { ChannelOptions } from '../../contract/ChannelOptions';
import { Mailbox } from '../../Mailbox';
import { assertDeepEqual, equal } from '../assertDeepEqual';
import type { ControllerFeature, ControllerFixture } from './ControllerFixture';
import { FarEnd, PeerDevice } from './FarEnd';
import { Owner, type Sent } from './Owner';
import { watchController, type WatchedLink } from './WatchedController';

const ROUNDS = 1000;

/** One test: a controller, its other end, and everybody who sends. What holds always is checked at the end of each. */
export class Session<Tx = unknown, Rx = unknown, Ack = unknown> {
  readonly mailbox: Mailbox<Tx, Rx, Ack>;
  readonly window: number;
  readonly tagged: boolean;
  private readonly violations: string[] = [];
  private readonly owners: Owner<Tx, Rx, Ack>[] = [];
  private readonly ends = new Map<number, FarEnd<Tx, Rx>>();
  private readonly links: WatchedLink<Tx, Rx, Ack>[] = [];
  private readonly peers: Mailbox<Rx, Tx, unknown> | undefined;
  private numbers = 0;

  constructor(readonly fixture: ControllerFixture<Tx, Rx, Ack>) {
    const { controller, peer, device, scheduler } = fixture;
    if ((peer === undefined) === (device === undefined)) throw new TypeError('the fixture has to have a peer or a device, and not both');
    const options = scheduler && { scheduler };
    this.window = controller.window ?? 1;
    this.tagged = controller.correlation === 'tagged';
    if (peer) this.peers = new Mailbox(peer, options);
    this.mailbox = new Mailbox(
      watchController(controller, this.violations, (link) => this.links.push(link)),
      options,
    );
  }

  /** Throws if the test cannot be made here, rather than let it pass. */
  require(features: readonly ControllerFeature[]): void {
    const { fixture } = this;
    const { device } = this.far();
    const has: Record<ControllerFeature, unknown> = {
      finish: this.far().canFinish,
      fail: device.fail,
      deliver: device.deliver,
      block: device.block && device.unblock,
      cut: device.cut && device.restore,
      samples: fixture.samples,
      answers: fixture.answers,
      tooLarge: 'tooLarge' in fixture,
      channels: fixture.controller.channelCount > 1,
    };
    for (const feature of features) {
      if (!has[feature]) throw new Error(`the fixture has no '${feature}': give it one, or list it in the option \`without\``);
    }
  }

  far(index = 0): FarEnd<Tx, Rx> {
    let end = this.ends.get(index);
    if (end === undefined) {
      const { peer, controller } = this.fixture;
      const device = this.peers ? new PeerDevice<Tx, Rx>(this.peers, index, peer?.txDone === 'ack') : this.fixture.device!(index);
      const tells = controller.txDone === 'ack';
      end = new FarEnd(device, tells ? (message) => this.acknowledge(index, message) : undefined);
      this.ends.set(index, end);
    }
    return end;
  }

  open(index = 0, options: ChannelOptions<Tx> = { txQueueLength: 1000 }): Owner<Tx, Rx, Ack> {
    // Its other end first.
    this.far(index);
    const owner = new Owner(this, index, this.mailbox.requestChannel(index, options));
    this.owners.push(owner);
    return owner;
  }

  number(): number {
    return this.numbers++;
  }

  answer(n: number): Rx {
    const { fixture } = this;
    return fixture.answer ? fixture.answer(n) : (fixture.message(n) as unknown as Rx);
  }

  /** Lets things happen until it is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      if (isSo()) return;
      await this.step();
    }
    if (!isSo()) throw new Error(`waited in vain for: ${what}\n${this.state()}`);
  }

  /** Lets things happen that must not. */
  async quiet(): Promise<void> {
    for (let round = 0; round < 5; round++) await this.step();
  }

  async step(): Promise<void> {
    for (const end of this.ends.values()) end.pump();
    if (this.fixture.settle) await this.fixture.settle();
    else await new Promise((resolve) => setTimeout(resolve));
  }

  /** Until all of these have been told. */
  told(sent: readonly Sent<Tx>[]): Promise<void> {
    return this.until('every sender is told what became of its message', () => sent.every(({ told, left }) => left || told.length > 0));
  }

  async allOk(sent: readonly Sent<Tx>[]): Promise<void> {
    await this.told(sent);
    this.equal(
      sent.map(({ told }) => told),
      sent.map(() => ['ok']),
      'what the senders were told',
    );
  }

  equal(actual: unknown, expected: unknown, what: string): void {
    try {
      assertDeepEqual(actual, expected);
    } catch (error) {
      throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Closes everything, then checks what has to be true whatever the test was. */
  async end(): Promise<void> {
    this.mailbox.close();
    // What comes now comes too late.
    await this.quiet();
    this.check();
  }

  /** What a test failed with, and which rules were broken before that. */
  explain(error: unknown): unknown {
    if (this.violations.length === 0 || !(error instanceof Error)) return error;
    return new Error([error.message, ...this.violations.slice(0, 20)].join('\n'), { cause: error });
  }

  async dispose(): Promise<void> {
    this.mailbox.close();
    this.peers?.close();
    await this.fixture.dispose?.();
  }

  private check(): void {
    const { fixture, violations } = this;
    const wrong = [...violations];
    for (const { index, sent } of this.owners) {
      const far = this.far(index);
      const countOf = far.counter();
      for (const each of sent) {
        const { n, message, told, left, ack, delivery } = each;
        const name = n === undefined ? 'a sample' : `message ${n}`;
        if (told.length !== (left ? 0 : 1)) wrong.push(`the sender of ${name} was told ${told.join(' and ') || 'nothing'}`);
        if (n === undefined) continue;
        const count = countOf(message);
        if (!equal(message, fixture.message(n))) wrong.push(`${name} was changed by sending it`);
        if (count > 1) wrong.push(`${name} arrived ${count} times`);
        if (delivery === 'not-sent' && count > 0) wrong.push(`${name} arrived although it was not sent`);
        if (told[0] !== 'ok') continue;
        if (count === 0) wrong.push(`the sender of ${name} was told ok, and it never arrived as it was`);
        const promised = fixture.takenWhenReceived === true || far.canFinish;
        if (promised && !each.wasTaken) wrong.push(`the sender of ${name} was told ok before it had been taken`);
        if (fixture.ack && !equal(ack, fixture.ack(message))) wrong.push(`the sender of ${name} was told the ack of another`);
      }
    }
    if (wrong.length > 0) throw new Error(wrong.slice(0, 20).join('\n'));
  }

  /** The application of an `'ack'` controller: its own protocol tells it which message was taken. */
  private acknowledge(index: number, message: Tx): void {
    const owner = this.owners.filter((candidate) => candidate.index === index).at(-1);
    const link = this.links.filter((candidate) => candidate.index === index).at(-1);
    if (!owner || !link || owner.channel.closed) return;
    for (const { message: accepted, token } of link.outstanding.values()) {
      if (!equal(accepted, message)) continue;
      link.outstanding.delete(token);
      const { ack } = this.fixture;
      return owner.channel.acknowledge({ ...(this.tagged && { token }), ...(ack && { ack: ack(message) }) });
    }
  }

  private state(): string {
    const lines = this.owners.map(({ index, sent }) => {
      const pending = sent.filter(({ told, left }) => told.length === 0 && !left).length;
      return `channel ${index}: ${sent.length} sent, ${pending} pending, ${this.far(index).arrived.length} arrived`;
    });
    return lines.join('\n');
  }
}
