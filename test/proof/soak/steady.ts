import { once } from 'node:events';
import { lastValueFrom } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { heapTrend } from './heapTrend';
import { heapUsed } from './heapUsed';
import { Audit } from './Audit';
import { Load } from './Load';
import { makeCodec, SLOT_SIZE } from './message';
import { Random } from './Random';
import type { Result } from './Result';
import type { Blocking } from './spin';
import { Taken } from './Taken';
import { ask, type Open, type StartThread } from './threads';

const QUEUE = 256;
const SLOTS = 64;
const SAMPLES = 40;
const ANSWER_EVERY = 8;
/** On a machine that is too slow for all messages, the rest is left out, and the result says so. */
const MOST_SECONDS = 540;
/** More would be a leak of a tenth of a byte for each of 10^7 messages. */
const MOST_GAIN = 2 ** 20;

export interface SteadyOptions extends Pick<Open, 'forgetEvery' | 'inPlace'> {
  readonly name: string;
  readonly messages: number;
  readonly seed: number;
  readonly start: StartThread;
  /** Busy loops in the receiver. */
  readonly receiver?: Blocking;
  /** Busy loops inside senders' completions. */
  readonly senders?: Blocking;
}

/** One thread that lives to the end; what is measured is that nothing is credited wrongly and nothing is left over. */
export async function steady({ name, messages, seed, start, receiver, senders, ...rest }: SteadyOptions): Promise<Result> {
  const began = performance.now();
  const chunk = Math.max(1, Math.floor(messages / SAMPLES));
  const count = chunk * Math.min(SAMPLES, messages);
  const taken = Taken.make(count);
  const audit = new Audit(taken, count);
  const handle = createSharedMemory({ slots: SLOTS, slotSize: SLOT_SIZE });
  const open: Open = { handle, taken: taken.shared, seed, answerEvery: ANSWER_EVERY, ...rest, ...(receiver && { blocking: receiver }) };
  const thread = start('receiver', open);
  const exit = once(thread, 'exit');
  const codec = makeCodec({ outOfRange: () => audit.mistake('bytes out of range') });
  const channel = new Mailbox(sharedMemory(handle, { codec, peer: thread })).requestChannel(0, {
    txQueueLength: QUEUE,
    txPrepare: (message) => load.prepare(message),
  });

  const answered = new Uint8Array(count);
  let answers = 0;
  channel.subscribe(({ id, intact }) => {
    if (!intact || id % ANSWER_EVERY !== 0 || taken.times(id) === 0) return audit.mistake('answer to a message that was not taken');
    if (answered[id] === 1) audit.mistake('answered twice');
    answered[id] = 1;
    answers++;
  });
  const load = new Load({ channel, audit, random: new Random(seed), depth: QUEUE + SLOTS + 32, ...(senders && { blocking: senders }) });

  const heaps: Record<'senders' | 'receiver', (number | undefined)[]> = { senders: [], receiver: [] };
  for (let sent = 0; sent < count; sent += chunk) {
    if ((performance.now() - began) / 1000 > MOST_SECONDS || !(await load.run(chunk))) break;
    heaps.senders.push(heapUsed());
    heaps.receiver.push((await ask(thread, { do: 'heap' })) as number | undefined);
  }
  // Also those whose senders have left have to be taken: then nobody is in flight, and no answer is under way.
  await lastValueFrom(channel.flush(60_000), { defaultValue: undefined }).catch((error: unknown) =>
    audit.mistake(`not drained: ${String(error)}`),
  );
  const seconds = (performance.now() - began) / 1000;
  await ask(thread, { do: 'heap' });
  for (let turn = 0; turn < 1000 && answers < taken.answers; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (answers !== taken.answers) audit.mistake('answers lost');
  channel.close();
  // It ends by itself, because its channel has; where it does not, the soak must.
  const limit = setTimeout(() => void thread.terminate(), 10_000);
  const [code] = (await exit) as [number];
  clearTimeout(limit);
  if (code !== 0) audit.mistake(`receiver ended with exit code ${code}`);

  const outcomes = audit.verdict(load.id);
  for (const [fault, times] of Object.entries(taken.faults)) if (times > 0) audit.mistake(`receiver saw ${fault}`);
  const notes = [`${answers} answers`];
  if (load.id < count) notes.push(`stopped after ${MOST_SECONDS} s, before ${count - load.id} messages`);
  const trends = Object.entries(heaps).flatMap(([who, samples]) => heapTrend(who, samples, chunk) ?? []);
  for (const { thread: who, gained } of trends) if (gained > MOST_GAIN) audit.mistake(`heap of the ${who} is not flat`);
  return { name, seed, messages: load.id, outcomes, wrong: audit.wrong, seconds, notes, heaps: trends };
}
