// #region example
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Mailbox } from 'rx-mailbox';
import { createMtkVcp, vcpMessage } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { VcpModel, vcpRegisters } from 'rx-mailbox/testing';

// Each pin has one word in either direction.
const transmit = Array.from({ length: 32 }, (_, pin) => ({ pin, size: 4 }));
const receive = transmit.map(({ pin }) => ({ pin, offset: 8 * pin + 4, size: 4 }));

if (isMainThread) main();
else serve(workerData as SharedArrayBuffer);

function main(): void {
  const buffer = new SharedArrayBuffer(4 * registerWords(vcpRegisters));
  const registers = memoryRegisters(new Int32Array(buffer), { map: vcpRegisters });
  const worker = new Worker(new URL(import.meta.url), { workerData: buffer });
  const channel = new Mailbox(createMtkVcp(registers, { transmit, receive, window: 32 })).requestChannel(0, { txQueueLength: 1000 });

  let answers = 0;
  channel.subscribe(() => {
    if (++answers < 1000) return;
    console.log('1000 answers');
    channel.close();
    void worker.terminate();
  });
  for (let n = 0; n < 1000; n++) channel.next(vcpMessage({ pin: n % 32, data: Uint32Array.of(n) }));
}

// The other processor: it has nothing but the registers.
function serve(buffer: SharedArrayBuffer): void {
  const registers = memoryRegisters(new Int32Array(buffer), { map: vcpRegisters });
  new VcpModel(registers, { transmit, receive, answer: (message) => message });
}

// Prints:
// 1000 answers
// #endregion example
