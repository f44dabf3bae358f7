// The remote processor: takes a line, says so in `taken`, answers with the line's SHA-256.
import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { Mailbox } from 'rx-mailbox';
import { sharedMemory } from 'rx-mailbox/shared-memory';
import { SENDERS, type Answer, type Line, type Start } from './protocol';

const { handle, taken, gate } = workerData as Start;
const channel = new Mailbox(sharedMemory<Answer, Line>(handle, { codec: 'json' })).requestChannel(0, { txQueueLength: SENDERS });
let count = 0;

channel.subscribe(({ id, sender, text }) => {
  count++;
  // A device that is slow on command. Blocking is what a processor without an event loop does.
  for (let allowed = Atomics.load(gate, 0); allowed >= 0 && allowed < count; allowed = Atomics.load(gate, 0))
    Atomics.wait(gate, 0, allowed);
  Atomics.store(taken, sender, id);
  channel.next({ id, sender, sha256: createHash('sha256').update(text).digest('hex') });
});
