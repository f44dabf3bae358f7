import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Channel } from '../../Channel';
import { NotSupportedError } from '../../contract/errors';
import type { TxReceipt } from '../../contract/TxReceipt';
import { copyBytes } from './bytes';
import { OneAtATime } from './OneAtATime';
import type { TxArea } from './TxArea';

const MAX_SIGNAL = 8;

/** Sends messages, each with the signal that was set before it. */
export class Outbox<Tx, Ack> {
  private pendingSignal: Uint8Array | undefined;
  // One at a time: they share the area.
  private readonly sending = new OneAtATime();

  constructor(
    private readonly channel: Channel<Tx, unknown, Ack, unknown> | null,
    private readonly area: TxArea,
    private readonly encode: (bytes: Uint8Array, signal: Uint8Array | undefined) => Tx,
    private readonly limit: MonoTypeOperatorFunction<TxReceipt<Ack>>,
  ) {}

  signal(data: string | Uint8Array): void {
    void this.requireChannel();
    this.pendingSignal = copyBytes('signal', data, MAX_SIGNAL);
  }

  message(data: string | Uint8Array): Observable<TxReceipt<Ack>> {
    const channel = this.requireChannel();
    const message = copyBytes('message', data, this.area.size);
    const signal = this.pendingSignal;
    // Before `encode`: a signal that it throws for would spoil the next message, too.
    this.pendingSignal = undefined;
    const encoded = this.encode(this.area.exists && signal ? signal : message, signal);
    return this.sending.run(() => {
      this.area.next = message;
      return channel.send(encoded).pipe(this.limit);
    });
  }

  private requireChannel(): Channel<Tx, unknown, Ack, unknown> {
    if (this.channel === null) throw new NotSupportedError('there is no channel to send on');
    return this.channel;
  }
}
