import type { TokenSource } from '../core/TokenSource';
import type { SharedClocks } from '../time/SharedClocks';

/** What the channels of one mailbox share. A window of all of them together would be one more thing here. */
export class ChannelGroup {
  /** The channels that have an owner, by index. */
  readonly owned = new Map<number, { close(): void }>();

  constructor(
    readonly clocks: SharedClocks,
    readonly tokens: TokenSource = { next: 1 },
  ) {}
}
