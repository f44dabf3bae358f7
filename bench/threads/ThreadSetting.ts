/** The sender also polls before it sleeps, which is not the default on a main thread. */
export const BOTH_AWAKE = 'rx-mailbox, both awake';

/** What goes to the other thread: how many messages at once, and what they look like. */
export interface ThreadSetting {
  readonly window: number;
  readonly message: 'bytes' | 'object';
}

export const bytes = new Uint8Array(64).fill(1);

/** About 200 characters of JSON, as a request to another part of a program may be. */
export const object = {
  n: 1,
  kind: 'measurement',
  source: { device: 'thermometer-17', place: 'hall 3, north' },
  values: [20.5, 20.6, 20.4, 20.9, 21.1],
  at: '2026-01-01T12:00:00.000Z',
  flags: { calibrated: true, stale: false },
};

export function messageOf({ message }: ThreadSetting): unknown {
  return message === 'bytes' ? bytes : object;
}
