import { Mailbox, isMailboxError, type Correlation } from 'rx-mailbox';
import { Client } from './Client';
import { callOf, inapplicable, methodOf, type ClientConfig } from './config';
import { EINVAL, EPROBE_DEFER, errnoOf } from './errno';
import { Recorder } from './Recorder';
import { MockController } from './MockController';
import type { Message } from './MockLink';
import type { Observation } from './oracle';
import type { MakeController, PlayedController } from './PlayedController';
import type { Scenario, Step } from './Scenario';

type RequestStep = Step & { readonly 0: 'request' };
type TxDoneStep = Step & { readonly 0: 'txdone' | 'clientTxdone' };

/** How a scenario is played. */
export interface PlayOptions {
  /** The controller says `ready`, as the contract demands of one that refuses and as the kernel's cannot; default true. */
  readonly tellsRoom?: boolean;
  /** Overrides how long an abandoned slot is held, in ms: 0 frees it at once, as the kernel does. */
  readonly quarantine?: number;
  /** Plays on another controller than the mock. */
  readonly makeController?: MakeController;
}

/** Plays one scenario against the library, in virtual time, with a controller of one correlation class. */
export class Player {
  private readonly recorder = new Recorder();
  private readonly controller: PlayedController;
  private readonly clients = new Map<number, Client>();
  private readonly resends = new Map<string, string>();
  private readonly deadlines = new Map<number, number>();
  private mailbox: Mailbox<Message, number, number> | undefined;

  constructor(
    private readonly scenario: Scenario,
    private readonly correlation: Correlation,
    private readonly options: PlayOptions = {},
  ) {
    const { cfg } = scenario;
    const makeController: MakeController = options.makeController ?? ((...settings) => new MockController(...settings));
    this.controller = makeController(cfg, correlation, this.recorder, options.tellsRoom ?? true);
    if (!cfg.autoRegister) return;
    this.register();
    if (!cfg.autoRequest) return;
    for (let ch = 0; ch < cfg.chans; ch++) this.own(ch, ch, cfg, cfg.knows);
  }

  /** Runs the script, waits until every sender must have returned, and closes everything. */
  play(): Observation {
    const { recorder, scenario } = this;
    try {
      scenario.steps.forEach((step, index) => {
        recorder.step = index;
        this.run(step);
        for (let ch = 0; ch < scenario.cfg.chans; ch++) this.controller.link(ch)?.tellRoom();
      });
      recorder.step = scenario.steps.length;
      recorder.advance(Math.max(0, ...[...this.deadlines.values()].map((deadline) => deadline - recorder.now)));
      recorder.write('over');
      this.mailbox?.close();
      if (recorder.pending > 0) recorder.write('crash', `${recorder.pending} timers are left`);
    } catch (error) {
      recorder.write('crash', String(error));
    }
    return { log: recorder.log, until: recorder.now };
  }

  private run(step: Step): void {
    if (inapplicable(step) !== undefined) return;
    switch (step[0]) {
      case 'send':
      case 'spawn':
        return this.send(step);
      case 'advance':
        return this.recorder.advance(step[1]);
      case 'txdone':
      case 'clientTxdone':
        return this.txDone(step);
      case 'tick':
        return this.txDone([methodOf(this.scenario.cfg, false) === 'ack' ? 'clientTxdone' : 'txdone', step[3], step[4], 0]);
      case 'busy':
        return this.controller.hardwareOf(step[1]).refuse(step[2]);
      case 'busyOnce':
        return this.controller.hardwareOf(step[1]).refuseOnce(step[2]);
      case 'lastTxDone':
        return this.controller.hardwareOf(step[1]).setRegister(step[2]);
      case 'drop':
        return this.controller.hardwareOf(step[1]).drop();
      case 'rx':
        return this.controller.link(step[1])?.receive(step[2]);
      case 'rxPending':
        this.controller.hardwareOf(step[1]).received.push(step[2]);
        return;
      case 'resend':
        this.resends.set(step[1], step[2]);
        return;
      case 'setBlock':
        this.withClient(step[1], (client) => (client.block = step[2]));
        return;
      case 'flush':
        return this.flush(step);
      case 'peek':
        return this.withClient(step[1], ({ channel }) => this.recorder.write('peek', step[1], channel.peekData()));
      case 'slots':
        return this.withClient(step[1], ({ channel }) => this.recorder.write('slots', step[1], channel.slotsAvailable));
      case 'free':
        return this.clients.get(step[1])?.channel.close();
      case 'request':
        return this.request(step);
      case 'register':
        return this.register();
      case 'unregister':
        return this.mailbox?.close();
      case 'run':
      case 'settle':
        return;
    }
  }

