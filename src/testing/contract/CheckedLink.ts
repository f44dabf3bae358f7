import { defer, from, Observable, tap } from 'rxjs';
import { isThenable, show } from '../../contract/checks';
import type { LinkEvent } from '../../contract/LinkEvent';
import type { MailboxController } from '../../contract/MailboxController';
import type { MailboxLink } from '../../contract/MailboxLink';
import type { TxDoneMethod } from '../../contract/TxDoneMethod';
import type { NotAwaited } from '../../contract/NotAwaited';

interface Accepted<Tx> {
  readonly message: Tx;
  readonly token: number;
}

/** A link that checks the contract on its way through: what the channel calls, and what the link emits. */
export class CheckedLink<Tx, Rx, Ack> implements MailboxLink<Tx, Rx, Ack, unknown> {
  readonly events$ = new Observable<LinkEvent<Rx, Ack>>((subscriber) => {
    if (this.state !== 'new') this.violation('events$ was subscribed twice');
    this.state = 'started';
    const subscription = this.link.events$.subscribe({
      next: (event) => {
        this.observe(event);
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
  declare readonly txDone?: TxDoneMethod;
  declare readonly lastTxDone?: (token: number) => boolean | { ack?: Ack; error?: unknown };
  declare readonly peekData?: () => boolean;
  declare readonly flush?: NonNullable<MailboxLink<Tx, Rx, Ack>['flush']>;
  declare readonly reset?: NonNullable<MailboxLink<Tx, Rx, Ack>['reset']>;

  /** Accepted messages without a tx-done, oldest first. */
  readonly outstanding = new Map<number, Accepted<Tx>>();
  /** How many resets have completed. */
  resets = 0;
  /** Messages that the controller has given back, each as often as it has. */
  readonly givenBack: Tx[] = [];
  /** Messages of which it has said that the device works on them. */
  readonly progressed: Tx[] = [];
  /** Messages of this epoch that have had their tx-done. A second one with the token is harmless. */
  private readonly done = new Set<number>();
  /** What ended the epochs before. */
  private before: 'down' | 'reset' | undefined = undefined;
  /** Messages of those epochs. */
  private readonly past = new Set<number>();
  /** Messages that the channel has given up; they are not counted as in flight. */
  private readonly abandoned = new Set<number>();
  private state: 'new' | 'started' | 'stopped' = 'new';
  private down = false;
  private sending = false;

  constructor(
    readonly index: number,
    private readonly controller: MailboxController<Tx, Rx, Ack, unknown>,
    private readonly link: MailboxLink<Tx, Rx, Ack, unknown>,
    private readonly violations: string[],
    /** Over all channels. */
    private readonly allInFlight: () => number,
  ) {
    if (link.txDone !== undefined) this.txDone = link.txDone;
    if (link.lastTxDone) this.lastTxDone = (token) => this.ask(token);
    if (link.peekData) this.peekData = () => link.peekData!();
    if (link.flush) this.flush = (limit) => link.flush!(limit);
    if (link.reset)
      this.reset = () => defer(() => from(link.reset!())).pipe(tap({ complete: () => this.wasReset(), error: () => (this.down = true) }));
  }

  sendData(message: Tx, token: number): 'accepted' | 'busy' {
    const { outstanding, controller } = this;
    // Read as the channel has just read it.
    const { window = 1, sharedWindow = Infinity } = controller;
    if (this.state !== 'started') this.violation('sendData was called before startup or after shutdown');
    if (this.sending) this.violation('sendData was entered again before it had returned');
    // Added before the call: the tx-done may come from inside.
    outstanding.set(token, { message, token });
    const { inFlight } = this;
    const all = this.allInFlight();
    this.sending = true;
    let answer: unknown;
    try {
      answer = this.link.sendData(message, token);
    } finally {
      this.sending = false;
      if (answer !== 'accepted') outstanding.delete(token);
    }
    if (answer !== 'accepted' && answer !== 'busy') this.violation(`sendData returned ${String(answer)}`);
    if (answer === 'accepted' && inFlight > window) this.violation(`${inFlight} messages are in flight; the window is ${window}`);
    if (answer === 'accepted' && all > sharedWindow) this.violation(`${all} messages are in flight; the shared window is ${sharedWindow}`);
    return answer as 'accepted' | 'busy';
  }

  abort(token: number): NotAwaited {
    this.abandoned.add(token);
    const answer = this.link.abort?.(token);
    if (isThenable(answer)) this.violation('abort returned a promise, which nobody awaits');
    return answer;
  }

  /** How many messages the channel counts as in flight, at most. */
  get inFlight(): number {
    return [...this.outstanding.keys()].filter((held) => !this.abandoned.has(held)).length;
  }

  get stopped(): boolean {
    return this.state === 'stopped';
  }

  get method(): TxDoneMethod {
    return this.txDone ?? this.controller.txDone;
  }

  /** This message has had its tx-done. */
  taken(token: number): void {
    if (this.outstanding.delete(token)) this.done.add(token);
  }

  private wasReset(): void {
    this.resets++;
    this.endEpoch('reset');
  }

  private endEpoch(by: 'down' | 'reset'): void {
    this.before = by;
    for (const token of [...this.outstanding.keys(), ...this.done]) this.past.add(token);
    this.outstanding.clear();
    this.done.clear();
  }

  private observe(event: LinkEvent<Rx, Ack>): void {
    if (typeof event !== 'object' || event === null) return this.violation(`it says ${show(event)}, which is no event`);
    if (this.state === 'stopped') this.violation(`it says ${event.type} after shutdown`);
    if (event.type === 'txDone') this.observeTxDone(event.token);
    else if (event.type === 'down' || event.type === 'up') {
      if (event.type === 'up' && !this.down) return this.violation('it says up, and it has not been down since');
      this.down = event.type === 'down';
      this.endEpoch('down');
    } else if (event.type === 'refused') this.observeRefused(event.token);
    else if (event.type === 'progress') this.observeProgress(event.token);
    else if (!['received', 'ready'].includes(event.type)) this.violation(`it says ${String((event as { type: unknown }).type)}`);
  }

  /** It may come again with its next hand-over, so it is as if it had never been accepted. */
  private observeRefused(token: number): void {
    const accepted = this.outstanding.get(token);
    if (this.down) this.violation('it says refused while it is down');
    else if (this.past.has(token)) this.violation(`it says refused of a message from before its ${this.before}`);
    else if (this.done.has(token)) this.violation('it says refused of a message that has had its tx-done');
    else if (accepted === undefined) this.violation('it says refused of a message that is not in flight');
    if (accepted === undefined) return;
    this.outstanding.delete(token);
    this.abandoned.delete(token);
    this.givenBack.push(accepted.message);
  }

  /** It may cross its tx-done, or the end of its epoch. */
  private observeProgress(token: number | undefined): void {
    const [oldest] = this.outstanding.keys();
    const accepted = this.outstanding.get(token ?? oldest ?? NaN);
    const known = token === undefined || accepted !== undefined || this.done.has(token) || this.past.has(token);
    if (!known) this.violation('it says progress of a message that it was never given');
    if (accepted !== undefined) this.progressed.push(accepted.message);
  }

  private observeTxDone(token: number | undefined): void {
    const { outstanding } = this;
    const { method: txDone } = this;
    const { correlation } = this.controller;
    const [oldest] = outstanding.keys();
    const again = token !== undefined && this.done.has(token);
    if (txDone !== 'irq') this.violation(`it says txDone, and tx-dones are learned by '${txDone}'`);
    else if (this.down) this.violation('it says txDone while it is down');
    else if (token === undefined && correlation === 'tagged') this.violation("it says txDone without a token, and is 'tagged'");
    else if (again) return;
    else if (token !== undefined && this.past.has(token)) this.violation(`it says txDone of a message from before its ${this.before}`);
    else if (oldest === undefined) this.violation('it says txDone, and nothing is in flight');
    else if (token !== undefined && !outstanding.has(token)) this.violation('it says txDone of a message that is not in flight');
    else if (correlation === 'ordered' && token !== undefined && token !== oldest)
      this.violation('it says txDone of another than the oldest');
    const ended = token ?? oldest;
    if (ended !== undefined) this.taken(ended);
  }

  private ask(token: number): boolean | { ack?: Ack; error?: unknown } {
    const answer = this.link.lastTxDone!(token);
    if (typeof answer !== 'boolean' && (typeof answer !== 'object' || answer === null || isThenable(answer))) {
      this.violation(`lastTxDone returned ${show(answer)}`);
    }
    if (answer !== false) this.taken(token);
    return answer;
  }

  private violation(what: string): void {
    this.violations.push(`${this.controller.name}[${this.index}]: ${what}`);
  }
}
