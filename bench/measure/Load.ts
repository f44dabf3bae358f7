/** What is sent; no contender looks at it. */
export interface Message {
  readonly sender: number;
}

/** One of many who send again as soon as their message is done; callback, observer and RxJS handler in one. */
export class Sender {
  readonly message: Message;
  completed = 0;

  constructor(
    private readonly load: Load,
    readonly id: number,
  ) {
    this.message = { sender: id };
  }

  /** For queues that call back. */
  readonly called = (error?: unknown): void => {
    if (error) this.load.failed(error);
    else this.load.completed(this);
  };

  next(): void {
    // The receipt is not looked at, as in the other contenders.
  }

  error(error: unknown): void {
    this.load.failed(error);
  }

  complete(): void {
    this.load.completed(this);
  }
}

/** A closed loop: each sender has one message pending, and sends the next one from inside the completion of the last. */
export class Load {
  readonly senders: readonly Sender[];
  /** How many messages are pending at once; default: one for each sender. */
  concurrency: number;
  private unsent = 0;
  private pending = 0;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(
    senders: number,
    private readonly send: (sender: Sender) => void,
  ) {
    this.senders = Array.from({ length: senders }, (_, id) => new Sender(this, id));
    this.concurrency = senders;
  }

  /** Sends so many messages; resolves when the last is done. */
  run(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.pending = Math.min(count, this.concurrency);
      this.unsent = count - this.pending;
      for (let i = 0, { pending } = this; i < pending; i++) this.send(this.senders[i]!);
    });
  }

  completed(sender: Sender): void {
    sender.completed++;
    if (this.unsent > 0) {
      this.unsent--;
      this.send(sender);
    } else if (--this.pending === 0) this.resolve();
  }

  failed(error: unknown): void {
    this.reject(error);
  }

  /** How many messages were completed, ever. */
  get total(): number {
    return this.senders.reduce((sum, { completed }) => sum + completed, 0);
  }
}

/** The same closed loop for what returns promises: each sender awaits its message, then sends the next one. */
export class PromiseLoad {
  total = 0;
  private unsent = 0;
  private readonly messages: readonly Message[];

  constructor(
    senders: number,
    private readonly send: (message: Message) => PromiseLike<unknown>,
  ) {
    this.messages = Array.from({ length: senders }, (_, sender) => ({ sender }));
  }

  async run(count: number): Promise<void> {
    this.unsent = count;
    await Promise.all(this.messages.map((message) => this.sender(message)));
  }

  private async sender(message: Message): Promise<void> {
    while (this.unsent > 0) {
      this.unsent--;
      await this.send(message);
      this.total++;
    }
  }
}
