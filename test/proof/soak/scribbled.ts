import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { config } from 'rxjs';
import { isMailboxError, Mailbox, type Channel } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { Audit, DONE_NOT_TAKEN } from './Audit';
import { Load } from './Load';
import { makeCodec, SLOT_SIZE, type Message, type Received } from './message';
import { Random } from './Random';
import type { Result } from './Result';
import { Taken } from './Taken';
import { TARGETS, type Scribble } from './targets';
import { ask, type Open, type StartThread } from './threads';

const QUEUE = 256;
const MESSAGES = 5000;
const SLOTS = [1, 4, 16, 64];
/** A link that says nothing for as long after the scribbler has finished will go on saying nothing. */
const QUIET = 100;

/**
 * How many messages a scribbler can make look taken that were not, because the memory is the only word that the other side has: one that
 * names a tail, or where messages begin, declares at most a ring of them taken each time; one that spoils a message has it taken by a
 * receiver that knows it for spoilt. Nothing else may do so, and no message that was not sent may be taken.
 */
function mostForged({ target, times }: Scribble, slots: number, corrupt: number): number {
  const declared = target === 'tail' || target === 'agreement' || target === 'everything' ? slots * times : 0;
  return declared + (target === 'payload' || target === 'length' || target === 'everything' ? corrupt : 0);
}

export interface ScribbledOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly start: StartThread;
}

/** Round after round on new memory: a third thread writes over one kind of word while two others send and answer. */
export async function scribbled({ rounds, seed, start }: ScribbledOptions): Promise<Result> {
  const began = performance.now();
  const random = new Random(seed);
  const wrong = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const ends = new Map<string, number>();
  const add = (map: Map<string, number>, what: string, count = 1) => map.set(what, (map.get(what) ?? 0) + count);
  let [messages, forged] = [0, 0];

  const before = config.onUnhandledError;
  config.onUnhandledError = (error) => add(wrong, `unhandled: ${String(error)}`);
  const scribbler = start('scribbler', undefined);
  let receiver: Worker | undefined;
  for (let round = 0; round < rounds; round++) {
    const target = TARGETS[round % TARGETS.length]!;
    const slots = random.pick(SLOTS);
    const handle = createSharedMemory({ slots, slotSize: SLOT_SIZE });
    const taken = Taken.make(MESSAGES);
    const open: Open = { handle, taken: taken.shared, seed: random.word(), answerEvery: 2, inPlace: random.chance(0.5), stay: true };
    if (receiver) await ask(receiver, { do: 'open', ...open });
    else {
      receiver = start('receiver', open);
      receiver.on('error', (error) => add(wrong, `receiver died: ${error.message}`));
    }
    const job: Scribble = {
      buffer: handle.buffer,
      target,
      seed: random.word(),
      times: random.between(1, 30) * (target === 'everything' ? 20 : 1),
    };
    const result = await oneRound({ handle, taken, random, job, scribbler, receiver });
    const end = `${target}: ${result.end}`;
    add(ends, end);
    if (result.unclear) add(wrong, `unclear error: ${result.unclear}`);
    const { size } = result.notTaken;
    const believed = size <= mostForged(job, slots, taken.faults.corrupt);
    if (believed) forged += size;
    for (const [what, count] of result.wrong) if (what !== DONE_NOT_TAKEN || !believed) add(wrong, `${target}: ${what}`, count);
    for (const [what, count] of result.outcomes) add(outcomes, what, count);
    messages += result.sent;
    // Its event loop still comes round, so it is in no endless loop either.
    await ask(receiver, { do: 'close' });
  }
  await Promise.all([scribbler.terminate(), receiver?.terminate()]);
  config.onUnhandledError = before;
  const notes = [`${rounds} rounds; ${forged} messages that the scribbler spoilt or declared taken`];
  for (const [end, count] of [...ends].sort()) notes.push(`${String(count).padStart(6)}  ${end}`);
  return { name: 'scribbled', seed, messages, outcomes, wrong, seconds: (performance.now() - began) / 1000, notes };
}

interface Round {
  readonly handle: Open['handle'];
  readonly taken: Taken;
  readonly random: Random;
  readonly job: Scribble;
  readonly scribbler: Worker;
  readonly receiver: Worker;
}

async function oneRound({ handle, taken, random, job, scribbler }: Round) {
  const audit = new Audit(taken, MESSAGES);
  const codec = makeCodec({ inPlace: random.chance(0.5), outOfRange: () => audit.mistake('bytes out of range') });
  let finished: Promise<unknown> | undefined;
  const scribble = (): void => {
    finished = once(scribbler, 'message');
    scribbler.postMessage(job);
  };
  const mailbox = new Mailbox(sharedMemory(handle, { codec, name: 'scribbled' }));
  // Also while the two get to know each other.
  const begin = random.chance(0.25) ? 0 : random.between(1, 500);
  if (begin === 0) scribble();
  let channel: Channel<Message, Received>;
  try {
    channel = mailbox.requestChannel(0, { txQueueLength: QUEUE, txPrepare: (message) => load.prepare(message) });
  } catch (error) {
    await finished;
    // A generation that says that this side has an owner.
    const unclear = isMailboxError(error, 'EBUSY') ? undefined : String(error);
    return { end: 'could not be opened', unclear, outcomes: audit.verdict(0), wrong: audit.wrong, notTaken: audit.notTaken, sent: 0 };
  }
  let end = 'went on';
  let unclear: string | undefined;
  const ended = (how: string, error: unknown): void => {
    end = how;
    const text = error instanceof Error ? error.message : String(error);
    if (!text.includes('the other side')) unclear = text;
  };
  channel.subscribe({
    next: ({ id, intact }) => {
      if (intact && (id >= MESSAGES || taken.times(id) === 0)) audit.mistake('answer to a message that was not taken');
    },
    error: () => undefined,
  });
  channel.events$.subscribe(({ type, error }) => {
    if (type === 'down' && error !== undefined) ended('the link went down, or ended', error);
    if (type === 'up') end = 'went on';
  });

  const load = new Load({
    channel,
    audit,
    random: new Random(random.word()),
    depth: QUEUE + 32,
    onSettled: (settled) => {
      if (settled >= begin && !finished) scribble();
    },
  });
  const sending = load.run(MESSAGES);
  // Until all is sent, or nothing comes any more.
  let seen = -1;
  const quiet = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (seen === audit.settled || channel.closed) {
        clearInterval(timer);
        if (!channel.closed && end === 'went on') end = 'went quiet';
        resolve();
      }
      seen = audit.settled;
    }, QUIET);
    void sending.then(() => {
      clearInterval(timer);
      resolve();
    });
  });
  await quiet;
  await finished;
  load.stop();
  if (!finished) end = 'was over before the scribbler began';
  channel.close();
  await sending;
  const outcomes = audit.verdict(load.id);
  const { disorder, outOfRange } = taken.faults;
  if (disorder > 0) audit.mistake('receiver saw disorder');
  if (outOfRange > 0) audit.mistake('receiver read out of range');
  return { end, unclear, outcomes, wrong: audit.wrong, notTaken: audit.notTaken, sent: load.id };
}
