import { Observable, tap, from, defer } from 'rxjs';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxController } from '../../contract/MailboxController';
import type { MailboxLink } from '../../contract/MailboxLink';

interface Accepted<Tx> {
  readonly message: Tx;
  readonly token: number;
}

/** Passes everything on, and writes down where the contract between a link and its channel is broken, by either of them. */
export function watchController<Tx, Rx, Ack>(
  controller: MailboxController<Tx, Rx, Ack>,
  violations: string[],
  opened: (link: WatchedLink<Tx, Rx, Ack>) => void,
): MailboxController<Tx, Rx, Ack> {
  const { name, channelCount, txDone, correlation, window, txPollPeriod, quarantine } = controller;
  return {
    name,
    channelCount,
    txDone,
    correlation,
    ...(window !== undefined && { window }),
    ...(txPollPeriod !== undefined && { txPollPeriod }),
    ...(quarantine !== undefined && { quarantine }),
    ...(controller.translate && { translate: (which) => controller.translate!(which) }),
    open: (index) => {
      const link = new WatchedLink(index, controller, controller.open(index), violations);
      opened(link);
      return link;
    },
  };
}

/** One link, and what is known about it from outside. */
export class WatchedLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => {
    if (this.state !== 'new') this.blame('events$ was subscribed twice');
    this.state = 'started';
    const subscription = this.link.events$.subscribe({
      next: (event) => {
        this.hear(event);
        subscriber.next(event);
      },
      error: (reason: unknown) => subscriber.error(reason),
      complete: () => subscriber.complete(),
    });
    return () => {
      this.state = 'stopped';
      subscription.unsubscribe();
    };
  });
  declare readonly lastTxDone?: (token: number) => boolean | { ack?: Ack; error?: unknown };
  declare readonly peekData?: () => boolean;
  declare readonly flush?: NonNullable<MailboxLink<Tx, Rx, Ack>['flush']>;
  declare readonly reset?: NonNullable<MailboxLink<Tx, Rx, Ack>['reset']>;

  /** Accepted and not said to be taken, oldest first. */
  readonly outstanding = new Map<number, Accepted<Tx>>();
  private readonly abandoned = new Set<number>();
  private state: 'new' | 'started' | 'stopped' = 'new';
  private down = false;
  private sending = false;

  constructor(
    readonly index: number,
    private readonly controller: MailboxController<Tx, Rx, Ack>,
    private readonly link: MailboxLink<Tx, Rx, Ack>,
    private readonly violations: string[],
  ) {
    if (link.lastTxDone) this.lastTxDone = (token) => this.ask(token);
    if (link.peekData) this.peekData = () => link.peekData!();
    if (link.flush) this.flush = (limit) => link.flush!(limit);
    if (link.reset) this.reset = () => defer(() => from(link.reset!())).pipe(tap({ complete: () => this.outstanding.clear() }));
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { outstanding, controller } = this;
    if (this.state !== 'started') this.blame('sendData was called before startup or after shutdown');
    if (this.sending) this.blame('sendData was entered again before it had returned');
    // Before the call: the tx-done may come from inside.
    outstanding.set(token, { message, token });
    const inFlight = [...outstanding.keys()].filter((held) => !this.abandoned.has(held)).length;
    this.sending = true;
    let answer: unknown;
    try {
      answer = this.link.sendData(message, token);
    } finally {
      this.sending = false;
      if (answer !== 'accepted') outstanding.delete(token);
    }
    if (answer !== 'accepted' && answer !== 'busy') this.blame(`sendData returned ${String(answer)}`);
    const { window = 1 } = controller;
    if (answer === 'accepted' && inFlight > window) this.blame(`${inFlight} messages are in flight; the window is ${window}`);
    return answer as 'accepted' | 'busy';
  }

  abort(token: number): void {
    this.abandoned.add(token);
    this.link.abort?.(token);
  }

  private hear(event: LinkEvent<Rx, Ack>): void {
    if (this.state === 'stopped') this.blame(`it says ${event.type} after shutdown`);
    if (event.type === 'txDone') this.hearTxDone(event.token);
    else if (event.type === 'down' || event.type === 'up') {
      this.down = event.type === 'down';
      this.outstanding.clear();
    } else if (!['received', 'ready'].includes(event.type)) this.blame(`it says ${String((event as { type: unknown }).type)}`);
  }

  private hearTxDone(token: number | undefined): void {
    const { outstanding } = this;
    const { txDone, correlation } = this.controller;
    const [oldest] = outstanding.keys();
    if (txDone !== 'irq') this.blame(`it says txDone, and tx-dones are learned by '${txDone}'`);
    else if (this.down) this.blame('it says txDone while it is down');
    else if (token === undefined && correlation === 'tagged') this.blame("it says txDone without a token, and is 'tagged'");
    else if (oldest === undefined) this.blame('it says txDone, and nothing is in flight');
    else if (token !== undefined && !outstanding.has(token)) this.blame('it says txDone of a message that is not in flight');
    else if (correlation === 'ordered' && token !== undefined && token !== oldest) this.blame('it says txDone of another than the oldest');
    outstanding.delete(token ?? oldest ?? 0);
  }

  private ask(token: number): boolean | { ack?: Ack; error?: unknown } {
    const answer = this.link.lastTxDone!(token);
    if (typeof answer !== 'boolean' && (typeof answer !== 'object' || answer === null)) {
      this.blame(`lastTxDone returned ${String(answer)}`);
    }
    if (answer !== false) this.outstanding.delete(token);
    return answer;
  }

  private blame(what: string): void {
    this.violations.push(`${this.controller.name}[${this.index}]: ${what}`);
  }
}
