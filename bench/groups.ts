import { immediate, microtask } from './contenders/QueueSetting';
import type { Measure } from './Measured';

export interface Group {
  readonly name: string;
  readonly title: string;
  /** What a value is, as in "ns per message". */
  readonly unit: string;
  /** Whom the table compares everybody with. */
  readonly reference: string;
  /** Flags of Node for its process, besides `--expose-gc`. */
  readonly flags?: readonly string[];
  /** Loads what it needs, and nothing that the others need, in its own process. */
  load(): Promise<Measure>;
}

const NS = 'ns per message';

export const GROUPS: readonly Group[] = [
  {
    name: 'window-1-20',
    title: 'One message at a time, microtask device, 20 senders',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: microtask, window: 1, senders: 20 }),
  },
  {
    name: 'window-1-1000',
    title: 'One message at a time, microtask device, 1,000 senders',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: microtask, window: 1, senders: 1000 }),
  },
  {
    name: 'window-64',
    title: '64 messages at a time, setImmediate device, 1,000 senders',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: immediate, window: 64, senders: 1000 }),
  },
  {
    name: 'timeouts',
    title: 'A limit for each send (microtask device, window 1, 20 senders)',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/timeouts')).timeouts,
  },
  {
    name: 'listeners',
    title: 'Listeners (microtask device, window 1, 20 senders)',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/listeners')).listeners,
  },
  {
    name: 'allocation',
    title: 'Bytes allocated (microtask device, window 1, 20 senders)',
    unit: 'bytes per message',
    reference: 'device alone',
    flags: ['--min-semi-space-size=256', '--max-semi-space-size=256'],
    load: async () => (await import('./groups/allocation')).allocation,
  },
  {
    name: 'idle',
    title: 'Bytes of a channel that is idle',
    unit: 'bytes each',
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/retained')).idleChannels,
  },
  {
    name: 'queued',
    title: 'Bytes of a message that waits',
    unit: 'bytes each',
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/retained')).queuedMessages,
  },
  {
    name: 'depth',
    title: 'A long queue (microtask device, window 1)',
    unit: NS,
    reference: 'rx-mailbox, 100 waiting',
    load: async () => (await import('./groups/depth')).depth,
  },
  {
    name: 'channels',
    title: 'Many channels, one message at a time (microtask device)',
    unit: NS,
    reference: 'rx-mailbox, channels, 1',
    load: async () => (await import('./groups/channels')).channels,
  },
  {
    name: 'cancel',
    title: 'Cancelling in the middle of 100,000 that wait',
    unit: 'ns each',
    reference: 'rx-mailbox, unsubscribe()',
    load: async () => (await import('./groups/cancel')).cancel,
  },
  {
    name: 'threads-1024',
    title: 'To another thread, 64 bytes, 1,024 at a time',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 1024, message: 'bytes' }),
  },
  {
    name: 'threads-64',
    title: 'To another thread, 64 bytes, 64 at a time',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 64, message: 'bytes' }),
  },
  {
    name: 'threads-16',
    title: 'To another thread, 64 bytes, 16 at a time',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 16, message: 'bytes' }),
  },
  {
    name: 'threads-1',
    title: 'To another thread, 64 bytes, one at a time, round trip',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 1, message: 'bytes' }),
  },
  {
    name: 'threads-objects',
    title: 'To another thread, objects (about 200 characters of JSON), 64 at a time',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 64, message: 'object' }),
  },
  {
    name: 'sizes',
    title: 'Size of the entry points, min + gzip, RxJS not counted',
    unit: 'bytes',
    reference: '',
    load: async () => (await import('./groups/sizes')).sizes,
  },
];
