// The other thread: takes messages, notes them outside the library, and dies or blocks on request.
import { parentPort, workerData } from 'node:worker_threads';
import { Mailbox } from 'rx-mailbox';
import { sharedMemory } from 'rx-mailbox/shared-memory';
import { heapUsed } from './heapUsed';
import { makeCodec } from './message';
import { Random } from './Random';
import { spin } from './spin';
import { Taken } from './Taken';
import type { Open, ToReceiver } from './threads';

function open({ handle, taken: shared, seed, answerEvery = 0, blocking, die, forgetEvery = 0, inPlace = false }: Open): () => void {
  const taken = Taken.share(shared);
  const random = new Random(seed);
  const codec = makeCodec({ inPlace, outOfRange: () => taken.outOfRange() });
  const mailbox = new Mailbox(sharedMemory(handle, { codec, side: 'b' }));
  const channel = mailbox.requestChannel(0, { txQueueLength: 1_000_000 });
  let count = 0;
  channel.subscribe({
    next(message) {
      count++;
      if (die?.at === count && die.how === 'exit') process.exit(3);
      if (forgetEvery > 0 && count % forgetEvery === 0) return;
      if (!taken.mark(message)) return;
      if (die?.at === count && die.how === 'exit after') process.exit(4);
      // RxJS reports it as unhandled, in a turn of its own.
      if (die?.at === count && die.how === 'throw') throw new Error('receiver fails');
      if (blocking && random.chance(blocking.chance)) spin((blocking.ms * random.word()) / 2 ** 32);
      if (answerEvery === 0 || message.id % answerEvery !== 0) return;
      channel.next({ id: message.id, sender: message.sender });
      taken.answered();
    },
    // The link has ended, for what the other side or a scribbler wrote: whoever started this hears of it from the link at that side.
    error: () => undefined,
  });
  return () => mailbox.close();
}

let close = open(workerData as Open);
parentPort!.on('message', (message: ToReceiver) => {
  if (message.do === 'open') close = open(message);
  else if (message.do === 'close') close();
  parentPort!.postMessage(message.do === 'heap' ? heapUsed() : message.do);
});
// A receiver lives for as long as its channel does.
if (!(workerData as Open).stay) parentPort!.unref();
