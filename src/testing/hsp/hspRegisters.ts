import { ALL_ONES, DB_PENDING, DB_RAW, DB_TRIGGER, DOORBELL_LINE, INT_DIMENSIONING, INT_IR } from '../../controllers/tegraHsp/layout';
import { doorbellAt, type TegraHspVariant } from '../../controllers/tegraHsp/TegraHspVariant';
import { encodeDimensions, type TegraHspDimensions } from '../../controllers/tegraHsp/TegraHspDimensions';
import { computed, readOnly, type Register, type RegisterMap } from '../../controllers/registers/RegisterMap';
import type { RegisterWords } from '../../controllers/registers/RegisterWords';
import { HspBlock } from './HspBlock';

/** A bus master that does not exist in hardware. It reads and writes the words as they are, even without power. */
export const PROBE = 32;
/** Not 0: there is no power. An offset among the common registers at which the hardware has nothing. */
export const UNPOWERED = 0xfffc;

/**
 * The registers of a block of Hardware Synchronization Primitives, for `memoryRegisters`: all processors work on these.
 *
 * The agent is the bus master: 17 is the CPU complex, on which a controller runs, and 19 the BPMP ({@link HspModel}). Line x is shared
 * interrupt x, and line 16 + d the interrupt of doorbell d.
 *
 * @param variant - Which chip's block it is.
 * @param dimensions - What it has; default: 8 mailboxes, 7 doorbells and 8 shared interrupts.
 * @returns The map.
 * @throws TypeError or RangeError for dimensions that no block has.
 */
export function hspRegisters(variant: TegraHspVariant, dimensions: Partial<TegraHspDimensions> = {}): RegisterMap {
  const block = new HspBlock(variant, dimensions);
  const registers = new Map<number, Register>([
    [INT_IR, computed((words) => block.causes(words))],
    [INT_DIMENSIONING, computed(() => encodeDimensions(block.chip, block.dimensions))],
    ...block.doorbells.flatMap((at) => doorbellRegisters(block, at)),
  ]);
  return {
    size: doorbellAt(block.chip, block.dimensions, block.dimensions.doorbells),
    lines: DOORBELL_LINE(block.dimensions.doorbells),
    register: (offset) => withPower(offset, registers.get(offset)),
    status(line, words) {
      if (!isPowered(words)) return 0;
      if (line >= DOORBELL_LINE(0)) return block.pending(words, block.doorbells[line - DOORBELL_LINE(0)]!);
      return block.causes(words) & block.enabled(words, line);
    },
  };
}

function doorbellRegisters(block: HspBlock, at: number): (readonly [number, Register])[] {
  const trigger: Register = {
    read: () => 0,
    write: (words, _, value, agent) => {
      if (value & 1) words.setBits(at + DB_RAW, 1 << agent);
    },
  };
  const pending: Register = {
    read: (words) => block.pending(words, at),
    write: (words, _, value) => void words.clearBits(at + DB_RAW, value),
  };
  return [
    [at + DB_TRIGGER, trigger],
    [at + DB_RAW, readOnly],
    [at + DB_PENDING, pending],
  ];
}

/** A register as the processors see it: without power, all ones, and what is written is lost. By default it is plain memory. */
function withPower(offset: number, register: Register | undefined): Register {
  return {
    read(words, _, agent) {
      if (agent === PROBE) return words.load(offset);
      if (!isPowered(words)) return ALL_ONES;
      return register?.read ? register.read(words, offset, agent) : words.load(offset);
    },
    write(words, _, value, agent) {
      if (agent === PROBE) words.store(offset, value);
      else if (!isPowered(words)) return;
      else if (register?.write) register.write(words, offset, value, agent);
      else words.store(offset, value);
    },
  };
}

function isPowered(words: RegisterWords): boolean {
  return words.load(UNPOWERED) === 0;
}
