import { txTimeout, type Channel } from 'rx-mailbox';
import type { ClientConfig } from './config';
import { ENOBUFS, errnoOf, ESHUTDOWN } from './errno';
import type { Recorder } from './Recorder';
import type { Message } from './MockLink';

/** What one send step asks for. */
export interface Call {
  readonly tid: number;
  readonly msg: string;
  /** How long its sender waits, in ms; undefined for one that does not. */
  readonly limit: number | undefined;
}

/** How a channel is owned. */
export interface ClientOptions extends ClientConfig {
  readonly ch: number;
  readonly knows: boolean;
  /** It has a tx-done callback. */
  readonly reports: boolean;
  /** What that callback sends, by the name of the message that was reported. */
  readonly resends: ReadonlyMap<string, string>;
}

/** One owner of a channel: sends as the script says, and writes down its outcomes and those of its callback. */
export class Client implements ClientConfig {
  block: boolean;
  readonly tout: number;
  readonly knows: boolean;

  private readonly reported = new Map<string, unknown>();
  private refused: string | undefined;

  constructor(
    readonly channel: Channel<Message, number, number>,
    private readonly options: ClientOptions,
    private readonly recorder: Recorder,
  ) {
    this.block = options.block;
    this.tout = options.tout;
    this.knows = options.knows;
    channel.subscribe((message) => this.recorder.write('rx', options.ch, message));
    if (options.reports) this.listen();
  }

  send(call: Call): void {
    if (call.limit !== undefined) this.sendBlocking(call, call.limit);
    else if (this.options.reports) this.recorder.write('ret', call.tid, this.post(call.msg));
    else this.sendUnheard(call);
  }

  private sendBlocking({ tid, msg }: Call, limit: number): void {
    let received = 0;
    this.channel
      .send(messageOf(msg))
      .pipe(txTimeout(limit))
      .subscribe({
        next: () => received++,
        error: (error: unknown) => {
          this.compare(msg, error);
          this.recorder.write('ret', tid, errnoOf(error), deliveryOf(error));
        },
        complete: () => {
          if (received !== 1) this.recorder.write('crash', `${received} receipts for ${msg}`);
          this.recorder.write('ret', tid, 0);
        },
      });
  }

  /** Without a callback nobody hears of a message that does not wait; only its refusal is seen. */
  private sendUnheard({ tid, msg }: Call): void {
    let value = 0;
    this.channel.send(messageOf(msg)).subscribe({ error: (error: unknown) => (value ||= errnoOf(error)) });
    this.recorder.write('ret', tid, value);
  }

  /** `next()`, and what the kernel's function would have returned. */
  private post(msg: string): number {
    const { closed } = this.channel;
    this.refused = undefined;
    this.channel.next(messageOf(msg));
    return closed ? ESHUTDOWN : this.refused === msg ? ENOBUFS : 0;
  }

  private listen(): void {
    const { ch, resends } = this.options;
    this.channel.txDone$.subscribe(({ message, error, ack }) => {
      const msg = message ?? 'NULL';
      const status = error === undefined ? (ack ?? NaN) : errnoOf(error);
      // A refused message was not accepted: the report stands for the value that the kernel's function would have returned.
      if (status === ENOBUFS) {
        this.refused = msg;
        return;
      }
      this.reported.set(msg, error);
      this.recorder.write('done', ch, msg, status, deliveryOf(error));
      const resend = resends.get(msg);
      if (resend !== undefined) this.recorder.write('cbret', ch, resend, this.post(resend));
    });
  }

  /** A sender and its report must get the same error object. */
  private compare(msg: string, error: unknown): void {
    if (this.reported.has(msg) && this.reported.get(msg) !== error)
      this.recorder.write('crash', `${msg}: its sender and its report got different errors`);
  }
}

function messageOf(msg: string): Message {
  return msg === 'NULL' ? null : msg;
}

function deliveryOf(error: unknown): string {
  return error === undefined ? 'sent' : (error as { delivery: string }).delivery;
}
