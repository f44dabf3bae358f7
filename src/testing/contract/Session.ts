import type { ChannelOptions } from '../../contract/ChannelOptions';
import { Mailbox } from '../../Mailbox';
import { assertDeepEqual, equal } from '../assertDeepEqual';
import { checkController } from './checkController';
import type { CheckedLink } from './CheckedLink';
import type { Need } from './Need';
import type { ControllerFixture } from './ControllerFixture';
import { FarEnd } from './FarEnd';
import { findMistakes, hasArrived } from './findMistakes';
import { Owner, type TrackedSend } from './Owner';
import { PeerDevice } from './PeerDevice';
import { requireFeatures } from './requireFeatures';

const MOST_STEPS = 1000;
/** How many lines of mistakes an error shows. */
const MOST_LINES = 20;

/** One test: a controller, its other end, and the owners of its channels. At its end the rules for every test are checked. */
export class Session<Tx = unknown, Rx = unknown, Ack = unknown> {
  readonly mailbox: Mailbox<Tx, Rx, Ack, unknown>;
  readonly window: number;
  readonly tagged: boolean;
  private readonly violations: string[] = [];
  private readonly owners: Owner<Tx, Rx, Ack>[] = [];
  private readonly ends = new Map<number, FarEnd<Tx, Rx>>();
  private readonly links: CheckedLink<Tx, Rx, Ack>[] = [];
  private readonly peers: Mailbox<Rx, Tx, unknown> | undefined;
  private nextNumber = 0;

  constructor(readonly fixture: ControllerFixture<Tx, Rx, Ack>) {
    const { controller, peer, device, scheduler } = fixture;
    if ((peer === undefined) === (device === undefined)) throw new TypeError('the fixture has to have a peer or a device, and not both');
    const options = scheduler && { scheduler };
    this.window = Math.min(controller.window ?? 1, controller.sharedWindow ?? Infinity);
    this.tagged = controller.correlation === 'tagged';
    if (peer) this.peers = new Mailbox(peer, options);
    this.mailbox = new Mailbox(
      checkController(controller, this.violations, (link) => this.links.push(link)),
      options,
    );
  }

  require(features: readonly Need[]): void {
    requireFeatures(features, this.fixture, this.far());
  }

  far(index = 0): FarEnd<Tx, Rx> {
    let end = this.ends.get(index);
    if (end === undefined) {
      const { peer, controller } = this.fixture;
      const device = this.peers ? new PeerDevice<Tx, Rx>(this.peers, index, peer?.txDone === 'ack') : this.fixture.device!(index);
      // A link may have a method of its own. Before it is open, only the controller's is known.
      const byApplication = (): boolean => (this.link(index)?.method ?? controller.txDone) === 'ack';
      end = new FarEnd(device, byApplication, (message) => this.acknowledge(index, message));
      this.ends.set(index, end);
    }
    return end;
  }

  open(index = 0, options: ChannelOptions<Tx> = { txQueueLength: 1000 }): Owner<Tx, Rx, Ack> {
    // The other end opens first.
    const far = this.far(index);
    const owner = new Owner(index, this.mailbox.requestChannel(index, options), far, { next: () => this.nextMessage() });
    this.owners.push(owner);
    return owner;
  }

  /** The link of the channel's latest owner. */
  link(index = 0): CheckedLink<Tx, Rx, Ack> | undefined {
    return this.links.filter((candidate) => candidate.index === index).at(-1);
  }

  answer(n: number): Rx {
    const { fixture } = this;
    return fixture.answer ? fixture.answer(n) : (fixture.message(n) as unknown as Rx);
  }

  /** Lets things happen until `isSo` returns true. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let step = 0; step < MOST_STEPS; step++) {
      if (isSo()) return;
      await this.step();
    }
    if (!isSo()) throw new Error(`waited in vain for: ${what}\n${this.state()}`);
  }

  /** Gives things that must not happen the time to happen. */
  async wait(): Promise<void> {
    for (let step = 0; step < 5; step++) await this.step();
  }

  async step(): Promise<void> {
    for (const end of this.ends.values()) end.proceed();
    if (this.fixture.settle) await this.fixture.settle();
    else await new Promise((resolve) => setTimeout(resolve));
  }

  /** Waits until each of these senders has an outcome, or has left. */
  allEnded(sends: readonly TrackedSend<Tx>[]): Promise<void> {
    return this.until('every sender is told what became of its message', () =>
      sends.every(({ outcomes, left }) => left || outcomes.length > 0),
    );
  }

  async allOk(sends: readonly TrackedSend<Tx>[]): Promise<void> {
    await this.allEnded(sends);
    this.equal(
      sends.map(({ outcomes }) => outcomes),
      sends.map(() => ['ok']),
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

  /** Waits until everything has arrived that senders were told ok about. If it never does, that is found at the end of the test. */
  async arrivedAll(): Promise<void> {
    for (let step = 0; step < MOST_STEPS && !this.owners.every((owner) => hasArrived(owner, this.far(owner.index))); step++)
      await this.step();
  }

  /** Closes everything, then checks the rules for every test. */
  async end(): Promise<void> {
    await this.arrivedAll();
    this.mailbox.close();
    // Whatever arrives now breaks a rule.
    await this.wait();
    const mistakes = this.owners.flatMap((owner) => findMistakes(owner, this.far(owner.index), this.fixture));
    const lines = [...this.violations, ...mistakes].slice(0, MOST_LINES);
    if (lines.length > 0) throw new Error(lines.join('\n'));
  }

  /** The error of a test, with the violations of the contract that may be its cause. */
  explain(error: unknown): unknown {
    if (this.violations.length === 0 || !(error instanceof Error)) return error;
    return new Error([error.message, ...this.violations.slice(0, MOST_LINES)].join('\n'), { cause: error });
  }

  async dispose(): Promise<void> {
    this.mailbox.close();
    this.peers?.close();
    await this.fixture.dispose?.();
  }

  private nextMessage(): { n: number; message: Tx } {
    const n = this.nextNumber++;
    return { n, message: this.fixture.message(n) };
  }

  /** Does what the application of an `'ack'` controller does when its protocol says that this message was taken. */
  private acknowledge(index: number, message: Tx): void {
    const owner = this.owners.filter((candidate) => candidate.index === index).at(-1);
    if (!owner || owner.channel.closed) return;
    const link = this.link(index)!;
    for (const { message: accepted, token } of link.outstanding.values()) {
      if (!equal(accepted, message)) continue;
      link.taken(token);
      const { ack } = this.fixture;
      return owner.channel.acknowledge({ ...(this.tagged && { token }), ...(ack && { ack: ack(message) }) });
    }
  }

  private state(): string {
    const lines = this.owners.map(({ index, sends }) => {
      const pending = sends.filter(({ outcomes, left }) => outcomes.length === 0 && !left).length;
      return `channel ${index}: ${sends.length} sent, ${pending} pending, ${this.far(index).arrived.length} arrived`;
    });
    return lines.join('\n');
  }
}
