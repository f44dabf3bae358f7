import type { Observer } from 'rxjs';
import { isMailboxError, type Channel, type ChannelEvent, type TxReceipt } from 'rx-mailbox';

/**
 * Writes down, in order, the outcomes of senders (`A ok`, `B ETIME not-sent`), reports (`report A ok`) and events (`lateTxDone 1`).
 */
export class Journal {
  readonly lines: string[] = [];

  write(line: string): void {
    this.lines.push(line);
  }

  /** The observer of one send. A completion that is not preceded by exactly one receipt shows. */
  sender(name: string): Observer<TxReceipt<unknown>> {
    const receipts: TxReceipt<unknown>[] = [];
    return {
      next: (receipt) => receipts.push(receipt),
      error: (error: unknown) => this.write(`${name} ${outcome(error)}`),
      complete: () =>
        this.write(receipts.length === 1 ? `${name} ${this.done(receipts[0]!)}` : `${name} completed with ${receipts.length} receipts`),
    };
  }

  /** How the outcome of a message that was taken is written. */
  protected done(_receipt: TxReceipt<unknown>): string {
    return 'ok';
  }

  reports<Ack>(channel: Channel<string, string, Ack>): void {
    channel.txDone$.subscribe({
      next: ({ message, error }) => this.write(`report ${message} ${error === undefined ? 'ok' : outcome(error)}`),
      error: () => this.write('txDone$ failed'),
      complete: () => this.write('txDone$ completed'),
    });
  }

  /** Only the events of these types; all without any. */
  events<Ack>(channel: Channel<string, string, Ack>, ...types: ChannelEvent['type'][]): void {
    channel.events$.subscribe(({ type, token }) => {
      if (types.length === 0 || types.includes(type)) this.write(token === undefined ? type : `${type} ${token}`);
    });
  }
}

/** Code and delivery of an error of ours; the text of any other. */
export function outcome(error: unknown): string {
  return isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error);
}
