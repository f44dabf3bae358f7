import { immediate, microtask } from './contenders/QueueSetting';
import type { Measure } from './Measured';

export interface Group {
  readonly name: string;
  readonly title: string;
  /** How it is measured. */
  readonly about: string;
  /** What a value is, as in "ns per message". */
  readonly unit: string;
  /** Whom the table compares everybody with. */
  readonly reference: string;
  /** Flags of Node for its process, besides those that all have. */
  readonly flags?: readonly string[];
  /** Loads what it needs, and nothing that the others need, in its own process. */
  load(): Promise<Measure>;
}

const NS = 'ns per message';

export const GROUPS: readonly Group[] = [
  {
    name: 'window-1-20',
    title: 'One message at a time, microtask device, 20 senders',
    about:
      'A closed loop: each sender sends its next message from inside the completion of the last. The device takes one message and is done with it in a microtask.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: microtask, window: 1, senders: 20 }),
  },
  {
    name: 'window-1-1000',
    title: 'One message at a time, microtask device, 1,000 senders',
    about: 'The same with a queue of about a thousand.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: microtask, window: 1, senders: 1000 }),
  },
  {
    name: 'window-64',
    title: '64 messages at a time, setImmediate device, 1,000 senders',
    about: 'The device takes up to 64 messages, and is done with all of them in the next turn of the event loop.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/queue')).queue({ hop: immediate, window: 64, senders: 1000 }),
  },
  {
    name: 'timeouts',
    title: 'A limit for each send (microtask device, window 1, 20 senders)',
    about: 'No limit runs out, and no signal is aborted; each send has its own operator, as one writes it. fastq has no limits.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/timeouts')).timeouts,
  },
  {
    name: 'extras',
    title: 'Options and operators that have nothing to do (microtask device, window 1, 20 senders)',
    about: 'What it costs that they are there: nothing is full, down, or refused, and no two messages have one key.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/extras')).extras,
  },
  {
    name: 'listeners',
    title: 'Listeners (microtask device, window 1, 20 senders)',
    about: 'What it costs that somebody listens; `next()` instead of `send()` for comparison.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/listeners')).listeners,
  },
  {
    name: 'listeners-1000',
    title: 'A thousand listeners (microtask device, window 1, 20 senders)',
    about: 'What it costs that very many listen.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/listeners')).crowds,
  },
  {
    name: 'allocation',
    title: 'Bytes allocated (microtask device, window 1, 20 senders)',
    about: 'How much the heap grows with each message, however short-lived; nothing is collected while it is measured, which is checked.',
    unit: 'bytes per message',
    reference: 'device alone',
    flags: ['--min-semi-space-size=256', '--max-semi-space-size=256'],
    load: async () => (await import('./groups/allocation')).allocation,
  },
  {
    name: 'idle',
    title: 'Bytes of a channel that is idle',
    about:
      'Heap before and after 30,000 of them were made, both after a full collection. All channels share one link, which belongs to the controller.',
    unit: 'bytes each',
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/retained')).idleChannels,
  },
  {
    name: 'queued',
    title: 'Bytes of a message that waits',
    about:
      'Heap before and after 100,000 messages were queued, both after a full collection. All share one message and one observer or callback, which belong to the sender.',
    unit: 'bytes each',
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/retained')).queuedMessages,
  },
  {
    name: 'depth',
    title: 'A long queue (microtask device, window 1)',
    about: 'Each message that is done sends another, so as many wait all the time.',
    unit: NS,
    reference: 'rx-mailbox, 100 waiting',
    load: async () => (await import('./groups/depth')).depth,
  },
  {
    name: 'channels',
    title: 'Many channels, one message at a time (microtask device)',
    about:
      "One sender that takes the next channel for each message; or one all over the place, so that nothing is in the processor's caches.",
    unit: NS,
    reference: 'rx-mailbox, channels, 1',
    load: async () => (await import('./groups/channels')).channels,
  },
  {
    name: 'shared',
    title: 'Channels that share a window of 1, and all have something to send (microtask device)',
    about: 'Each channel sends again when its message is done, so all of them wait for their turn all the time.',
    unit: NS,
    reference: 'rx-mailbox, a shared window, 1',
    load: async () => (await import('./groups/shared')).shared,
  },
  {
    name: 'random',
    title: 'Done in random order (microtask device)',
    about: 'The window is full all the time; each message that is done sends another, and which one is done next is left to chance.',
    unit: NS,
    reference: 'rx-mailbox, window 1',
    load: async () => (await import('./groups/random')).random,
  },
  {
    name: 'send-to',
    title: 'Everything that a source has (microtask device, window 1)',
    about: 'The source emits all of its values before the first of them is done.',
    unit: 'ns per value',
    reference: 'rx-mailbox sendTo, 4,000 values',
    load: async () => (await import('./groups/sendTo')).sendToSync,
  },
  {
    name: 'cancel',
    title: 'Cancelling in the middle of 100,000 that wait',
    about: 'Places all over the middle half of the queue.',
    unit: 'ns each',
    reference: 'rx-mailbox, unsubscribe()',
    load: async () => (await import('./groups/cancel')).cancel,
  },
  {
    name: 'threads-1024',
    title: 'To another thread, 64 bytes, 1,024 at a time',
    about:
      'Each message is completed, one by one, when the other thread has taken it; so many are under way at once. *views*: the receiver gets the bytes where they are; otherwise everybody gets a copy. *Both awake*: views, and the sending thread also polls for a moment before it sleeps, as the worker does.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 1024, message: 'bytes' }),
  },
  {
    name: 'threads-64',
    title: 'To another thread, 64 bytes, 64 at a time',
    about: 'The same.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 64, message: 'bytes' }),
  },
  {
    name: 'threads-16',
    title: 'To another thread, 64 bytes, 16 at a time',
    about: 'The same: a window as small as this leaves nothing to batch, so each message waits for a thread to wake up.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 16, message: 'bytes' }),
  },
  {
    name: 'threads-1',
    title: 'To another thread, 64 bytes, one at a time, round trip',
    about: 'The next message is sent when the last was completed.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 1, message: 'bytes' }),
  },
  {
    name: 'threads-objects',
    title: 'To another thread, objects (about 200 characters of JSON), 64 at a time',
    about: 'The codec is `json`; the others clone.',
    unit: NS,
    reference: 'rx-mailbox',
    load: async () => (await import('./groups/threads')).threads({ window: 64, message: 'object' }),
  },
  {
    name: 'sizes',
    title: 'Size, min + gzip',
    about:
      'What a bundler makes of the built package: each entry point whole and on its own; and what an application has that imports `Mailbox`.',
    unit: 'bytes',
    reference: '',
    load: async () => (await import('./groups/sizes')).sizes,
  },
];
