import type { Model } from './Model';
import type { ModelMailbox } from './ModelMailbox';
import type { ModelMessage } from './ModelMessage';
import type { Place } from './Stage';

/** In which order things happen on one channel: transitions at once, then hand-over, then telling (rules 6 and 7). */
export abstract class ModelOrder {
  /** Inside a call into the link (rule 6); what happens meanwhile is kept for later. */
  inLink = false;
  private later: (() => void)[] = [];
  protected handing = false;
  private notifying = false;
  /** Notifications that are due, in order (rule 7). */
  protected toNotify: (ModelMessage | (() => void))[] = [];
  /** The channel has closed: its streams end when everybody has been told everything. */
  protected ending = false;

  constructor(
    protected readonly world: Model,
    readonly mailbox: ModelMailbox,
    readonly place: Place,
    protected readonly method: 'irq' | 'poll' | 'ack',
  ) {}

  /** Everybody has been told everything. */
  protected abstract quiet(): void;
  protected abstract ended(): void;
  /** Hands over what may go. */
  abstract handOverNow(): void;

  protected callLink<T>(call: () => T): T {
    const { inLink } = this;
    this.inLink = true;
    try {
      return call();
    } finally {
      this.inLink = inLink;
    }
  }

  protected whenOutside(work: () => void): void {
    if (this.inLink) this.postpone(work);
    else work();
  }

  protected postpone(work: () => void): void {
    this.later.push(work);
  }

  protected catchUp(): void {
    for (let work = this.later.shift(); work !== undefined; work = this.later.shift()) work();
  }

  tell(): void {
    const { batch } = this.mailbox;
    if (batch.active) return void batch.join(this);
    if (this.handing || this.notifying || this.inLink) return;
    this.notifying = true;
    do {
      for (let next = this.toNotify.shift(); next !== undefined; next = this.toNotify.shift()) {
        if (typeof next === 'function') next();
        else this.world.settled(next);
      }
      if (this.ending) this.ended();
      else this.quiet();
    } while (this.toNotify.length > 0 || this.ending);
    this.notifying = false;
  }

  protected broken(what: string, token?: number): void {
    this.trace('broken', token, `TypeError of ${what}`);
  }

  protected trace(type: string, token: number | undefined, error: string | undefined): void {
    if (!this.place.setup.untraced) this.world.trace(this.place, type, token, error);
  }
}
