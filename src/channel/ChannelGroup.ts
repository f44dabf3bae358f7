import { Batch } from '../core/Batch';
import { SharedWindow, type SharedWindowSettings } from '../core/SharedWindow';
import type { TokenSource } from '../core/TokenSource';
import { SharedClocks } from '../time/SharedClocks';
import type { Observable, SchedulerLike } from 'rxjs';
import type { ChannelState } from '../contract/ChannelState';
import { isGetter } from '../contract/controllerChecks';

/** What all mailboxes on one controller object share. */
export class ControllerState {
  /** Who has its channels, by index. */
  readonly owners = new Map<number, ChannelOwner>();
  readonly tokens: TokenSource = { next: 1 };
  /** Undefined: the channels do not concern each other. */
  readonly shared: SharedWindow | undefined;

  constructor(controller: SharedWindowSettings) {
    const { nextChannel, sharedWindow } = controller;
    const shares = nextChannel !== undefined || sharedWindow !== undefined || isGetter(controller, 'sharedWindow');
    this.shared = shares ? new SharedWindow(controller) : undefined;
  }

  /** Somebody else may have the channel already. */
  disown(index: number, owner: object): void {
    if (this.owners.get(index) === owner) this.owners.delete(index);
  }
}

/** What has a channel. */
export interface ChannelOwner {
  readonly group: ChannelGroup;
  readonly state: ChannelState;
  readonly streams: { readonly closed$: Observable<never> };
  close(): void;
  drain(): void;
}

const states = new WeakMap<object, ControllerState>();

/** The state of a controller, or of a link without one: its tokens are never used again, whoever uses it next. */
export function controllerState(controller: SharedWindowSettings): ControllerState {
  let state = states.get(controller);
  if (state === undefined) states.set(controller, (state = new ControllerState(controller)));
  return state;
}

/** What the channels of one mailbox share. */
export class ChannelGroup {
  /** Lets messages of all channels leave together. */
  readonly batch = new Batch();
  readonly clocks: SharedClocks;

  constructor(
    scheduler: SchedulerLike,
    pollPeriod: number,
    readonly controller: ControllerState,
  ) {
    this.clocks = new SharedClocks(scheduler, pollPeriod, (transitions) => this.batch.run(transitions));
  }

  /** The channels that have an owner here. */
  get owned(): ChannelOwner[] {
    return [...this.controller.owners.values()].filter((owner) => owner.group === this);
  }
}
