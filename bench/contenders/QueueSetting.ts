import { Device, type Hop } from '../measure/Device';

/** What a queue has to do: so many senders, a device with such a hop that takes so many messages at once. */
export interface QueueSetting {
  readonly hop: Hop;
  readonly window: number;
  readonly senders: number;
}

/** The device gives the thread back and goes on in a microtask: as soon as anything asynchronous can. */
export const microtask: Hop = (turn) => queueMicrotask(turn);
/** The device goes on in the next turn of the event loop, as after input or output. */
export const immediate: Hop = (turn) => void setImmediate(turn);

export function makeDevice<Job>({ hop, window }: QueueSetting): Device<Job> {
  return new Device<Job>(hop, window);
}
