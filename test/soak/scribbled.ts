import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { config } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { Judge } from './Judge';
import { Load } from './Load';
import { makeCodec, SLOT_SIZE } from './message';
import { Random } from './Random';
import type { Result } from './Result';
import { Taken } from './Taken';
import { TARGETS, type Scribble, type Target } from './targets';
import { ask, type Open, type StartThread } from './threads';

const QUEUE = 256;
const MESSAGES = 5000;
const SLOTS = [1, 4, 16, 64];
/** A link that says nothing for as long after the scribbler has finished will go on saying nothing. */
const QUIET = 100;

const DONE_NOT_TAKEN = 'done, and not taken';

/** What a scribbler can make of the truth, because the memory is the only word that the other side has. */
function isForged(what: string, target: Target): boolean {
  const tail = target === 'tail' || target === 'everything';
  const payload = target === 'payload' || target === 'length' || target === 'everything';
  // A tail that names messages which were sent says that they were taken; a spoilt message is taken, and its receiver knows it for spoilt.
  return what === DONE_NOT_TAKEN && (tail || payload);
}

export interface ScribbledOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly start: StartThread;
  readonly only?: Target;
}

/** Round after round on new memory: a third thread writes over one kind of word while two others send and answer. */
export async function scribbled({ rounds, seed, start, only }: ScribbledOptions): Promise<Result> {
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
    const target = only ?? TARGETS[round % TARGETS.length]!;
    const handle = createSharedMemory({ slots: random.pick(SLOTS), slotSize: SLOT_SIZE });
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
    for (const [what, count] of result.wrong) {
      if (isForged(what, target)) forged += count;
      else add(wrong, `${target}: ${what}`, count);
    }
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
  const judge = new Judge(taken, MESSAGES);
  const codec = makeCodec({ inPlace: random.chance(0.5), outOfRange: () => judge.mistake('bytes out of range') });
  const channel = new Mailbox(sharedMemory(handle, { codec, name: 'scribbled' })).requestChannel(0, {
    txQueueLength: QUEUE,
    txPrepare: (message) => load.prepare(message),
  });
  let end = 'went on';
  let unclear: string | undefined;
  const ended = (how: string, error: unknown): void => {
    end = how;
    const text = error instanceof Error ? error.message : String(error);
    if (!/the other side|at the other side/.test(text)) unclear = text;
  };
  channel.subscribe({
    next: ({ id, intact }) => {
      if (intact && (id >= MESSAGES || taken.times(id) === 0)) judge.mistake('answer to a message that was not taken');
    },
    error: () => undefined,
  });
  channel.events$.subscribe(({ type, error }) => {
    if (type === 'down' && error !== undefined) ended('the link went down, or ended', error);
    if (type === 'up') end = 'went on';
  });

  let finished: Promise<unknown> | undefined;
  const begin = random.between(1, 500);
  const load = new Load({
    channel,
    judge,
    random: new Random(random.word()),
    depth: QUEUE + 32,
    onSettled: (settled) => {
      if (settled < begin || finished) return;
      finished = once(scribbler, 'message');
      scribbler.postMessage(job);
    },
  });
  const sending = load.run(MESSAGES);
  // Until all is sent, or nothing comes any more.
  let seen = -1;
  const quiet = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (seen === judge.settled || channel.closed) {
        clearInterval(timer);
        if (!channel.closed && end === 'went on') end = 'went quiet';
        resolve();
      }
      seen = judge.settled;
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
  const outcomes = judge.verdict(load.id);
  const { disorder, outOfRange } = taken.faults;
  if (disorder > 0) judge.mistake('receiver saw disorder');
  if (outOfRange > 0) judge.mistake('receiver read out of range');
  return { end, unclear, outcomes, wrong: judge.wrong, sent: load.id };
}
