import { Batch } from '../core/Batch';
import type { TokenSource } from '../core/TokenSource';
import { SharedClocks } from '../time/SharedClocks';
import type { SchedulerLike } from 'rxjs';

/** What all mailboxes on one controller object share. */
export class ControllerState {
  /** Who has its channels, by index. */
  readonly owners = new Map<number, ChannelOwner>();
  readonly tokens: TokenSource = { next: 1 };

  /** Somebody else may have the channel already. */
  disown(index: number, owner: object): void {
    if (this.owners.get(index) === owner) this.owners.delete(index);
  }
}

/** What has a channel. */
export interface ChannelOwner {
  readonly group: ChannelGroup;
  close(): void;
}

const states = new WeakMap<object, ControllerState>();

/** The state of a controller, or of a link without one: its tokens are never used again, whoever uses it next. */
export function controllerState(controller: object): ControllerState {
  let state = states.get(controller);
  if (state === undefined) states.set(controller, (state = new ControllerState()));
  return state;
}

/** What the channels of one mailbox share. A window of all of them together would be one more thing here. */
export class ChannelGroup {
  /** Lets messages of all channels leave together. */
  readonly batch = new Batch();
  readonly clocks: SharedClocks;

  constructor(
    scheduler: SchedulerLike,
    pollPeriod: number | undefined,
    readonly controller: ControllerState,
  ) {
    this.clocks = new SharedClocks(scheduler, pollPeriod, (transitions) => this.batch.run(transitions));
  }

  /** The channels that have an owner here. */
  get owned(): ChannelOwner[] {
    return [...this.controller.owners.values()].filter((owner) => owner.group === this);
  }
}
