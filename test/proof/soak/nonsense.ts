import { config, map, type Subscription } from 'rxjs';
import { isMailboxError, Mailbox, txCancel, txTimeout, type Channel, type TimeLimit } from 'rx-mailbox';
import { FaultyController } from 'rx-mailbox/testing';
import { StepScheduler } from '../../support/StepScheduler';
import { Ledger, type Numbered, type Verdict } from './Ledger';
import { NonsenseDevice, type DeviceClass } from './NonsenseDevice';
import { Random } from './Random';
import type { Result } from './Result';

export interface NonsenseOptions {
  readonly messages: number;
  readonly seed: number;
  /** Overrides that of the controllers. One that is too short gives senders each other's outcomes, where tx-dones carry no token. */
  readonly quarantine?: number;
}

/** Every class of controllers. */
export const CLASSES: readonly DeviceClass[] = (['tagged', 'ordered', 'untagged'] as const).flatMap((correlation) =>
  (['irq', 'poll', 'ack'] as const).flatMap((txDone) =>
    (correlation === 'untagged' ? [1] : [1, 2, 3, 4]).flatMap((window) =>
      (['reset', 'quarantine'] as const).flatMap((frees) =>
        (correlation === 'tagged' ? [true] : [true, false]).map((tokens) => ({ correlation, txDone, window, frees, tokens })),
      ),
    ),
  ),
);

const KINDS = ['send', 'limit', 'limit', 'queued', 'inFlight', 'cancel', 'unsubscribe', 'together', 'behind', 'async', 'next'] as const;
const LONGEST = 40;

/** Controllers of every class, in virtual time, whose wires lose and delay and whose callbacks return what they must not. */
export async function nonsense({ messages, seed, quarantine }: NonsenseOptions): Promise<Result> {
  const began = performance.now();
  const ledgers: Ledger[] = [];
  const perClass = Math.ceil(messages / CLASSES.length);
  let broken = 0;
  let faults = 0;
  let rejections = 0;
  const { onUnhandledError } = config;
  const rejected = (): void => {
    rejections++;
  };
  process.on('unhandledRejection', rejected);
  for (const [i, made] of CLASSES.entries()) {
    const ledger = new Ledger();
    config.onUnhandledError = () => ledger.mistake('an unhandled error');
    const run = new Run(made, ledger, seed * 1000 + i, quarantine);
    await run.send(perClass);
    await run.end();
    ledgers.push(ledger);
    broken += run.broken;
    faults += run.faults;
    // Rejections are reported when the event loop comes round.
    await new Promise((resolve) => setImmediate(resolve));
  }
  config.onUnhandledError = onUnhandledError;
  process.off('unhandledRejection', rejected);
  const wrong = sum(ledgers.map((ledger) => ledger.wrong));
  if (rejections > 0) wrong.set('an unhandled rejection', rejections);
  const notes = [`${CLASSES.length} classes`, `${broken} callbacks and events that broke the contract`, `${faults} faults of the wires`];
  const seconds = (performance.now() - began) / 1000;
  return {
    name: 'nonsense',
    seed,
    messages: perClass * CLASSES.length,
    outcomes: sum(ledgers.map((ledger) => ledger.outcomes)),
    wrong,
    seconds,
    notes,
  };
}

function sum(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const [what, count] of counts.flatMap((each) => [...each])) result.set(what, (result.get(what) ?? 0) + count);
  return result;
}

/** One class. */
class Run {
  broken = 0;
  private readonly scheduler = new StepScheduler();
  private readonly random: Random;
  private readonly device: NonsenseDevice;
  private readonly faulty: FaultyController<Numbered, never, Verdict>;
  private readonly channel: Channel<Numbered, never, Verdict>;
  private id = 0;
  private together = new AbortController();
  private readonly leaving: (() => void)[] = [];

