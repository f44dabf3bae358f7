import { Subscription, type Observable } from 'rxjs';
import { isMailboxError, Mailbox, type Channel, type ChannelOptions, type TimeLimit, type TxReceipt } from 'rx-mailbox';
import { FaultyController } from 'rx-mailbox/testing';
import { StepScheduler } from '../../support/StepScheduler';
import type { Ledger, Numbered, Verdict } from './Ledger';
import { NonsenseDevice, type DeviceClass } from './NonsenseDevice';
import { LONGEST, NonsenseSenders, type Kind } from './NonsenseSenders';
import { Random } from './Random';

export interface NonsenseRunOptions {
  readonly made: DeviceClass;
  /** Everything that an owner may ask for, and a controller may say. */
  readonly options: boolean;
  readonly ledger: Ledger;
  readonly seed: number;
  readonly quarantine: number | undefined;
}

const KINDS: readonly Kind[] = ['send', 'limit', 'limit', 'queued', 'inFlight', 'cancel', 'unsubscribe', 'together', 'behind'];
const WITH_OPTIONS: readonly Kind[] = [...KINDS, 'silence', 'silence'];

/** One class. */
export class NonsenseRun {
  broken = 0;
  private readonly scheduler = new StepScheduler();
  private readonly random: Random;
  private readonly device: NonsenseDevice;
  private readonly faulty: FaultyController<Numbered, never, Verdict>;
  private readonly channels: readonly Channel<Numbered, never, Verdict>[];
  private readonly senders: NonsenseSenders;
  private id = 0;
  private readonly leaving: (() => void)[] = [];

  constructor(private readonly setup: NonsenseRunOptions) {
    const { scheduler } = this;
    const { ledger, made, options, seed } = setup;
    this.random = new Random(seed);
    this.device = new NonsenseDevice({ ...made }, options, ledger, this.random, scheduler);
    this.senders = new NonsenseSenders(this.device);
    this.faulty = this.makeFaulty();
    const mailbox = new Mailbox(this.faulty, { scheduler });
    this.channels = Array.from({ length: this.device.channelCount }, (_, index) => mailbox.requestChannel(index, this.channelOptions));
    for (const channel of this.channels) {
      channel.txDone$.subscribe(({ message, error, ack }) => ledger.reports(message.id, error, ack));
      channel.events$.subscribe(({ type }) => {
        if (type === 'broken') this.broken++;
      });
    }
    this.device.active = true;
    this.device.acknowledge = (index, done) => {
      const channel = this.channels[index]!;
      if (!channel.closed) channel.acknowledge(done);
    };
  }

  private makeFaulty(): FaultyController<Numbered, never, Verdict> {
    const { made, options, seed } = this.setup;
    const { txDone, correlation } = made;
    return new FaultyController(this.device, {
      seed,
      scheduler: this.scheduler,
      maxDelay: 10,
      dropSent: 0.005,
      refuse: 0.01,
      throwOnSend: 0.005,
      down: 0.003,
      ...(txDone !== 'ack' && { dropTxDone: 0.01, delayTxDone: 0.1 }),
      ...(txDone === 'irq' && { duplicateTxDone: 0.02 }),
      ...(txDone === 'irq' && correlation === 'tagged' && { reorderTxDone: 0.05 }),
      ...(options && { giveBack: 0.02, progress: 0.05, lateProgress: 0.02 }),
    });
  }

  private get channelOptions(): ChannelOptions<Numbered> {
    const { options, quarantine } = this.setup;
    return {
      txQueueLength: 8,
      txPrepare: () => this.device.prepare(),
      ...(quarantine !== undefined && { quarantine }),
      ...(options && { latest: (message) => this.senders.key(message), overflow: 'drop-oldest', whileDown: 'fail' }),
    };
  }

  get faults(): number {
    return this.faulty.faults.length;
  }

  async send(count: number): Promise<void> {
    const { device, random } = this;
    while (this.id < count) {
      for (let more = Math.min(random.between(1, 6), count - this.id); more > 0; more--) if (!this.launchSomewhere()) break;
      while (this.leaving.length > 0 && random.chance(0.5)) this.leaving.shift()!();
      if (random.chance(0.1)) this.senders.leaveTogether();
      if (random.chance(0.01)) device.blink(random.between(0, this.channels.length - 1));
      if (device.nowWithOptions(0.01)) random.pick(this.channels).withdraw(new Error('emergency'));
      // A turn ends with the next microtask or, where none comes, with the next task.
      if (random.chance(0.3)) await Promise.resolve();
      this.advance(random.between(0, 6));
    }
  }

  /** No more nonsense: what is pending settles, and nothing stays behind. */
  async end(): Promise<void> {
    const { device, faulty, scheduler, channels } = this;
    const { ledger } = this.setup;
    for (const leave of this.leaving.splice(0)) leave();
    this.senders.leaveTogether();
    device.active = faulty.active = false;
    for (let i = 0; i < 50; i++) {
      await Promise.resolve();
      this.advance(LONGEST);
    }
    // One whose tx-done was lost, and that has no limit.
    for (const channel of channels) channel.close();
    // Whoever was to be told a millisecond later.
    this.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
    ledger.close();
    if (ledger.pending > 0) ledger.mistake('lost: pending after the end');
    if (scheduler.timers > 0) ledger.mistake('a timer is left');
  }

  private advance(ms: number): void {
    this.scheduler.advanceTo(this.scheduler.frame + ms);
  }

  /** Mostly there is a place: a queue that is always full would refuse everything. */
  private launchSomewhere(): boolean {
    const { random } = this;
    const channel = random.pick(this.channels);
    if (channel.slotsAvailable === 0 && !random.chance(this.setup.options ? 0.3 : 0.01)) return false;
    this.launch(channel, this.id++);
    return true;
  }

  private launch(channel: Channel<Numbered, never, Verdict>, id: number): void {
    const { random, senders } = this;
    const { ledger, options } = this.setup;
    const message: Numbered = { id };
    if (random.chance(0.1)) {
      ledger.sends(id, 'report');
      return channel.next(message);
    }
    ledger.sends(id, 'sender');
    if (random.chance(0.1)) return this.sendAsync(channel, message);
    const abort = new AbortController();
    const kind = random.pick(options ? WITH_OPTIONS : KINDS);
    const subscription = this.subscribe(senders.chain(channel.send(message), kind, id, abort.signal), id);
    if (kind === 'cancel') this.leaving.push(() => abort.abort());
    if (kind !== 'unsubscribe') return;
    this.leaving.push(() => {
      if (subscription.closed) return;
      ledger.leaves(id);
      subscription.unsubscribe();
    });
  }

  private subscribe(sent$: Observable<TxReceipt<Verdict>>, id: number): Subscription {
    const { ledger } = this.setup;
    const { senders } = this;
    return sent$.subscribe({
      next: ({ ack }) => {
        senders.checkContext(id);
        ledger.tells(id, undefined, ack);
      },
      error: (error: unknown) => {
        senders.checkContext(id);
        ledger.tells(id, error, undefined);
      },
    });
  }

  private sendAsync(channel: Channel<Numbered, never, Verdict>, message: Numbered): void {
    const { random } = this;
    const { ledger } = this.setup;
    const timeout: TimeLimit = random.chance(0.5) ? random.between(1, LONGEST) : { total: 2000 };
    channel.sendAsync(message, { timeout }).then(
      ({ ack }) => ledger.tells(message.id, undefined, ack),
      (error: unknown) => {
        if (!isMailboxError(error)) ledger.mistake('a promise rejected with an error that is none of the mailbox');
        ledger.tells(message.id, error, undefined);
      },
    );
  }
}
