import type { World } from './World';

const INSIDE = Symbol.for('rx-mailbox.channel@3');

/** A message, or a slot. */
export interface Entry {
  token: number;
  state: number;
  next: Entry | undefined;
  /** The first watch of a message that has any. */
  watch?: Deadline;
  /** The quarantine of a held slot. */
  clock?: Deadline;
  muted?: boolean;
}

export interface Timer {
  action: unknown;
}

/** Clocks of one length that began in one turn. */
export interface Keeper {
  limit: number;
  timer: Timer;
  begun: Deadline | undefined;
  list: { first: Deadline | undefined };
  joinedBefore: Keeper | undefined;
}

export interface Deadline {
  due: number;
  next: Deadline | undefined;
  keeper: Keeper | undefined;
  /** The next watch of the same message. */
  other?: Deadline | undefined;
}

/** What of the library's own bookkeeping tells two states apart. Never used to judge. */
export interface Internals {
  completing: boolean;
  machine: {
    closed: boolean;
    backlog: { head: Entry | undefined };
    slots: { oldest: Entry | undefined };
    gate: { reasons: number };
    handOver: { refused: boolean };
    sequencer: { first: unknown; deferred: unknown; events: unknown };
  };
  effects: { laterAttempt: { deadline: Deadline | undefined } | undefined; heldSlots: { resetting: unknown } | undefined } | undefined;
  group: {
    batch: { active: boolean; members: Set<unknown> };
    clocks: {
      turnEnd: { task: Timer; clock: Keeper | undefined };
      poll: { visited: Set<unknown>; soon: boolean; pace: number; timer: Timer };
      own: { lists: Map<number, Keeper> };
    };
  };
}

export function internals({ channel }: World): Internals {
  return (channel as unknown as Record<symbol, Internals>)[INSIDE]!;
}
