import { defer, from, map, merge, Observable, type Observer } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { FlushPlan, Message } from '../MockLink';
import type { PlayedLink } from '../PlayedController';
import type { HspHardware } from './HspHardware';

type End = MailboxLink<number, number, void>;

/** Two ends of the controller as one link, with the names of the recording for messages. What they do is in the recording; it adds no knowledge. */
export class HspPlayedLink implements MailboxLink<Message, number, number>, PlayedLink {
  flushPlan: FlushPlan | undefined;
  readonly duplicate = undefined;
  readonly events$ = new Observable<LinkEvent<number, number>>((observer) => this.start(observer));
  private started = false;

  constructor(
    private readonly hardware: HspHardware,
    private readonly tx: End,
    private readonly rx: End,
  ) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    const msg = message ?? 'NULL';
    const answer = this.tx.sendData(this.hardware.encode(msg), token);
    this.hardware.offered(this, msg, token, answer);
    return answer;
  }

  peekData(): boolean {
    return this.rx.peekData!();
  }

  /** What the script says is read meanwhile, and the interrupts of that are lost: so only the register shows them. */
  flush(limit: number): Observable<unknown> {
    return defer(() => {
      const { mode = 3 } = this.flushPlan ?? {};
      this.hardware.readUnheard(mode);
      const drained = from(this.tx.flush!(limit));
      return merge(
        drained,
        defer(() => (this.hardware.hear(mode), [])),
      );
    });
  }

  reset(): ReturnType<NonNullable<End['reset']>> {
    return this.tx.reset!();
  }

  hardwareDone(): void {
    this.hardware.end();
    this.hardware.turn();
  }

  spuriousTxDone(): void {
    this.hardware.interruptForNothing();
  }

  receive(message: number): void {
    // Without an owner it would wait for the next one, where the kernel's message is lost.
    if (this.started) this.hardware.receive(message);
  }

  tellRoom(): void {
    this.hardware.turn();
  }

  // It keeps to its own messages by itself, and nobody acknowledges.
  tellQuiet(): void {}
  acknowledged(): void {}

  private start(observer: Observer<LinkEvent<number, number>>): () => void {
    const { recorder, ch } = this.hardware;
    recorder.write('startup', ch, 0);
    const subscription = merge(this.rx.events$, this.tx.events$)
      .pipe(map((event) => (event.type === 'txDone' ? { ...event, ack: 0 } : event) as LinkEvent<number, number>))
      .subscribe(observer);
    this.started = true;
    this.hardware.turn();
    return () => {
      this.started = false;
      subscription.unsubscribe();
      recorder.write('shutdown', ch);
    };
  }
}
