// The other end of every contender that has a worker of its own. Asked for it (by null), each says how many messages it has taken.
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Mailbox } from 'rx-mailbox';
import { sharedMemory } from 'rx-mailbox/shared-memory';
import { parentPort, workerData } from 'node:worker_threads';
import { BareRing } from './BareRing';
import type { Start } from './Start';
import { take } from './take';

const port = parentPort!;
const start = workerData as Start;
let taken = 0;

function took(message: unknown): void {
  take(message);
  taken++;
}

/** What is not for the contender is the question how many it has taken. */
function listen(receive: (message: unknown) => void): void {
  port.on('message', (message: unknown) => {
    if (message === null) port.postMessage({ taken });
    else receive(message);
  });
}

switch (start.kind) {
  case 'sharedMemory': {
    const { handle, codec } = start;
    const mailbox = codec === 'json' ? new Mailbox(sharedMemory(handle, { codec })) : new Mailbox(sharedMemory(handle, { codec }));
    mailbox.requestChannel(0).subscribe(took);
    listen(() => undefined);
    break;
  }
  case 'postMessage':
    listen((message) => {
      took(message);
      port.postMessage(0);
    });
    break;
  case 'frames':
    listen((frame) => {
      const messages = frame as unknown[];
      messages.forEach(took);
      port.postMessage(messages.length);
    });
    break;
  case 'comlink':
    expose({ took, count: () => taken }, nodeEndpoint(port));
    break;
  case 'ring': {
    const ring = new BareRing(start.buffer, start.window);
    listen((count) => ring.receive(count as number, took));
    break;
  }
}
