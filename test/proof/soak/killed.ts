import type { Worker } from 'node:worker_threads';
import { Mailbox } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { Audit } from './Audit';
import { Load } from './Load';
import { makeCodec, SLOT_SIZE } from './message';
import { Random } from './Random';
import type { Result } from './Result';
import { Taken } from './Taken';
import type { Open, StartThread } from './threads';

const QUEUE = 256;
const SLOTS = 32;
const MOST = 2000;
const HOW = ['terminate', 'exit', 'exit after', 'throw'] as const;

/** Worker after worker on the same memory dies under load, at random moments and in every way in which a worker can. */
export async function killed({ kills, seed, start }: { kills: number; seed: number; start: StartThread }): Promise<Result> {
  const began = performance.now();
  const random = new Random(seed);
  const count = (kills + 1) * 2 * MOST;
  const taken = Taken.make(count);
  const audit = new Audit(taken, count);
  const handle = createSharedMemory({ slots: SLOTS, slotSize: SLOT_SIZE });
  const codec = makeCodec({ outOfRange: () => audit.mistake('bytes out of range') });
  const controller = sharedMemory(handle, { codec });
  const channel = new Mailbox(controller).requestChannel(0, { txQueueLength: QUEUE, txPrepare: (message) => load.prepare(message) });
  channel.subscribe(({ id, intact }) => {
    if (!intact || taken.times(id) === 0) audit.mistake('answer to a message that was not taken');
  });

  let worker: Worker | undefined;
  let terminateAt = Infinity;
  const deaths = new Map<string, number>();
  const live = async (how: (typeof HOW)[number] | undefined): Promise<number> => {
    const at = random.between(1, MOST);
    const open: Open = { handle, taken: taken.shared, seed: random.word(), answerEvery: 3, inPlace: random.chance(0.5) };
    worker = start('receiver', how === undefined || how === 'terminate' ? open : { ...open, die: { at, how } });
    worker.on('error', () => undefined);
    // Not `once()`: it rejects when the worker dies of an exception.
    const exit = new Promise<number>((resolve) => worker!.once('exit', resolve));
    terminateAt = how === 'terminate' ? audit.settled + at : Infinity;
    const code = await exit;
    controller.peerGone(new Error(`exit code ${code}`));
    if (how !== undefined) deaths.set(how, (deaths.get(how) ?? 0) + 1);
    return code;
  };
  const load = new Load({
    channel,
    audit,
    random: new Random(seed + 1),
    depth: QUEUE + SLOTS + 32,
    onSettled: (settled) => {
      if (settled < terminateAt) return;
      terminateAt = Infinity;
      // Sometimes at once, from inside a report; sometimes wherever the worker is a moment later.
      const victim = worker!;
      if (random.chance(0.5)) void victim.terminate();
      else setTimeout(() => void victim.terminate(), random.between(0, 3));
    },
  });
  // Ends before it is stopped only where an outcome is missing; then nobody would die of messages any more.
  let stuck = false;
  let stopped = false;
  const sending = load.run(count).then(() => {
    stuck = !stopped;
    if (stuck) void worker!.terminate();
  });
  for (let kill = 0; kill < kills && !stuck; kill++) await live(random.pick(HOW));
  // The last one takes what is left, and ends as it should.
  stopped = true;
  const last = live(undefined);
  load.stop();
  await sending;
  channel.close();
  if ((await last) !== 0) audit.mistake('the last receiver did not end by itself');
  if (stuck) audit.mistake('stuck before the last worker was killed');

  const outcomes = audit.verdict(load.id);
  for (const [fault, times] of Object.entries(taken.faults)) if (times > 0) audit.mistake(`receiver saw ${fault}`);
  const notes = [`${kills} workers killed: ${[...deaths].map(([how, times]) => `${times} ${how}`).join(', ')}`];
  return { name: 'killed', seed, messages: load.id, outcomes, wrong: audit.wrong, seconds: (performance.now() - began) / 1000, notes };
}
