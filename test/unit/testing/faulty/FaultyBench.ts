import { asyncScheduler } from 'rxjs';
import { isMailboxError, Mailbox, type Channel } from 'rx-mailbox';
import { FaultyController, marbles, ScriptedController, type FaultyOptions, type ScriptedOptions } from 'rx-mailbox/testing';

/** A faulty scripted controller. Logs what happens on its channel in virtual time, as `<ms> <what>`. */
export class FaultyBench {
  readonly lines: string[] = [];
  readonly scripted: ScriptedController<string, string, string>;
  readonly faulty: FaultyController<string, string, string>;
  readonly channel: Channel<string, string, string>;

  constructor(options: Partial<FaultyOptions>, scripted: ScriptedOptions<string, string, string> = {}) {
    this.scripted = new ScriptedController(scripted);
    this.faulty = new FaultyController(this.scripted, { seed: 1, maxDelay: 1, ...options });
    this.channel = new Mailbox(this.faulty).requestChannel(0);
    this.channel.subscribe((message) => this.write(`received ${message}`));
    this.channel.events$.subscribe(({ type, token }) => {
      if (['lateTxDone', 'unknownTxDone', 'busy', 'down', 'up'].includes(type)) this.write(token ? `${type} ${token}` : type);
    });
  }

  get link() {
    return this.scripted.link();
  }

  write(what: string): void {
    this.lines.push(`${asyncScheduler.now()} ${what}`);
  }

  send(...messages: string[]): void {
    for (const message of messages) {
      this.channel.send(message).subscribe({
        next: ({ ack }) => this.write(`${message} ok${ack ? ` ${ack}` : ''}`),
        error: (error: unknown) => this.write(`${message} ${isMailboxError(error) ? `${error.code} ${error.delivery}` : String(error)}`),
      });
    }
  }

  at(ms: number, act: () => void): void {
    asyncScheduler.schedule(act, ms - asyncScheduler.now());
  }

  /** The faults made, without what does not matter here: their channel, step and time. */
  get faults(): string {
    return this.faulty.faults.map(({ type, ms, token }) => `${type}${token ? ` of ${token}` : ''}: ${ms} ms`).join(', ');
  }
}

/** Acts in virtual time, then lets time pass until nothing is scheduled. */
export function after(act: () => FaultyBench): FaultyBench {
  let bench!: FaultyBench;
  marbles(({ flush }) => {
    bench = act();
    flush();
  })();
  return bench;
}
