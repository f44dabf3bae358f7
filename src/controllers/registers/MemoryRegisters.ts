import type { Observable, SchedulerLike } from 'rxjs';
import { assertInteger, assertNumber, assertObject, assertScheduler, show } from '../../contract/checks';
import { AtomicsDoorbell, PortDoorbell, type Doorbell } from '../../threads/Doorbell';
import { hasWaitAsync } from '../sharedMemory/handle';
import { KeepAlive } from '../../threads/KeepAlive';
import { BELL } from '../sharedMemory/layout';
import { InterruptLine, type LineSource } from './InterruptLine';
import type { Register, RegisterMap } from './RegisterMap';
import type { RegisterSpace } from './RegisterSpace';
import { RegisterWords } from './RegisterWords';

/*
 * The words: `size / 4` registers, each at its own offset, then for each line
 *
 *   BELL, ASLEEP    how a listener in another thread is woken (see Doorbell)
 *   SPURIOUS        1: asserted once without a cause
 *   LOST            causes that do not reach the line
 */
const LINE_WORDS = 4;
const ASLEEP = 1;
const SPURIOUS = 2;
const LOST = 3;

const MAX_WORD = 2 ** 32 - 1;

/** Options of {@link memoryRegisters}. */
export interface MemoryRegistersOptions {
  /** What the memory is; default: plain memory without interrupt lines. */
  map?: RegisterMap;
  /** Which bus master reads and writes, for maps that tell them apart; an integer >= 0, default 0. See {@link MemoryRegisters.as}. */
  agent?: number;
  /** When interrupt handlers run; default: in the next microtask. A virtual one makes all of it virtual. */
  scheduler?: SchedulerLike;
  /** Where there is no `Atomics.waitAsync`: a port to the other thread, which wakes its listeners. */
  port?: MessagePort;
  /** In Node: keeps the process or thread alive while somebody listens to a line. Default: true for shared memory, else false. */
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
   * A fault: raises a line once without a cause.
   *
   * @param line - Which one; default 0.
   */
  raise(line?: number): void;
  /**
   * A fault: keeps causes from reaching a line, for whoever listens in whatever thread, until it is called again.
   *
   * @param line - Which one.
   * @param causes - The bits of the map's `status` that are lost; 0 for none.
   */
  lose(line: number, causes: number): void;
}

/**
 * How many words {@link memoryRegisters} needs for a device.
 *
 * @param map - The device.
 * @returns The length of the `Int32Array`: the registers, and some words behind them for the interrupt lines.
 */
export function registerWords(map: RegisterMap): number {
  return map.size / 4 + (map.lines ?? 0) * LINE_WORDS;
}

/**
 * Makes memory a device: the memory is the register file, and both a driver and a model of the device's other side work on it.
 *
 * Every access is atomic, so on a `SharedArrayBuffer` the other side may be in another thread, which makes registers of its own over the
 * same words with the same map; each side hears its interrupt lines. A line has one listening thread. On plain memory both sides are in
 * one thread and share one object, so that each hears what the other writes.
 *
 * @param words - The registers from offset 0, and behind them the words for the lines: {@link registerWords} of the map, or more. Zeros.
 * @param options - See {@link MemoryRegistersOptions}.
 * @returns The registers.
 * @throws TypeError or RangeError for memory that is too small, or an option that is not in its range.
 * @example
 * {@includeCode ../../../test/unit/controllers/registers.test.ts#example}
 */
export function memoryRegisters(words: Int32Array, options: MemoryRegistersOptions = {}): MemoryRegisters {
  // By name rather than by class: it may come from another realm.
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
  const bellFor = (at: number, line: number, wake: () => void): Doorbell =>
    port ? new PortDoorbell(words, at, at, wake, port, line) : new AtomicsDoorbell(words, at, at, wake);
  return new Registers(new Memory(words, map, shared ? bellFor : undefined, scheduler, keepAlive), agent);
}

