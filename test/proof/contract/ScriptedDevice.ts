import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { ScriptedController, type ControllerDevice, type ControllerFixture, type ScriptedLink } from 'rx-mailbox/testing';
import { virtualTime } from './virtualTime';

export interface ScriptedDeviceOptions {
  txDone?: TxDoneMethod;
  correlation?: Correlation;
  window?: number;
  /** It has two channels, which share this window. */
  sharedWindow?: number;
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
  private isDown = false;
  private returns = false;
  /** One for each channel. */
  private readonly channels: ScriptedDevice[];

  constructor(
    protected readonly options: ScriptedDeviceOptions,
    private readonly index = 0,
    main?: ScriptedDevice,
  ) {
    const { txDone = 'irq', correlation = 'tagged', window, sharedWindow, reset } = options;
    this.channels = main?.channels ?? [];
    this.channels.push(this);
    this.controller =
      main?.controller ??
      new ScriptedController<unknown, unknown, unknown>({
        name: 'device',
        txDone,
        correlation,
        abort: true,
        ...(window !== undefined && { window }),
        ...(sharedWindow !== undefined && { sharedWindow, channelCount: 2 }),
        ...(txDone === 'poll' && { txPollPeriod: 2 }),
        ...(reset === true && { reset: () => (this.epoch++, []) }),
        onSend: (message, token, link) => this.channels[link.index]!.accept(message, token, link),
        onStart: (link) => this.channels[link.index]!.start(link),
      });
    if (sharedWindow !== undefined && main === undefined) new (this.constructor as typeof ScriptedDevice)(options, 1, this);
  }

  channel(index: number): ScriptedDevice {
    return this.channels[index]!;
  }

  get link(): ScriptedLink<unknown, unknown, unknown> {
    return this.controller.link(this.index);
  }

  repeat(nth: number): void {
    const { link, token } = this.held[nth]!;
    link.txDone({ token });
  }

  progress(nth: number): void {
    const { link, token } = this.held[nth]!;
    if (this.options.correlation === 'tagged') link.progress(token);
    else link.progress();
  }

  giveBack(): void {
    this.returns = true;
  }

  finish(nth: number): void {
    this.take(nth, { ack: `ack of ${String(this.arrived[nth])}` });
  }

  fail(nth: number, reason: Error): void {
    this.take(nth, { error: reason });
  }

  deliver(message: unknown): void {
    this.link.received(message);
  }

  block(): void {
    this.link.refuseUntilReady();
  }

  unblock(): void {
    this.returns = false;
    this.link.ready();
  }

  cut(): void {
    this.epoch++;
    this.isCut = this.isDown = true;
    this.link.down(new Error('cut'));
  }

  restore(): void {
    this.isCut = this.isDown = false;
    this.link.up();
  }

  protected start(link: ScriptedLink<unknown, unknown, unknown>): void {
    this.isDown = this.isCut || (this.options.forgetful === true && this.taken.size < this.held.length);
    if (this.isDown) link.down();
  }

  protected accept(message: unknown, token: number, link: ScriptedLink<unknown, unknown, unknown>): void {
    if (this.returns) this.sendBack(token, link);
    else this.arrive({ message, token, link, epoch: this.epoch });
  }

  protected sendBack(token: number, link: ScriptedLink<unknown, unknown, unknown>): void {
    link.giveBack(token);
  }

  protected arrive(held: Held): void {
    this.held.push(held);
    this.arrived.push(held.message);
  }

  protected take(nth: number, done: { ack?: unknown; error?: unknown }): void {
    const held = this.held[nth]!;
    const link = this.link;
    if (this.taken.has(held)) return;
    this.taken.add(held);
    // Of an earlier owner or epoch: no tx-done. A forgetful device has been down since, and comes up after the last of them.
    if (held.link === link && held.epoch === this.epoch) this.report(held, done);
    else if (this.options.forgetful && this.taken.size === this.held.length && this.isDown && !this.isCut) {
      this.isDown = false;
      link.up();
    }
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
    device: (index) => device.channel(index),
    message: (n) => `message ${n}`,
    ack: (message) => `ack of ${String(message)}`,
    samples: { object: { deep: [1, { er: new Date(0) }] } },
    answers: { bytes: Uint8Array.of(0, 255) },
    ...virtualTime(),
  };
}
