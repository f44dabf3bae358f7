import { VirtualTimeScheduler } from 'rxjs';
import {
  isMailboxError,
  Mailbox,
  txCancel,
  txTimeout,
  type Channel,
  type Correlation,
  type MailboxController,
  type TxDoneMethod,
} from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { FaultyController, type FaultyOptions } from 'rx-mailbox/testing';
import { Chance } from '../../../../src/testing/faulty/Chance';

/** A message that differs from every other. */
export interface Numbered {
  readonly id: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly txDone: TxDoneMethod;
  readonly correlation: Correlation;
  readonly window: number;
  readonly faults: Omit<FaultyOptions, 'seed'>;
}

/** One message and what its sender got. */
interface Sent {
  readonly message: Numbered;
  readonly outcomes: string[];
  ack: number | undefined;
  notSent: boolean;
  left: boolean;
  accepted: boolean;
}

/**
 * Two ends that send to each other over faulty links in virtual time, with a time limit on every message.
 *
 * It judges by what the far end echoes and by the outcomes of the senders, never by what the library reports about itself.
 */
export class FaultyWorld {
  readonly scheduler = new VirtualTimeScheduler();
  readonly mistakes: string[] = [];
  readonly controllers: readonly FaultyController<Numbered, Numbered, number>[];
  settled = 0;
  ok = 0;
  /** By side and message. */
  private readonly tokens: Map<number, number>[] = [];

  private readonly chance: Chance;
  private readonly ends: End[];

  constructor({ seed, txDone, correlation, window, faults }: WorldOptions) {
    const { scheduler } = this;
    this.chance = new Chance(seed, 99);
    const pair = createLoopback<Numbered, Numbered, number>({
      txDone,
      correlation,
      window,
      scheduler,
      latency: seed % 4,
      // Longer than any tx-done can be late. Not needed where a lost tx-done takes the link down, or where a tx-done names its message.
      ...((correlation === 'untagged' || faults.correlation) && { quarantine: 60 }),
      ...(txDone === 'poll' && { txPollPeriod: 2 }),
      ack: (message) => this.taken(message),
    });
    this.controllers = pair.map(
      (controller, side) => new FaultyController(this.noted(controller), { seed: 2 * seed + side, scheduler, ...faults }),
    );
    this.ends = this.controllers.map((controller, side) => new End(this, controller, side));
  }

  run(): this {
    for (const end of this.ends) for (let sender = 0; sender < 4; sender++) this.later(5, () => this.sendOn(end, 6));
    this.scheduler.flush();
    for (const controller of this.controllers) controller.active = false;
    for (const end of this.ends) end.judge();
    this.scheduler.flush();
    if (this.scheduler.actions.length > 0) this.mistakes.push(`${this.scheduler.actions.length} timers are left`);
    for (const end of this.ends) end.close();
    return this;
  }

  chosen(limit: number): number {
    return Math.floor(this.chance.next() * limit);
  }

  later(within: number, work: () => void): void {
    this.scheduler.schedule(work, this.chosen(within));
  }

  private sendOn(end: End, more: number): void {
    if (more === 0) return;
    end.send();
    this.later(12, () => this.sendOn(end, more - 1));
  }

  /** Notes which message has which token. */
  private noted(controller: MailboxController<Numbered, Numbered, number>): MailboxController<Numbered, Numbered, number> {
    const tokens = new Map<number, number>();
    this.tokens.push(tokens);
    const open: typeof controller.open = (index, environment) => {
      const link = controller.open(index, environment);
      const sendData = link.sendData.bind(link);
      return Object.assign(link, {
        sendData: (message: Numbered, token: number) => (tokens.set(message.id, token), sendData(message, token)),
      });
    };
    return { ...controller, open };
  }

  /** Whether this message was given back, and so lost its place. */
  lostItsPlace(id: number): boolean {
    const token = this.tokens[id % 2]!.get(id);
    return this.controllers[id % 2]!.faults.some((fault) => fault.type === 'giveBack' && fault.token === token);
  }

