import { vcpMessage, type VcpMessage, type VcpReceived } from 'rx-mailbox/mtk-vcp';
import type { ControllerFixture } from 'rx-mailbox/testing';
import { numbered, numberedAnswer } from '../../support/devices/vcpDevice';

// The first word of a pin's slots is for messages to the VCP, the second for those from it. To the VCP, pin 31 carries no data.
export const transmit = Array.from({ length: 32 }, (_, pin) => ({ pin, size: pin === 31 ? 0 : 4 }));
export const receive = transmit.map(({ pin }) => ({ pin, offset: 8 * pin + 4, size: 4 }));

/** A register cannot report that a message failed, and there is one channel. */
export const without = ['fail', 'channels'] as const;

export const vcpMessages: Pick<ControllerFixture<VcpMessage, VcpReceived>, 'message' | 'answer' | 'samples' | 'answers' | 'tooLarge'> = {
  message: (n) => numbered(n, 31),
  answer: numberedAnswer,
  samples: {
    zeros: vcpMessage({ pin: 3, data: new Uint8Array(4) }),
    ones: vcpMessage({ pin: 0, data: new Uint8Array(4).fill(255) }),
    'a signal': vcpMessage({ pin: 31, data: new Uint8Array(0) }),
  },
  answers: { zeros: { pin: 0, data: new Uint8Array(4) }, ones: { pin: 31, data: new Uint8Array(4).fill(255) } },
  tooLarge: vcpMessage({ pin: 3, data: new Uint8Array(8) }),
};

/** A model that does not hold messages clears a pin when it has read it, so no test can decide when. */
export function withoutFinish<Device extends object>(device: Device, holds: boolean | undefined): Device {
  return holds === true ? device : Object.assign(device, { finish: undefined });
}
