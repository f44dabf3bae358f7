import type { Channel } from 'rx-mailbox';

/**
 * One completion for a whole channel, as so many clients have it: a tx-done wakes whoever waits first, not whoever sent the message.
 *
 * Here to show what goes wrong. Nothing in the library works like this.
 */
export class SharedCompletion<Tx> {
  private readonly done: Tx[] = [];
  private readonly waiting: ((message: Tx) => void)[] = [];

  constructor(channel: Channel<Tx, unknown>) {
    channel.txDone$.subscribe(({ message }) => {
      const first = this.waiting.shift();
      if (first) first(message);
      else this.done.push(message);
    });
  }

  /** Resolves with the message whose tx-done it was, which a real one could not tell. */
  wait(): Promise<Tx> {
    const [done] = this.done.splice(0, 1);
    return done === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(done);
  }
}
