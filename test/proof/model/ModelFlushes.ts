import type { Model, Timer } from './Model';
import type { ModelChannel } from './ModelChannel';

interface Flush {
  readonly name: string;
  readonly limit: number;
  readonly due: number;
  readonly order: number;
  /** The link has flushed; it waits until the channel is idle. */
  linkDone: boolean;
  /** Since when it waits for that, among all others. */
  waitsSince: number;
}

/** The flushes of one channel, and who else waits until it is idle. */
export class ModelFlushes {
  private list: Flush[] = [];

  constructor(
    private readonly world: Model,
    private readonly channel: ModelChannel,
  ) {}

  begin(name: string, limit: number): void {
    this.log(`link flushes ${limit}`);
    this.list.push({ name, limit, due: this.world.now + limit, order: this.world.nextOrder(), linkDone: false, waitsSince: 0 });
  }

  /** It asks nothing of the link. */
  wait(name: string, limit: number): void {
    const order = this.world.nextOrder();
    this.list.push({ name, limit, due: this.world.now + limit, order, linkDone: true, waitsSince: order });
  }

  /** The link has finished the oldest one. */
  linkEnds(failure: string | undefined): void {
    const flush = this.list.find(({ linkDone }) => !linkDone);
    if (flush === undefined) return;
    flush.linkDone = true;
    flush.waitsSince = this.world.nextOrder();
    if (failure !== undefined) this.end(flush, failure);
    else if (this.channel.idle && !this.channel.closed) this.end(flush, 'completed');
  }

  idle(): void {
    const waiting = this.list.filter(({ linkDone }) => linkDone);
    for (const flush of waiting.sort((a, b) => a.waitsSince - b.waitsSince)) this.end(flush, 'completed');
  }

  failAll(how: string): void {
    for (const flush of [...this.list]) this.end(flush, how);
  }

  private end(flush: Flush, how: string): void {
    if (!this.list.includes(flush)) return;
    this.list = this.list.filter((other) => other !== flush);
    this.log(`flush ${flush.name} ${how}`);
  }

  private log(line: string): void {
    this.world.log(this.channel.place, line);
  }

  get timers(): Timer[] {
    return this.list.map((flush) => ({
      due: flush.due,
      scheduler: 0,
      order: flush.order,
      at: [this.channel],
      fire: () => this.end(flush, `ETIME unknown total ${flush.limit}`),
    }));
  }
}
