/**
 * The mailbox between a MediaTek SoC and its VCP (video companion processor), at register level: 32 pins over a window of 256 bytes.
 *
 * @packageDocumentation
 */
export { createMtkVcp, type MtkVcpController, type MtkVcpOptions } from './mtkVcp/createMtkVcp';
export { vcpMessage, type VcpMessage, type VcpMessageInit } from './mtkVcp/VcpMessage';
export type { VcpReceived } from './mtkVcp/VcpInbox';
export type { VcpPin } from './mtkVcp/VcpPin';
