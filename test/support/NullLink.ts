import { Observable, type Observer } from 'rxjs';
import type { Correlation, LinkEvent, MailboxController, MailboxLink } from 'rx-mailbox';

export interface NullOptions {
  window?: number;
  correlation?: Correlation;
  txDone?: 'irq' | 'poll';
  quarantine?: number;
}

/** A controller and its one link in one, which remembers nothing but what is in flight: for counting in very long runs. */
export class NullLink implements MailboxController<number, never, void>, MailboxLink<number, never, void> {
  readonly name = 'null';
  readonly channelCount = 1;
  readonly correlation: Correlation;
  readonly txDone: 'irq' | 'poll';
  readonly window: number;
  declare readonly quarantine?: number;
  readonly events$ = new Observable<LinkEvent<never, void>>((observer) => {
    this.observer = observer;
  });
  private readonly inFlight: number[] = [];
  private observer: Observer<LinkEvent<never, void>> | undefined;

  constructor({ window = 1, correlation = 'tagged', txDone = 'irq', quarantine }: NullOptions) {
    this.window = window;
    this.correlation = correlation;
    this.txDone = txDone;
    if (quarantine !== undefined) this.quarantine = quarantine;
  }

  open(): this {
    return this;
  }

  sendData(_message: number, token: number): 'accepted' {
    if (this.txDone === 'irq') this.inFlight.push(token);
    return 'accepted';
  }

  /** Polled, it takes everything at once. */
  lastTxDone(): boolean {
    return true;
  }

  /** A sender that left is nobody's business any more. */
  abort(token: number): void {
    const at = this.inFlight.lastIndexOf(token);
    if (at >= 0) this.inFlight.splice(at, 1);
  }

  /** Takes what is in flight, and what follows, until nothing is left. */
  doneAll(): void {
    for (let token = this.inFlight.shift(); token !== undefined; token = this.inFlight.shift())
      this.observer?.next({ type: 'txDone', token });
  }
}
