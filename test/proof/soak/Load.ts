import type { Subscription } from 'rxjs';
import { txCancel, txTimeout, type Channel } from 'rx-mailbox';
import { NEXT, SEND, type Audit } from './Audit';
import { senderOf, type Message, type Received } from './message';
import type { Random } from './Random';
import { spin, type Blocking } from './spin';

/** Without any outcome for as long, what is missing counts as lost. */
const PATIENCE = 30_000;

/** How a message is sent and what its sender does then; the numbers are parts of 100. */
const MIX = {
  send: 34,
  next: 20,
  timeoutThatIsFarOff: 10,
  timeoutTotal: 8,
  timeoutQueued: 4,
  timeoutInFlight: 4,
  cancelAtOnce: 5,
  cancelInFlight: 6,
  cancelTogether: 5,
  unsubscribe: 4,
};
type Kind = keyof typeof MIX;
const KINDS = (Object.keys(MIX) as Kind[]).flatMap((kind) => Array<Kind>(MIX[kind]).fill(kind));

const farOff = txTimeout(600_000);
const short = [1, 2, 3, 5].map((total) => txTimeout(total));
const queued = [1, 2].map((ms) => txTimeout({ queued: ms, inFlight: 600_000 }));
const inFlight = [1, 2].map((ms) => txTimeout({ inFlight: ms }));

export interface LoadOptions {
  readonly channel: Channel<Message, Received>;
  readonly audit: Audit;
  readonly random: Random;
  /** Most messages that wait or are in flight at once; more than fit are refused. */
  readonly depth: number;
  /** Busy loops inside senders' completions. */
  readonly blocking?: Blocking;
  /** After each settlement, with the number of them. */
  readonly onSettled?: (count: number) => void;
}

/** Many senders at once over one channel: receipts, `next()`, timeouts that fire, cancels while waiting and in flight, unsubscribes. */
export class Load {
  /** The id of the next message. */
  id = 0;
  private until = 0;
  private outstanding = 0;
  private pumping = false;
  private scheduled = false;
  /** A message was refused: no room before something settles. */
  private full = false;
  /** The last message that was about to be handed over. */
  private prepared = -1;
  private readonly laterInFlight: { id: number; abort: AbortController }[] = [];
  private readonly laterLeaving: { id: number; subscription: Subscription }[] = [];
  private together = new AbortController();
  private finish: (() => void) | undefined;

  constructor(private readonly options: LoadOptions) {
    const { channel, audit } = options;
    channel.txDone$.subscribe((report) => {
      audit.reports(report);
      this.settled();
    });
  }

  /** For the channel's `txPrepare`: from then on the message is in flight, unless it is refused. */
  prepare({ id }: Message): void {
    this.prepared = id;
  }

  /** Sends so many messages more; resolves with whether all have settled, which is false after a long time without any outcome. */
  async run(count: number): Promise<boolean> {
    this.until = this.id + count;
    let seen = -1;
    let timer: NodeJS.Timeout | undefined;
    const all = await new Promise<boolean>((resolve) => {
      this.finish = () => resolve(true);
      timer = setInterval(() => {
        if (seen === this.options.audit.settled) resolve(false);
        seen = this.options.audit.settled;
      }, PATIENCE);
      this.pump();
      this.check();
    });
    clearInterval(timer);
    this.finish = undefined;
    return all;
  }

  /** Sends no more; {@link run} resolves when what was sent has settled. */
  stop(): void {
    this.until = this.id;
    this.check();
  }

  private pump(): void {
    const { channel, random, depth } = this.options;
    if (this.pumping) return;
    this.pumping = true;
    this.full = false;
    const most = random.between(depth >> 2, depth);
    while (this.id < this.until && this.outstanding < most && !this.full && !channel.closed) this.launch(this.id++);
    this.pumping = false;
    if (random.chance(0.5)) {
      const { together } = this;
      // First: who sends from inside an outcome of this must not start with a signal that has fired, which is no send at all.
      this.together = new AbortController();
      together.abort(new Error('all of them'));
    }
  }

  private settled(): void {
    const { audit, random, blocking, onSettled, depth } = this.options;
    this.outstanding--;
    if (blocking && random.chance(blocking.chance)) spin((blocking.ms * random.word()) / 2 ** 32);
    // From inside a report, so with the queue at work.
    for (let first = this.laterInFlight[0]; first && first.id < this.prepared; first = this.laterInFlight[0]) {
      this.laterInFlight.shift();
      first.abort.abort(new Error('in flight'));
    }
    for (let first = this.laterLeaving[0]; first && first.id < this.prepared; first = this.laterLeaving[0]) {
      this.laterLeaving.shift();
      if (first.subscription.closed) continue;
      audit.leaves(first.id);
      first.subscription.unsubscribe();
    }
    onSettled?.(audit.settled);
    if (this.outstanding < depth >> 2 && this.id < this.until) {
      if (random.chance(0.5)) this.pump();
      else this.pumpLater();
    }
    this.check();
  }

  private pumpLater(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.pump();
      this.check();
    });
  }

  private check(): void {
    if (this.outstanding === 0 && !this.pumping && (this.id >= this.until || this.options.channel.closed)) this.finish?.();
  }

  private launch(id: number): void {
    const { channel, audit, random } = this.options;
    const message = { id, sender: senderOf(id) };
    const kind = random.pick(KINDS);
    this.outstanding++;
    audit.sends(id, kind === 'next' ? NEXT : SEND);
    if (kind === 'next') return channel.next(message);
    const sending = channel.send(message);
    const abort = kind === 'cancelAtOnce' || kind === 'cancelInFlight' ? new AbortController() : undefined;
    const subscription = this.withPolicy(sending, kind, abort).subscribe({
      next: ({ token }) => audit.senderDone(id, token),
      error: (error: unknown) => {
        if (!audit.senderError(id, error)) return;
        this.full = true;
        this.settled();
      },
    });
    if (kind === 'cancelAtOnce') abort!.abort(new Error('at once'));
    else if (kind === 'cancelInFlight') this.laterInFlight.push({ id, abort: abort! });
    else if (kind === 'unsubscribe' && !subscription.closed) this.laterLeaving.push({ id, subscription });
  }

  private withPolicy(sending: ReturnType<Channel<Message, Received>['send']>, kind: Kind, abort: AbortController | undefined) {
    const { random } = this.options;
    switch (kind) {
      case 'timeoutThatIsFarOff':
        return sending.pipe(farOff);
      case 'timeoutTotal':
        return sending.pipe(random.pick(short));
      case 'timeoutQueued':
        return sending.pipe(random.pick(queued));
      case 'timeoutInFlight':
        return sending.pipe(random.pick(inFlight));
      case 'cancelAtOnce':
      case 'cancelInFlight':
        return sending.pipe(txCancel(abort!.signal));
      case 'cancelTogether':
        return sending.pipe(txCancel(this.together.signal));
      case 'send':
      case 'next':
      case 'unsubscribe':
        return sending;
    }
  }
}
