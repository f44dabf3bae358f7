import type { ChannelState } from '../contract/ChannelState';

/** The part of a core that can be counted. */
export interface Counted {
  readonly backlog: { readonly length: number };
  readonly slots: { readonly used: number; readonly held: number };
  readonly refused: boolean;
}

/** How many messages a channel has, and where they are. Without a core it has never had any. */
export function countsOf(machine: Counted | undefined): Pick<ChannelState, 'waiting' | 'inFlight' | 'held' | 'refused'> {
  if (machine === undefined) return { waiting: 0, inFlight: 0, held: 0, refused: false };
  const { backlog, refused, slots } = machine;
  const { held, used } = slots;
  return { waiting: backlog.length, inFlight: used - held, held, refused };
}