  /** Called by the loopback when the receivers at the far end have returned. */
  private taken({ id }: Numbered): number {
    this.ends[id % 2]!.taken(id);
    return id;
  }
}

/** One of the two applications. */
class End {
  private readonly channel: Channel<Numbered, Numbered, number>;
  private readonly sent = new Map<number, Sent>();
  private readonly reports = new Map<number, number>();
  private readonly arrived: number[] = [];

  constructor(
    private readonly world: FaultyWorld,
    controller: MailboxController<Numbered, Numbered, number>,
    private readonly side: number,
  ) {
    this.channel = new Mailbox(controller, { scheduler: world.scheduler }).requestChannel(0, { txQueueLength: 5 });
    this.channel.subscribe();
    this.channel.txDone$.subscribe(({ message }) => this.reports.set(message.id, (this.reports.get(message.id) ?? 0) + 1));
  }

  send(): void {
    const { world, channel } = this;
    const message = { id: 2 * this.sent.size + this.side };
    const sent: Sent = { message, outcomes: [], ack: undefined, notSent: false, left: false, accepted: true };
    this.sent.set(message.id, sent);
    const limit = txTimeout(
      world.chosen(2) === 0 ? 1 + world.chosen(60) : { queued: 200, inFlight: 1 + world.chosen(30) },
      world.scheduler,
    );
    const canceled = new AbortController();
    const subscription = channel
      .send(message)
      .pipe(limit, txCancel(canceled.signal))
      .subscribe({
        next: ({ ack }) => (sent.ack = ack),
        error: (error: unknown) => {
          sent.outcomes.push(isMailboxError(error) ? error.code : String(error));
          sent.notSent = isMailboxError(error) && error.delivery === 'not-sent';
          sent.accepted = !isMailboxError(error, 'ENOBUFS');
        },
        complete: () => sent.outcomes.push('ok'),
      });
    const chosenEnd = world.chosen(8);
    if (chosenEnd === 0) world.later(20, () => canceled.abort());
    if (chosenEnd === 1) {
      world.later(20, () => {
        sent.left = sent.outcomes.length === 0;
        subscription.unsubscribe();
      });
    }
  }

  taken(id: number): void {
    this.arrived.push(id);
  }

  judge(): void {
    const { channel, world, arrived } = this;
    for (const { message, outcomes, ack, notSent, left, accepted } of this.sent.values()) {
      const id = `${this.side}/${message.id}`;
      const reports = this.reports.get(message.id) ?? 0;
      if (outcomes.length !== (left ? 0 : 1)) this.mistake(`${id} was told ${outcomes.join(' and ') || 'nothing'}`);
      if (reports !== (accepted ? 1 : 0)) this.mistake(`${id} has ${reports} reports`);
      if (outcomes[0] === 'ok' && ack !== message.id) this.mistake(`${id} got the outcome of ${String(ack)}`);
      if (outcomes[0] === 'ok' && !arrived.includes(message.id)) this.mistake(`${id} was told ok, and never arrived`);
      if (notSent && arrived.includes(message.id)) this.mistake(`${id} arrived although it was not sent`);
      world.settled++;
      if (outcomes[0] === 'ok') world.ok++;
    }
    const inOrder = arrived.filter((id) => !world.lostItsPlace(id));
    if (inOrder.some((id, i) => i > 0 && id <= inOrder[i - 1]!) || new Set(arrived).size < arrived.length)
      this.mistake(`arrived as ${arrived.join()}`);
    if (channel.slotsAvailable !== 5) this.mistake(`${5 - channel.slotsAvailable} messages wait for ever`);
    let idle = false;
    channel.flush(1000).subscribe({ complete: () => (idle = true), error: (error: unknown) => this.mistake(`flush: ${String(error)}`) });
    if (!idle) this.mistake('a slot is held at the end');
  }

  close(): void {
    this.channel.close();
  }

  private mistake(text: string): void {
    this.world.mistakes.push(text);
  }
}
