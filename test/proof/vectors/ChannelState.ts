import type { MessageRecord } from './MessageRecord';
import type { ScenarioConfig } from './Scenario';

/** One channel as its controller sees it, and as long as it lives; its owners come and go. */
export class ChannelState {
  open: boolean;
  /** Counts the owners; it changes when one leaves. */
  session = 0;
  /** The step in which the last one left. */
  closedIn: number | undefined;
  /** The link has not said `down`. */
  up = true;
  block: boolean;
  tout: number;
  knows: boolean;
  refuses = false;
  refusesOnce = false;
  /** Accepted and not ended by the hardware, oldest first. */
  readonly outstanding: MessageRecord[] = [];
  /** Accepted in this session and not ended by a tx-done, oldest first, counted as a wire without tokens counts. */
  unended: MessageRecord[] = [];
  /** Since when the controller would accept; `Infinity` while it would not. */
  ableSince = 0;

  /** Accepted in this session, and the channel cannot know before `until` that the slot is free. */
  private holders: { readonly message: MessageRecord; until: number }[] = [];

  constructor(private readonly cfg: ScenarioConfig) {
    this.open = cfg.autoRegister && cfg.autoRequest;
    this.block = cfg.block;
    this.tout = cfg.tout;
    this.knows = cfg.knows;
  }

  take(message: MessageRecord): void {
    this.outstanding.push(message);
    this.unended.push(message);
    this.holders.push({ message, until: Infinity });
  }

  /** The hardware does not hold it any more. */
  lose(name: string): void {
    const index = this.outstanding.findIndex((message) => message.name === name);
    if (index >= 0) this.outstanding.splice(index, 1);
  }

  /** The channel knows, or will have found out when a poll period is over, that this message's slot is free. */
  release(message: MessageRecord | null, until?: number): void {
    if (until === undefined) this.holders = this.holders.filter((holder) => holder.message !== message);
    else for (const holder of this.holders) if (holder.message === message) holder.until = until;
  }

  releaseAll(): void {
    this.holders = [];
  }

  isHeld(t: number): boolean {
    return this.holders.some(({ until }) => until >= t);
  }

  close(step: number): void {
    if (!this.open) return;
    this.open = false;
    this.session++;
    this.closedIn = step;
    this.up = true;
    this.unended = [];
    this.holders = [];
  }

  updateAble(t: number): void {
    const { depth } = this.cfg;
    const able = !this.refuses && !this.refusesOnce && (depth === 0 || this.outstanding.length < depth);
    this.ableSince = able ? Math.min(this.ableSince, t) : Infinity;
  }
}