/** The memory, its lines and its bells, which all views of it share. */
class Memory {
  readonly access: RegisterWords;
  private readonly lines: readonly InterruptLine[];
  /** To wake listeners in other threads by; none on memory that no other thread sees. */
  private readonly bells: readonly Doorbell[];

  constructor(
    private readonly words: Int32Array,
    readonly map: RegisterMap,
    private readonly bellFor: ((at: number, line: number, wake: () => void) => Doorbell) | undefined,
    scheduler: SchedulerLike | undefined,
    keepAlive: boolean,
  ) {
    this.access = new RegisterWords(words);
    const lines = Array.from({ length: map.lines ?? 0 }, (_, line) => line);
    this.lines = lines.map((line) => new InterruptLine(this.source(line, keepAlive), scheduler));
    this.bells = bellFor ? lines.map((line) => bellFor(this.at(line, -BELL), line, () => undefined)) : [];
  }

  line(line: number): InterruptLine {
    assertInteger('line', line, 0, this.lines.length - 1);
    return this.lines[line]!;
  }

  /** Whoever listens to a line that is asserted now has to hear of it. */
  written(): void {
    const { lines, bells } = this;
    for (let line = 0; line < lines.length; line++) {
      lines[line]!.written();
      const bell = bells[line];
      if (bell && this.load(line, ASLEEP) !== 0 && this.asserted(line)) bell.ring();
    }
  }

  set(line: number, word: number, value: number): void {
    Atomics.store(this.words, this.at(line, word), value);
    this.written();
  }

  private asserted(line: number): boolean {
    if (this.load(line, SPURIOUS) !== 0) return true;
    return ((this.map.status?.(line, this.access) ?? 0) & ~this.load(line, LOST)) !== 0;
  }

  private load(line: number, word: number): number {
    return Atomics.load(this.words, this.at(line, word));
  }

  private at(line: number, word: number): number {
    return this.map.size / 4 + line * LINE_WORDS + word;
  }

  private source(line: number, keepAlive: boolean): LineSource {
    let bell: Doorbell | undefined;
    let alive: KeepAlive | undefined;
    return {
      asserted: () => this.asserted(line),
      taken: () => void Atomics.store(this.words, this.at(line, SPURIOUS), 0),
      arm: () => bell?.arm() ?? true,
      disarm: () => bell?.disarm(),
      start: (wake) => {
        bell = this.bellFor?.(this.at(line, -BELL), line, wake);
        alive = keepAlive ? new KeepAlive() : undefined;
        alive?.hold(true);
      },
      stop: () => {
        bell?.close();
        alive?.close();
      },
    };
  }
}

class Registers implements MemoryRegisters {
  constructor(
    private readonly memory: Memory,
    private readonly agent: number,
  ) {}

  read32(offset: number): number {
    const { memory } = this;
    const read = this.register(offset)?.read;
    return read ? read(memory.access, offset, this.agent) >>> 0 : memory.access.load(offset);
  }

  write32(offset: number, value: number): void {
    const { memory } = this;
    const write = this.register(offset)?.write;
    assertInteger('value', value, 0, MAX_WORD);
    if (write) write(memory.access, offset, value, this.agent);
    else memory.access.store(offset, value);
    memory.written();
  }

  interrupt$(line = 0): Observable<void> {
    return this.memory.line(line).interrupts$;
  }

  as(agent: number): MemoryRegisters {
    assertInteger('agent', agent, 0);
    return new Registers(this.memory, agent);
  }

  raise(line = 0): void {
    this.memory.line(line);
    this.memory.set(line, SPURIOUS, 1);
  }

  lose(line: number, causes: number): void {
    this.memory.line(line);
    assertInteger('causes', causes, 0, MAX_WORD);
    this.memory.set(line, LOST, causes);
  }

  private register(offset: number): Register | undefined {
    const { map } = this.memory;
    assertNumber('offset', offset, `a multiple of 4, from 0 to ${map.size - 4}`, (n) => n >= 0 && n < map.size && n % 4 === 0);
    return map.register?.(offset);
  }
}
