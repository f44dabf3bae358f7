import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { ScriptedController, type ControllerDevice, type ControllerFixture, type ScriptedLink } from 'rx-mailbox/testing';
import { virtualTime } from './virtualTime';

export interface ScriptedDeviceOptions {
  txDone?: TxDoneMethod;
  correlation?: Correlation;
  window?: number;
  /** It has a reset, which discards the messages it holds. */
  reset?: boolean;
  /** It does not know who sent the messages it holds. A new owner finds it down until it holds none. */
  forgetful?: boolean;
}

export interface Held {
  readonly message: unknown;
  readonly token: number;
  readonly link: ScriptedLink<unknown, unknown, unknown>;
  readonly epoch: number;
}

/** A device behind a scripted controller. The two do what a good adapter does. */
export class ScriptedDevice implements ControllerDevice<unknown, unknown> {
  readonly arrived: unknown[] = [];
  readonly held: Held[] = [];
  readonly controller: ScriptedController<unknown, unknown, unknown>;
  protected epoch = 0;
  private readonly taken = new Set<Held>();
  private isCut = false;

  constructor(protected readonly options: ScriptedDeviceOptions) {
    const { txDone = 'irq', correlation = 'tagged', window, reset } = options;
    this.controller = new ScriptedController<unknown, unknown, unknown>({
      name: 'device',
      txDone,
      correlation,
      abort: true,
      ...(window !== undefined && { window }),
      ...(txDone === 'poll' && { txPollPeriod: 2 }),
      ...(reset === true && { reset: () => (this.epoch++, []) }),
      onSend: (message, token, link) => this.arrive({ message, token, link, epoch: this.epoch }),
      onStart: (link) => this.start(link),
    });
  }

  finish(nth: number): void {
    this.take(nth, { ack: `ack of ${String(this.arrived[nth])}` });
  }

  fail(nth: number, reason: Error): void {
    this.take(nth, { error: reason });
  }

  deliver(message: unknown): void {
    this.controller.link().received(message);
  }

  block(): void {
    this.controller.link().refuseUntilReady();
  }

  unblock(): void {
    this.controller.link().ready();
  }

  cut(): void {
    this.epoch++;
    this.isCut = true;
    this.controller.link().down(new Error('cut'));
  }

  restore(): void {
    this.isCut = false;
    this.controller.link().up();
  }

  protected start(link: ScriptedLink<unknown, unknown, unknown>): void {
    if (this.isCut || (this.options.forgetful && this.taken.size < this.held.length)) link.down();
  }

  protected arrive(held: Held): void {
    this.held.push(held);
    this.arrived.push(held.message);
  }

  protected take(nth: number, done: { ack?: unknown; error?: unknown }): void {
    const held = this.held[nth]!;
    const link = this.controller.link();
    if (this.taken.has(held)) return;
    this.taken.add(held);
    // Of an earlier owner or epoch: no tx-done. A forgetful device has been down since, and comes up after the last of them.
    if (held.link === link && held.epoch === this.epoch) this.report(held, done);
    else if (this.options.forgetful && this.taken.size === this.held.length) link.up();
  }

  protected report({ token, link }: Held, done: { ack?: unknown; error?: unknown }): void {
    const { txDone = 'irq', correlation = 'tagged' } = this.options;
    if (txDone === 'poll') link.setLastTxDone(token, done);
    else if (txDone === 'irq') link.txDone(correlation === 'tagged' ? { token, ...done } : done);
  }
}

/** A fixture for a scripted device, in virtual time. */
export function scriptedFixture(device: ScriptedDevice): ControllerFixture<unknown, unknown, unknown> {
  return {
    controller: device.controller,
    device: () => device,
    message: (n) => `message ${n}`,
    ack: (message) => `ack of ${String(message)}`,
    samples: { object: { deep: [1, { er: new Date(0) }] } },
    answers: { bytes: Uint8Array.of(0, 255) },
    ...virtualTime(),
  };
}
