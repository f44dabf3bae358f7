// A third thread that knows where everything is, and writes nonsense there while the two others talk.
import { parentPort } from 'node:worker_threads';
import { BASE, BELL, GENERATION, HEAD, READY, ringAt, SEEN, sideAt, SLOT_HEADER, TAIL } from '../../../src/controllers/sharedMemory/layout';
import { readLayout, type Layout } from '../../../src/controllers/sharedMemory/readLayout';
import { ASLEEP, RUNG } from '../../../src/threads/Doorbell';
import { Random } from './Random';
import { spin } from './spin';
import type { Scribble } from './targets';

function wordOf({ target }: Scribble, layout: Layout, random: Random): number {
  const side = sideAt(0, random.pick([0, 1]));
  const slot = ringAt(layout, 0, random.pick([0, 1])) + random.between(0, layout.slots - 1) * layout.stride;
  switch (target) {
    case 'head':
      return side + HEAD;
    case 'tail':
      return side + TAIL;
    case 'length':
      return slot >> 2;
    case 'index':
      return (slot >> 2) + 1;
    case 'payload':
      return ((slot + SLOT_HEADER) >> 2) + random.between(0, (layout.slotSize >> 2) - 1);
    case 'generation':
      return side + GENERATION;
    case 'agreement':
      return side + random.pick([SEEN, BASE, READY]);
    case 'doorbell':
      return side + BELL + random.pick([RUNG, ASLEEP]);
    case 'everything':
      return random.between(0, layout.words.length - 1);
  }
}

function scribble(job: Scribble): void {
  const layout = readLayout(job);
  const { words, slots } = layout;
  const random = new Random(job.seed);
  for (let i = 0; i < job.times; i++) {
    spin(random.between(0, 200) / 1000);
    const at = wordOf(job, layout, random);
    const old = Atomics.load(words, at);
    // Close to the truth, where it can be believed, as often as far from it.
    const near = [old + 1, old - 1, old + slots, old - slots, old + random.between(1, slots), 0];
    const far = [random.word() | 0, -1, old ^ 0x8000_0000, 0x7fff_ffff, words[random.between(0, words.length - 1)]!];
    Atomics.store(words, at, random.pick(random.chance(0.5) ? near : far) | 0);
    // Whoever sleeps has to look at it.
    for (const side of [0, 1] as const) Atomics.notify(words, sideAt(0, side) + BELL + RUNG);
  }
}

parentPort!.on('message', (job: Scribble) => {
  scribble(job);
  parentPort!.postMessage('done');
});
