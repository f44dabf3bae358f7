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

/** A message that can be told from every other. */
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

/** One message and what its sender was told. */
interface Sent {
  readonly message: Numbered;
  readonly told: string[];
  ack: number | undefined;
  notSent: boolean;
  left: boolean;
  accepted: boolean;
}

/**
 * Two ends that send to each other over wires that fail, with limits of time on everything, in virtual time.
 *
 * It judges by what the far end itself echoes, and by what the senders were told; never by what the library says about itself.
 */
export class FaultyWorld {
  readonly scheduler = new VirtualTimeScheduler();
  readonly mistakes: string[] = [];
  readonly controllers: readonly FaultyController<Numbered, Numbered, number>[];
  settled = 0;
  ok = 0;

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
      // Longer than any tx-done can be late; where a lost one takes the link with it, and where it says which, no clock is needed.
      ...((correlation === 'untagged' || faults.correlation) && { quarantine: 60 }),
      ...(txDone === 'poll' && { txPollPeriod: 2 }),
      ack: (message) => this.taken(message),
    });
    this.controllers = pair.map((controller, side) => new FaultyController(controller, { seed: 2 * seed + side, scheduler, ...faults }));
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

  /** Called by the wire when the receivers at the far end have returned. */
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
    const sent: Sent = { message, told: [], ack: undefined, notSent: false, left: false, accepted: true };
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
          sent.told.push(isMailboxError(error) ? error.code : String(error));
          sent.notSent = isMailboxError(error) && error.delivery === 'not-sent';
          sent.accepted = !isMailboxError(error, 'ENOBUFS');
        },
        complete: () => sent.told.push('ok'),
      });
    const whim = world.chosen(8);
    if (whim === 0) world.later(20, () => canceled.abort());
    if (whim === 1) {
      world.later(20, () => {
        sent.left = sent.told.length === 0;
        subscription.unsubscribe();
      });
    }
  }

  taken(id: number): void {
    this.arrived.push(id);
  }

  judge(): void {
    const { channel, world, arrived } = this;
    for (const { message, told, ack, notSent, left, accepted } of this.sent.values()) {
      const id = `${this.side}/${message.id}`;
      const reports = this.reports.get(message.id) ?? 0;
      if (told.length !== (left ? 0 : 1)) this.blame(`${id} was told ${told.join(' and ') || 'nothing'}`);
      if (reports !== (accepted ? 1 : 0)) this.blame(`${id} has ${reports} reports`);
      if (told[0] === 'ok' && ack !== message.id) this.blame(`${id} got the outcome of ${String(ack)}`);
      if (told[0] === 'ok' && !arrived.includes(message.id)) this.blame(`${id} was told ok, and never arrived`);
      if (notSent && arrived.includes(message.id)) this.blame(`${id} arrived although it was not sent`);
      world.settled++;
      if (told[0] === 'ok') world.ok++;
    }
    if (arrived.some((id, i) => i > 0 && id <= arrived[i - 1]!)) this.blame(`arrived as ${arrived.join()}`);
    if (channel.slotsAvailable !== 5) this.blame(`${5 - channel.slotsAvailable} messages wait for ever`);
    let idle = false;
    channel.flush(1000).subscribe({ complete: () => (idle = true), error: (error: unknown) => this.blame(`flush: ${String(error)}`) });
    if (!idle) this.blame('a slot is held at the end');
  }

  close(): void {
    this.channel.close();
  }

  private blame(mistake: string): void {
    this.world.mistakes.push(mistake);
  }
}
