import { ALL_ONES, CLR_OUT, SET_IN } from '../../controllers/mtkVcp/layout';
import type { Register, RegisterMap } from '../../controllers/registers/RegisterMap';
import type { RegisterWords } from '../../controllers/registers/RegisterWords';

/** The agent of the SoC, on which a controller runs. */
export const SOC = 0;
/** The agent of the VCP, which its model uses. */
export const VCP = 1;
/** An agent that does not exist in hardware. It reads and writes the words as they are. */
export const PROBE = 2;

/** Interrupt lines, one to each processor. */
export const TO_SOC = 0;
export const TO_VCP = 1;

// Registers of the model alone, behind those that a driver knows.
/** Pins that the VCP has noticed: they no longer interrupt it. */
export const SEEN = 0x110;
/** Pins that the VCP wants to raise as soon as they are acknowledged. */
export const WANTED = 0x114;
/** Not 0: there is no power, and the SoC reads all ones. */
export const UNPOWERED = 0x118;

const registers: Readonly<Record<number, Register>> = {
  // Ones that the SoC writes raise pins; ones that the VCP writes clear them. SEEN is cleared last: a pin raised in between interrupts again.
  [SET_IN]: forBoth(SET_IN, (words, value, agent) => {
    if (agent === SOC) return void words.setBits(SET_IN, value);
    if (agent !== VCP) return words.store(SET_IN, value);
    words.clearBits(SET_IN, value);
    words.clearBits(SEEN, value);
  }),
  [CLR_OUT]: forBoth(CLR_OUT, (words, value, agent) => {
    if (agent === SOC) return void words.clearBits(CLR_OUT, value);
    if (agent !== VCP) return words.store(CLR_OUT, value);
    words.clearBits(WANTED, value);
    words.setBits(CLR_OUT, value);
  }),
};
const slot = (offset: number): Register => forBoth(offset, (words, value) => words.store(offset, value));

function forBoth(offset: number, write: (words: RegisterWords, value: number, agent: number) => void): Register {
  const isUnpowered = (words: RegisterWords, agent: number): boolean => agent === SOC && words.load(UNPOWERED) !== 0;
  return {
    read: (words, _, agent) => (isUnpowered(words, agent) ? ALL_ONES : words.load(offset)),
    write: (words, _, value, agent) => {
      if (!isUnpowered(words, agent)) write(words, value, agent);
    },
  };
}

/**
 * The registers of one VCP mailbox, for `memoryRegisters`: both processors work on these.
 *
 * Agent 0 is the SoC; its line 0 is asserted while the VCP has pins raised. Agent 1 is the VCP ({@link VcpModel}). Any other agent is a
 * probe, which sees plain memory.
 */
export const vcpRegisters: RegisterMap = {
  size: 0x11c,
  lines: 2,
  register: (offset) => registers[offset] ?? (offset < SEEN ? slot(offset) : undefined),
  status(line, words) {
    if (words.load(UNPOWERED) !== 0) return 0;
    if (line === TO_SOC) return words.load(CLR_OUT);
    return (words.load(SET_IN) & ~words.load(SEEN)) | (words.load(WANTED) & ~words.load(CLR_OUT));
  },
};
