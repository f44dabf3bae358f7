/**
 * A real mailbox between threads: a ring of slots in shared memory per channel and direction, with doorbells.
 *
 * @packageDocumentation
 */
import { assertInteger, assertNumber, assertObject, assertOneOf, show } from '../contract/checks';
import type { MailboxController } from '../contract/MailboxController';
import { findCodec, type SharedMemoryCodec } from './sharedMemory/codec';
import { vacate } from './sharedMemory/Connection';
import { AtomicsDoorbell, PortDoorbell } from '../threads/Doorbell';
import { defaultSide, hasWaitAsync, portFor, type SharedMemoryHandle, type SharedMemorySide } from './sharedMemory/handle';
import { readLayout, sideAt } from './sharedMemory/layout';
import { inWorker } from '../threads/inWorker';
import { WebLockLiveness } from '../threads/WebLockLiveness';
import { SharedMemoryLink } from './sharedMemory/SharedMemoryLink';
import { watchPeer, type SharedMemoryPeer } from '../threads/watchPeer';

export { createSharedMemory, type SharedMemoryHandle, type SharedMemoryOptions, type SharedMemorySide } from './sharedMemory/handle';
export type { Encoder, SharedMemoryCodec } from './sharedMemory/codec';
export type { EmittingPeer, ListeningPeer, SharedMemoryPeer } from '../threads/watchPeer';

/** Options of {@link sharedMemory}; each side has its own. */
export interface SharedMemoryControllerOptions {
  /** Which end this is; default `'a'` for whoever made the handle, `'b'` for whoever got it. */
  side?: SharedMemorySide;
  /** Appears in error texts; default `'shared-memory-<side>'`. */
  name?: string;
  /** How many messages of a channel may be in flight at once; an integer from 1 to the handle's `slots`, which is the default. */
  window?: number;
  /** The thread at the other end: when it ends, the links go down. */
  peer?: SharedMemoryPeer;
  /**
   * In Node: true keeps this process or thread alive while a channel is open and the other side has not left. False does so only while a
   * message is in flight, or while a channel waits for the other side to open it for the first time. Default: true for side `'b'`, which
   * serves, and false for `'a'`.
   */
  keepAlive?: boolean;
  /**
   * For how long, in milliseconds, 0 to 1, this thread looks on before it sleeps, because being woken takes longer than most answers. It
   * looks less and less where that is in vain. Default: 0.05 in a worker, and 0, so never, on a main thread, which has other things to do.
   */
  spin?: number;
}

/** Milliseconds: about what it takes to wake a thread. */
const SPIN = 0.05;

/** A controller on shared memory; also hears from outside that the other side is gone. */
export interface SharedMemoryController<Tx, Rx = Tx> extends MailboxController<Tx, Rx, void> {
  /**
   * Tells that the thread at the other end has ended: every link goes down, and a new thread may take that side.
   *
   * With the `peer` option, and in browsers with Web Locks, it is called for you. If that thread is still there after all, its links end
   * with an error.
   *
   * @param reason - Becomes the `cause` of the senders' `LinkDownError`; anything.
   */
  peerGone(reason?: unknown): void;
}

/**
 * Makes a controller for one side of a shared-memory handle.
 *
 * Tx-done means that the receivers at the other side have returned, also by throwing. The link is down, so messages wait in the queue,
 * until the other side has opened the channel, and again after it has closed it or ended; those in flight then fail with `ENETDOWN`.
 * A message that does not fit into a slot fails alone (`EIO`). Memory that a broken peer wrote to ends the link with an error.
 *
 * Unlike the loopback it copies: messages are encoded, as bytes by default, and received messages are new ones.
 *
 * @param handle - From {@link createSharedMemory}, here or, by `postMessage` or `workerData`, at the other side.
 * @param options - See {@link SharedMemoryControllerOptions}; `codec` is `'bytes'` by default, `'view'` for received bytes that are not
 *   copied and valid only until the receiver returns, `'json'`, or your own {@link SharedMemoryCodec}.
 * @returns The controller, for a `Mailbox`.
 * @throws TypeError or RangeError for a handle that is not ours or an option that is not in its range.
 * @example
 * {@includeCode ../../test/unit/controllers/sharedMemory.test.ts#example}
 * @see Linux: the shared memory and doorbells under the mailbox drivers, e.g. `drivers/mailbox/omap-mailbox.c`
 */
export function sharedMemory(
  handle: SharedMemoryHandle,
  options?: SharedMemoryControllerOptions & { codec?: 'bytes' | 'view' },
): SharedMemoryController<Uint8Array>;
export function sharedMemory<Tx = unknown, Rx = Tx>(
  handle: SharedMemoryHandle,
  options: SharedMemoryControllerOptions & { codec: 'json' | SharedMemoryCodec<Tx, Rx> },
): SharedMemoryController<Tx, Rx>;
export function sharedMemory<Tx, Rx>(
  handle: SharedMemoryHandle,
  options: SharedMemoryControllerOptions & { codec?: unknown } = {},
): SharedMemoryController<Tx, Rx> {
  const layout = readLayout(handle);
  assertObject('options', options);
  const { side = defaultSide(handle), window = layout.slots, keepAlive = side === 'b', peer, spin = inWorker() ? SPIN : 0 } = options;
  assertOneOf('side', side, ['a', 'b']);
  assertInteger('window', window, 1, layout.slots);
  const { name = `shared-memory-${side}`, codec: named = 'bytes' } = options;
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  if (typeof keepAlive !== 'boolean') throw new TypeError(`keepAlive is ${show(keepAlive)}; expected a boolean`);
  assertNumber('spin', spin, 'milliseconds, 0 to 1', (ms) => ms >= 0 && ms <= 1);
  const codec = findCodec<Tx, Rx>(named);
  const port = portFor(handle, side);
  if (port === undefined && !hasWaitAsync()) {
    throw new TypeError("no Atomics.waitAsync here; expected a handle that was made with wakeBy: 'port'");
  }
  const { words, channels } = layout;
  const own = side === 'a' ? 0 : 1;
  const links = new Set<SharedMemoryLink<Tx, Rx>>();

  const controller: SharedMemoryController<Tx, Rx> = {
    name,
    channelCount: channels,
    txDone: 'irq',
    correlation: 'ordered',
    window,
    open: (index) => {
      assertInteger('index', index, 0, channels - 1);
      return new SharedMemoryLink(index, `${name}[${index}]`, {
        layout,
        side: own,
        codec,
        window,
        keepAlive,
        spin,
        makeDoorbell: (channel, mine, other, wake) =>
          port ? new PortDoorbell(words, mine, other, wake, port, channel) : new AtomicsDoorbell(words, mine, other, wake),
        opened: (link) => links.add(link),
        introduce: (at) => life.introduce(at),
        watch: (at) => life.watch(at),
        closed: (link) => links.delete(link),
      });
    },
    peerGone: (reason = new Error('the other side is gone')) => ended(reason),
  };
  const ended = (reason: unknown, isGone: (at: number) => boolean = () => true): void => {
    for (let channel = 0; channel < channels; channel++) {
      const at = sideAt(channel, own === 0 ? 1 : 0);
      if (!isGone(at)) continue;
      vacate(words, at);
      for (const link of links) if (link.channel === channel) link.peerGone(reason);
    }
  };
  const life = new WebLockLiveness(
    words,
    () => links.forEach((link) => link.run()),
    (isGone) => ended(new Error('the other side has ended'), isGone),
  );
  if (peer !== undefined) watchPeer(peer, controller.peerGone);
  if (port !== undefined) watchPeer(port, controller.peerGone);
  return controller;
}
