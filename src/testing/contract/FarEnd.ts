/* eslint-disable rxjs-x/no-ignored-error -- nobody calls `error()` on these channels */

import type { Mailbox } from '../../Mailbox';
import type { Channel } from '../../Channel';
import { equal } from '../assertDeepEqual';
import type { ControllerDevice } from './ControllerFixture';

/** The other end of a controller that has two, as a device: takes messages when they arrive. */
export class PeerDevice<Tx, Rx> implements ControllerDevice<Tx, Rx> {
  readonly arrived: Tx[] = [];
  /** Those whose receivers have returned. */
  returned = 0;
  /** A further receiver; may throw. */
  receiver: ((message: Tx) => void) | undefined;
  private channel: Channel<Rx, Tx, unknown> | undefined;
  /** In flight towards the controller. */
  private tokens: number[] = [];

  constructor(
    private readonly mailbox: Mailbox<Rx, Tx, unknown>,
    private readonly index: number,
    /** Its application tells tx-done, too. */
    private readonly acknowledges: boolean,
  ) {
    this.restore();
  }

  deliver(message: Rx): void {
    this.channel?.next(message);
  }

  pump(): void {
    if (this.acknowledges && !this.channel?.closed) for (const token of this.tokens.splice(0)) this.channel?.acknowledge({ token });
  }

  cut(): void {
    this.channel?.close();
  }

  restore(): void {
    this.channel = this.mailbox.requestChannel(this.index, { txQueueLength: 1000 });
    this.channel.subscribe((message) => this.arrived.push(message));
    this.channel.subscribe((message) => this.receiver?.(message));
    this.channel.subscribe(() => this.returned++);
    this.tokens = [];
    this.channel.events$.subscribe(({ type, token }) => type === 'sent' && this.tokens.push(token!));
  }
}

/** The other end of one channel, and what has been done there. */
export class FarEnd<Tx, Rx> {
  /** Takes what arrives, whenever the test waits for something. */
  takes = true;
  readonly finished = new Set<number>();

  constructor(
    readonly device: ControllerDevice<Tx, Rx>,
    /** Where the application itself has to tell. */
    private readonly acknowledge: ((message: Tx) => void) | undefined,
  ) {}

  get peer(): PeerDevice<Tx, Rx> | undefined {
    return this.device instanceof PeerDevice ? (this.device as PeerDevice<Tx, Rx>) : undefined;
  }

  /** Whether tests decide when a message is taken. */
  get canFinish(): boolean {
    return this.device.finish !== undefined || this.acknowledge !== undefined;
  }

  get arrived(): readonly Tx[] {
    return this.device.arrived;
  }

  finish(nth: number): void {
    this.finished.add(nth);
    this.device.finish?.(nth);
    this.acknowledge?.(this.arrived[nth]!);
  }

  fail(nth: number, reason: Error): void {
    this.finished.add(nth);
    this.device.fail!(nth, reason);
  }

  pump(): void {
    this.peer?.pump();
    if (this.takes && this.canFinish) for (let nth = 0; nth < this.arrived.length; nth++) if (!this.finished.has(nth)) this.finish(nth);
  }

  /** How often this message has arrived. */
  count(message: Tx): number {
    return this.counter()(message);
  }

  /** The same for many messages, as of now: compares only those that look alike. */
  counter(): (message: Tx) => number {
    const alike = new Map<string, Tx[]>();
    for (const message of this.arrived) {
      const look = looksOf(message);
      const others = alike.get(look);
      if (others) others.push(message);
      else alike.set(look, [message]);
    }
    return (message) => (alike.get(looksOf(message)) ?? []).filter((arrived) => equal(arrived, message)).length;
  }

  /** Whether a tx-done of this message would be true now. */
  hasTaken(message: Tx): boolean {
    const { peer, arrived, finished, canFinish } = this;
    // From the end, where it usually is.
    for (let nth = (peer?.returned ?? arrived.length) - 1; nth >= 0; nth--) {
      if ((peer !== undefined || !canFinish || finished.has(nth)) && equal(arrived[nth], message)) return true;
    }
    return false;
  }
}

/** The same for equal messages, also where their properties are in another order. */
function looksOf(message: unknown): string {
  try {
    const text = JSON.stringify(message) ?? String(message);
    return text.length > 1000 ? `long ${text.length}` : Array.from(text).sort().join('');
  } catch {
    return 'not JSON';
  }
}