  constructor(
    { ...made }: DeviceClass,
    private readonly ledger: Ledger,
    seed: number,
    quarantine: number | undefined,
  ) {
    const { scheduler } = this;
    this.random = new Random(seed);
    this.device = new NonsenseDevice(made, ledger, this.random, scheduler);
    const { txDone, correlation } = made;
    this.faulty = new FaultyController(this.device, {
      seed,
      scheduler,
      maxDelay: 10,
      dropSent: 0.005,
      refuse: 0.01,
      throwOnSend: 0.005,
      down: 0.003,
      ...(txDone !== 'ack' && { dropTxDone: 0.01, delayTxDone: 0.1 }),
      ...(txDone === 'irq' && { duplicateTxDone: 0.02 }),
      ...(txDone === 'irq' && correlation === 'tagged' && { reorderTxDone: 0.05 }),
    });
    const mailbox = new Mailbox(this.faulty, { scheduler });
    this.channel = mailbox.requestChannel(0, {
      txQueueLength: 8,
      txPrepare: () => this.device.prepare(),
      ...(quarantine !== undefined && { quarantine }),
    });
    this.channel.txDone$.subscribe(({ message, error, ack }) => ledger.reports(message.id, error, ack));
    this.channel.events$.subscribe(({ type }) => {
      if (type === 'broken') this.broken++;
    });
    this.device.acknowledge = (done) => {
      if (!this.channel.closed) this.channel.acknowledge(done);
    };
  }

  get faults(): number {
    return this.faulty.faults.length;
  }

  async send(count: number): Promise<void> {
    const { random } = this;
    while (this.id < count) {
      for (let more = Math.min(random.between(1, 6), count - this.id); more > 0 && this.hasPlace; more--) this.launch(this.id++);
      while (this.leaving.length > 0 && random.chance(0.5)) this.leaving.shift()!();
      if (random.chance(0.1)) this.allTogether();
      if (random.chance(0.01)) this.device.blink();
      // A turn ends with the next microtask or, where none comes, with the next task.
      if (random.chance(0.3)) await Promise.resolve();
      this.advance(random.between(0, 6));
    }
  }

  /** No more nonsense: what is pending settles, and nothing stays behind. */
  async end(): Promise<void> {
    const { device, faulty, ledger, scheduler, channel } = this;
    for (const leave of this.leaving.splice(0)) leave();
    this.allTogether();
    device.active = faulty.active = false;
    for (let i = 0; i < 50; i++) {
      await Promise.resolve();
      this.advance(LONGEST);
    }
    // One whose tx-done was lost, and that has no limit.
    channel.close();
    await new Promise((resolve) => setImmediate(resolve));
    ledger.close();
    if (ledger.pending > 0) ledger.mistake('lost: pending after the end');
    if (scheduler.timers > 0) ledger.mistake('a timer is left');
  }

  /** Mostly there is one: a queue that is always full would refuse everything. */
  private get hasPlace(): boolean {
    return this.channel.slotsAvailable > 0 || this.random.chance(0.01);
  }

  private advance(ms: number): void {
    this.scheduler.advanceTo(this.scheduler.frame + ms);
  }

  private allTogether(): void {
    const { together } = this;
    this.together = new AbortController();
    together.abort();
  }

  private launch(id: number): void {
    const { channel, ledger, random } = this;
    const kind = random.pick(KINDS);
    const message: Numbered = { id };
    ledger.sends(id, kind === 'next' ? 'report' : 'sender');
    if (kind === 'next') return channel.next(message);
    if (kind === 'async') return this.sendAsync(message);
    const sending = channel.send(message);
    const abort = new AbortController();
    const limit = random.between(1, LONGEST);
    const sent$ = {
      send: () => sending.pipe(txTimeout(2000)),
      limit: () => sending.pipe(txTimeout(limit)),
      queued: () => sending.pipe(txTimeout({ queued: limit, total: 2000 })),
      inFlight: () => sending.pipe(txTimeout({ inFlight: limit, total: 2000 })),
      cancel: () => sending.pipe(txTimeout(2000), txCancel(abort.signal)),
      together: () => sending.pipe(txCancel(this.together.signal), txTimeout(2000)),
      unsubscribe: () => sending,
      behind: () =>
        sending.pipe(
          map((receipt) => receipt),
          txTimeout(limit, this.scheduler),
        ),
    }[kind]();
    const subscription: Subscription = sent$.subscribe({
      next: ({ ack }) => ledger.tells(id, undefined, ack),
      error: (error: unknown) => ledger.tells(id, error, undefined),
    });
    if (kind === 'cancel') this.leaving.push(() => abort.abort());
    if (kind !== 'unsubscribe') return;
    this.leaving.push(() => {
      if (subscription.closed) return;
      ledger.leaves(id);
      subscription.unsubscribe();
    });
  }

  private sendAsync(message: Numbered): void {
    const { channel, ledger, random } = this;
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
