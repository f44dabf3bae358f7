import { assertInteger, assertNumber, assertObject, assertOneOf, show } from '../../contract/checks';
import type { MailboxController } from '../../contract/MailboxController';
import { hasWaitAsync } from '../../threads/hasWaitAsync';
import { inWorker } from '../../threads/inWorker';
import type { SharedMemoryPeer } from '../../threads/SharedMemoryPeer';
import { watchPeer } from '../../threads/watchPeer';
import { LocalSide, type LocalSideSettings } from './LocalSide';
import { readLayout } from './readLayout';
import type { SharedMemoryCodec } from './SharedMemoryCodec';
import { defaultSide, portFor, type SharedMemoryHandle, type SharedMemorySide } from './SharedMemoryHandle';
import { SharedMemoryLink } from './SharedMemoryLink';
import { toTranscoder } from './Transcoder';

/** Milliseconds: about what it takes to wake a thread. */
const DEFAULT_SPIN = 0.05;

/** Options of {@link sharedMemory}; each side has its own. */
export interface SharedMemoryControllerOptions {
  /** Which end this is; default `'a'` for the side that made the handle, `'b'` for the side that received it. */
  side?: SharedMemorySide;
  /** Appears in error texts; default `'shared-memory-<side>'`. */
  name?: string;
  /** How many messages of a channel may be in flight at once; an integer from 1 to the handle's `slots`, which is the default. */
  window?: number;
  /** The thread at the other end; when it ends, the links go down. */
  peer?: SharedMemoryPeer;
  /**
   * In Node: true keeps this process or thread alive while a channel is open and the other side has not left. False does so only while a
   * message is in flight, or while a channel waits for the other side to open it for the first time. Default: true for side `'b'`, which
   * usually serves requests, and false for `'a'`.
   */
  keepAlive?: boolean;
  /**
   * How long this thread polls the memory before it sleeps, in milliseconds, 0 to 1. Being woken takes longer than most answers, so polling
   * lowers the latency. It polls less when that does not pay. Default: 0.05 in a worker; 0 on a main thread, which then never polls.
   */
  spin?: number;
}

/** A controller on shared memory that can also declare the other side gone. */
export interface SharedMemoryController<Tx, Rx = Tx> extends MailboxController<Tx, Rx, void> {
  /**
   * Declares that the thread at the other end has ended: every link goes down, and a new thread may take that side.
   *
   * With the `peer` option, and in browsers with Web Locks, it is called for you. If that thread still runs, its links end with an error.
   *
   * @param reason - Anything; becomes the `cause` of the senders' `LinkDownError`.
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
 * Unlike the loopback, it copies messages: they are encoded, as bytes by default, and decoded at the other side.
 *
 * @param handle - From {@link createSharedMemory}, here or, by `postMessage` or `workerData`, at the other side.
 * @param options - See {@link SharedMemoryControllerOptions}; `codec` is `'bytes'` by default, `'view'` for received bytes that are not
 *   copied and valid only until the receiver returns, `'json'`, or your own {@link SharedMemoryCodec}.
 * @returns The controller, for a `Mailbox`.
 * @throws TypeError or RangeError for a handle that is not ours or an option that is not in its range.
 * @example
 * {@includeCode ../../../test/unit/controllers/sharedMemory.test.ts#example}
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
  const { name, peer, ...settings } = readOptions<Tx, Rx>(handle, options);
  const { layout, port, window } = settings;
  const side = new LocalSide(settings);

  const controller: SharedMemoryController<Tx, Rx> = {
    name,
    channelCount: layout.channels,
    txDone: 'irq',
    correlation: 'ordered',
    window,
    open(index) {
      assertInteger('index', index, 0, layout.channels - 1);
      return new SharedMemoryLink(index, `${name}[${index}]`, side);
    },
    peerGone: (reason = new Error('the other side is gone')) => side.peerEnded(reason),
  };
  if (peer !== undefined) watchPeer(peer, controller.peerGone);
  if (port !== undefined) watchPeer(port, controller.peerGone);
  return controller;
}

interface Settings<Tx, Rx> extends LocalSideSettings<Tx, Rx> {
  readonly name: string;
  readonly peer: SharedMemoryPeer | undefined;
}

function readOptions<Tx, Rx>(handle: SharedMemoryHandle, options: SharedMemoryControllerOptions & { codec?: unknown }): Settings<Tx, Rx> {
  const layout = readLayout(handle);
  assertObject('options', options);
  const { side = defaultSide(handle), window = layout.slots, spin = inWorker() ? DEFAULT_SPIN : 0, peer } = options;
  const { keepAlive = side === 'b', name = `shared-memory-${side}`, codec = 'bytes' } = options;
  assertOneOf('side', side, ['a', 'b']);
  assertInteger('window', window, 1, layout.slots);
  if (typeof name !== 'string') throw new TypeError(`name is ${show(name)}; expected a string`);
  if (typeof keepAlive !== 'boolean') throw new TypeError(`keepAlive is ${show(keepAlive)}; expected a boolean`);
  assertNumber('spin', spin, 'milliseconds, 0 to 1', (ms) => ms >= 0 && ms <= 1);
  const transcoder = toTranscoder<Tx, Rx>(codec);
  const port = portFor(handle, side);
  if (port === undefined && !hasWaitAsync()) {
    throw new TypeError("no Atomics.waitAsync here; expected a handle that was made with wakeBy: 'port'");
  }
  return { layout, side: side === 'a' ? 0 : 1, codec: transcoder, window, keepAlive, spin, port, name, peer };
}
