import { map, Subject, takeUntil, type Observable } from 'rxjs';
import { txCancel, txTimeout, type TxReceipt } from 'rx-mailbox';
import { Message, Signal, type Sender, type TxDone } from './Message';
import { Violation } from './Violation';
import type { World } from './World';

/** What the senders do, and their outcomes. */
export class Application {
  constructor(private readonly world: World) {}

  send(sender: Sender): void {
    const { truth, channel, judge } = this.world;
    const { spec } = sender;
    const message = new Message(sender);
    sender.current = message;
    sender.subscription = sender.stop = sender.signal = undefined;
    truth.offer(message);
    if (spec.via === 'next') channel.next(message);
    else {
      let source: Observable<TxReceipt<TxDone>> = channel.send(message);
      if (spec.behind) source = source.pipe(map((receipt) => receipt));
      if (spec.limit) source = source.pipe(txTimeout(spec.limit, spec.behind ? this.world.scheduler : undefined));
      if (spec.signal) source = source.pipe(txCancel((sender.signal = new Signal()) as unknown as AbortSignal));
      if (spec.via === 'piped') {
        const stop = new Subject<void>();
        sender.stop = () => stop.next();
        source = source.pipe(takeUntil(stop));
      }
      const subscription = source.subscribe({
        next: (receipt) => {
          judge.receipt(message, receipt);
          this.world.happen('notified');
        },
        error: (error: unknown) => {
          judge.failed(message, error);
          this.idle(message);
          this.world.happen('notified');
        },
        complete: () => {
          // takeUntil completes a sender that stops.
          if (spec.via === 'piped' && message.gone) return;
          judge.completed(message);
          this.idle(message);
          this.world.happen('notified');
        },
      });
      if (sender.current === message) sender.subscription = subscription;
    }
    judge.offered(message);
    if (message.state === 'refused') this.idle(message);
  }

  unsubscribe(sender: Sender): void {
    const { current, stop, subscription } = sender;
    current!.gone = true;
    sender.current = undefined;
    this.leave(current!, { code: 'ECANCELED' });
    if (stop) stop();
    else subscription!.unsubscribe();
  }

  withdraw(): void {
    const { channel, truth } = this.world;
    const expected = truth.withdraw();
    const count = channel.withdraw();
    if (count !== expected) throw new Violation('semantics 3', `${expected} withdrawn`, `${count}`);
  }

  cancel({ current, signal }: Sender): void {
    this.leave(current!, { code: 'ECANCELED', cause: signal!.reason });
    signal!.abort();
  }

  private leave(message: Message, why: { code: 'ECANCELED'; cause?: unknown }): void {
    const { truth } = this.world;
    if (message.state === 'undecided') truth.leave(message, why, true);
    else truth.act(() => truth.leave(message, why, true));
  }

  private idle({ sender }: Message, message = sender.current): void {
    if (sender.current === message) sender.current = undefined;
  }
}
