import type { SchedulerLike } from 'rxjs';
import { assertInteger, assertNumber, assertObject, assertScheduler, show } from '../../contract/checks';
import { AtomicsDoorbell } from '../../threads/AtomicsDoorbell';
import { hasWaitAsync } from '../../threads/hasWaitAsync';
import { PortDoorbell } from '../../threads/PortDoorbell';
import type { RegisterMap } from './RegisterMap';
import { RegisterMemory, registerWords, type BellFactory } from './RegisterMemory';
import type { RegisterSpace } from './RegisterSpace';
import { RegisterView } from './RegisterView';

/** Options of {@link memoryRegisters}. */
export interface MemoryRegistersOptions {
  /** How the memory behaves; default: plain memory without interrupt lines. */
  map?: RegisterMap;
  /** Which bus master reads and writes, for maps that distinguish them; an integer >= 0, default 0. See {@link MemoryRegisters.as}. */
  agent?: number;
  /** When interrupt handlers run; default: in the next microtask. With a virtual scheduler, all interrupts are virtual. */
  scheduler?: SchedulerLike;
  /** A port to the other thread, needed where `Atomics.waitAsync` is missing; it wakes listeners. */
  port?: MessagePort;
  /** In Node: keeps the process or thread alive while a line has a listener. Default: true for shared memory, else false. */
  keepAlive?: boolean;
}

/** Registers in memory. */
export interface MemoryRegisters extends RegisterSpace {
  /**
   * The same registers as another bus master sees them, with the same interrupt lines.
   *
   * @param agent - The bus master; an integer >= 0.
   */
  as(agent: number): MemoryRegisters;
  /**
   * Injects a fault: raises a line once without a cause.
   *
   * @param line - Which one; default 0.
   */
  raise(line?: number): void;
  /**
   * Injects a fault: causes do not reach a line, in any thread, until this is called again.
   *
   * @param line - Which one.
   * @param causes - The bits of the map's `status` that are lost; 0 for none.
   */
  lose(line: number, causes: number): void;
}

/**
 * Makes memory behave like a device: a driver works on it, and so does a model of the device's other side.
 *
 * Every access is atomic. So on a `SharedArrayBuffer`, the other side may be in another thread. That thread makes registers of its own over
 * the same words, with the same map. Only one thread may listen to a line. On plain memory, both sides are in one thread and have to share
 * one object; otherwise neither gets interrupts for what the other writes.
 *
 * @param words - All zeros, at least {@link registerWords} of the map: the registers from offset 0, then the words for the lines.
 * @param options - See {@link MemoryRegistersOptions}.
 * @returns The registers.
 * @throws TypeError or RangeError for memory that is too small, or an option that is not in its range.
 * @example
 * {@includeCode ../../../test/unit/controllers/registers.test.ts#example}
 */
export function memoryRegisters(words: Int32Array, options: MemoryRegistersOptions = {}): MemoryRegisters {
  // Not instanceof: it may come from another realm.
  if (Object.prototype.toString.call(words) !== '[object Int32Array]')
    throw new TypeError(`words is ${show(words)}; expected an Int32Array`);
  assertObject('options', options);
  const shared = Object.prototype.toString.call(words.buffer) === '[object SharedArrayBuffer]';
  const { map = { size: 4 * words.length }, agent = 0, scheduler, port, keepAlive = shared } = options;
  assertObject('map', map);
  assertNumber('map.size', map.size, 'a multiple of 4, > 0', (n) => n > 0 && Number.isSafeInteger(n) && n % 4 === 0);
  if (map.lines !== undefined) assertInteger('map.lines', map.lines, 0, 1024);
  assertInteger('agent', agent, 0);
  if (scheduler !== undefined) assertScheduler('scheduler', scheduler);
  const needed = registerWords(map);
  if (words.length < needed) {
    throw new RangeError(`words has ${words.length} words; expected at least ${needed}, for ${map.size} bytes and ${map.lines ?? 0} lines`);
  }
  if (shared && port === undefined && (map.lines ?? 0) > 0 && !hasWaitAsync()) {
    throw new TypeError('no Atomics.waitAsync here; expected the option port');
  }
  const bellFor: BellFactory = (at, line, wake) =>
    port ? new PortDoorbell(words, at, at, wake, port, line) : new AtomicsDoorbell(words, at, at, wake);
  return new RegisterView(new RegisterMemory(words, map, shared ? bellFor : undefined, scheduler, keepAlive), agent);
}