  private register(): void {
    this.mailbox = new Mailbox(this.controller, { scheduler: this.recorder.scheduler });
  }

  private request([, ch, , via, block, tout, knows, startupRet]: RequestStep): void {
    if (!this.mailbox) return this.recorder.write('req', ch, EPROBE_DEFER);
    this.controller.startupRet = startupRet;
    try {
      this.own(ch, via === 'name' ? `ch${ch}` : via === 'badname' ? 'nobody' : ch, { block, tout }, knows);
      this.recorder.write('req', ch, 0);
    } catch (error) {
      this.recorder.write('req', ch, error instanceof RangeError ? EINVAL : isMailboxError(error) ? errnoOf(error) : Number(error));
    } finally {
      this.controller.startupRet = 0;
    }
  }

  /** Becomes the owner of a channel. */
  private own(ch: number, which: number | string, config: ClientConfig, knowsTxDone: boolean): void {
    const { cfg } = this.scenario;
    if (!this.mailbox) throw new Error('not registered');
    const txPrepare = (message: Message) => this.recorder.write('prep', ch, message ?? 'NULL');
    const { quarantine } = this.options;
    const channel = this.mailbox.requestChannel(which, {
      knowsTxDone,
      ...(cfg.txPrepareCb ? { txPrepare } : {}),
      ...(quarantine === undefined ? {} : { quarantine }),
    });
    this.clients.set(
      ch,
      new Client(channel, { ...config, ch, knows: knowsTxDone, reports: cfg.txDoneCb, resends: this.resends }, this.recorder),
    );
  }

  private send(step: Step & { readonly 0: 'send' | 'spawn' }): void {
    const client = this.clients.get(step[2]);
    if (!client) return this.recorder.write('ret', step[1], EINVAL);
    const call = callOf(client, step);
    if (call.limit !== undefined) this.deadlines.set(call.tid, this.recorder.now + call.limit);
    client.send(call);
  }

  private txDone([op, ch, status, spurious]: TxDoneStep): void {
    const link = this.controller.link(ch);
    if (op === 'clientTxdone') this.withClient(ch, (client) => this.acknowledge(client, ch, status, spurious === 1));
    else if (spurious === 1) link?.spuriousTxDone(status);
    else link?.hardwareDone(status);
  }

  /** The client's own protocol says that its oldest message has been taken; it knows which messages are its own. */
  private acknowledge({ channel, knows }: Client, ch: number, status: number, spurious: boolean): void {
    const link = this.controller.link(ch);
    if (!link) return;
    if (spurious && this.correlation === 'ordered' && methodOf(this.scenario.cfg, knows) === 'ack') return link.spuriousTxDone(status);
    const held = spurious ? undefined : this.controller.hardwareOf(ch).end(status);
    if (!spurious && held?.link !== link) return link.tellQuiet();
    const token = this.correlation === 'tagged' ? (held?.token ?? link.duplicate) : undefined;
    try {
      channel.acknowledge({ ...(token === undefined ? {} : { token }), ...(status < 0 ? { error: status } : { ack: status }) });
    } catch (error) {
      if (!isMailboxError(error, 'ENOTSUP')) throw error;
      this.recorder.write('err', 'badClientTxdone');
    }
    if (held) link.acknowledged(held.token);
  }

  private flush([, ch, limit, mode, ret]: Step & { readonly 0: 'flush' }): void {
    const link = this.controller.link(ch);
    if (!link) return;
    link.flushPlan = { mode, ret };
    this.withClient(ch, ({ channel }) =>
      channel.flush(limit).subscribe({
        error: (error: unknown) => this.recorder.write('flush', ch, isMailboxError(error) ? errnoOf(error) : Number(error)),
        complete: () => this.recorder.write('flush', ch, 0),
      }),
    );
  }

  private withClient(ch: number, act: (client: Client) => void): void {
    const client = this.clients.get(ch);
    if (client) act(client);
  }
}
