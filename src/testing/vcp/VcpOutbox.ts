import { bitOf, CLR_OUT, WINDOW_SIZE } from '../../controllers/mtkVcp/layout';
import type { VcpReceived } from '../../controllers/mtkVcp/VcpInbox';
import { writeSlots, type Slots } from '../../controllers/mtkVcp/Slots';
import { toWords } from '../../controllers/mtkVcp/words';
import type { RegisterSpace } from '../../controllers/registers/RegisterSpace';
import { WANTED } from './vcpRegisters';

/** Messages that the VCP sends: on each pin one at a time, the next when that one has been acknowledged. */
export class VcpOutbox {
  private waiting: VcpReceived[] = [];

  constructor(
    private readonly vcp: RegisterSpace,
    private readonly slots: readonly (Slots | undefined)[],
  ) {}

  push({ pin, data }: VcpReceived): void {
    const size = this.slots[pin]?.size ?? 0;
    if (data.byteLength % 4 !== 0 || data.byteLength > size) {
      throw new RangeError(`data has ${data.byteLength} bytes; expected a multiple of 4, from 0 to the ${size} of pin ${pin}`);
    }
    this.waiting.push({ pin, data });
    this.run();
  }

  /** Raises the messages whose pins are free, in order, and asks for an interrupt when the other pins are. */
  run(): void {
    if (this.waiting.length === 0) return;
    const waiting: VcpReceived[] = [];
    let raised = this.vcp.read32(CLR_OUT);
    let wanted = 0;
    for (const message of this.waiting) {
      const bit = bitOf(message.pin);
      if ((raised & bit) !== 0) {
        waiting.push(message);
        wanted |= bit;
      } else {
        writeSlots(this.vcp, this.slots[message.pin]?.offset ?? WINDOW_SIZE, toWords(message.data));
        this.vcp.write32(CLR_OUT, bit);
      }
      // Even if the SoC acknowledges the pin right now: a message that waits keeps those behind it waiting.
      raised |= bit;
    }
    this.waiting = waiting;
    this.vcp.write32(WANTED, wanted >>> 0);
  }

  clear(): void {
    this.waiting = [];
  }
}
