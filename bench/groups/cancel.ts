import PQueue from 'p-queue';
import type { Unsubscribable } from 'rxjs';
import { Mailbox, type Channel } from 'rx-mailbox';
import { silentController } from '../contenders/fakeLinks';
import type { Message } from '../measure/Load';
import { measured, type Measure } from '../Measured';
import { processorTime } from '../measure/clock';

const WAITING = 100_000;
const CANCELLED = 1000;
/** For those who search the queue. */
const FEW = 20;

const ignore = (): void => undefined;
const observer = { next: ignore, error: ignore, complete: ignore };

/** Fills a queue; returns how to cancel one of those that wait. */
type Fill = () => { cancel: (index: number) => void; check?: () => void; count?: number };

const contenders: Record<string, Fill> = {
  'rx-mailbox, unsubscribe()': () => {
    const { channel, subscriptions } = full();
    return {
      cancel: (index) => subscriptions[index]!.unsubscribe(),
      check: () => {
        if (channel.slotsAvailable !== CANCELLED) throw new Error(`${channel.slotsAvailable} places are free; expected ${CANCELLED}`);
      },
    };
  },
  'rx-mailbox sendAsync, its signal': () => {
    const channel = open();
    const controllers = victims(CANCELLED);
    for (let i = 0; i < WAITING; i++) {
      const signal = controllers.get(i)?.signal;
      channel.sendAsync({ sender: 0 }, signal && { signal }).catch(ignore);
    }
    return { cancel: (index) => controllers.get(index)!.abort() };
  },
  'p-queue, its signal': () => {
    const queue = new PQueue({ concurrency: 1 });
    const controllers = victims(FEW);
    void queue.add(() => new Promise(ignore));
    for (let i = 0; i < WAITING; i++) {
      const signal = controllers.get(i)?.signal;
      queue.add(ignore, signal && { signal }).catch(ignore);
    }
    return { cancel: (index) => controllers.get(index)!.abort(), count: FEW };
  },
  'an array, indexOf and splice': () => {
    const messages = fill((sender) => ({ sender }));
    const waiting = [...messages];
    return { cancel: (index) => void waiting.splice(waiting.indexOf(messages[index]!), 1), count: FEW };
  },
};

/** Places all over the middle half of the queue; no two are the same. */
function victim(i: number): number {
  return WAITING / 4 + ((i * 7919) % (WAITING / 2));
}

/** What cancels those, by where they are. */
function victims(count: number): Map<number, AbortController> {
  return new Map(Array.from({ length: count }, (_, i) => [victim(i), new AbortController()]));
}

function fill<T>(make: (index: number) => T): T[] {
  return Array.from({ length: WAITING }, (_, index) => make(index));
}

function open(): Channel<Message, never> {
  const channel = new Mailbox(silentController(1)).requestChannel(0, { txQueueLength: WAITING });
  channel.next({ sender: 0 });
  return channel;
}

function full(): { channel: Channel<Message, never>; subscriptions: Unsubscribable[] } {
  const channel = open();
  return { channel, subscriptions: fill((sender) => channel.send({ sender }).subscribe(observer)) };
}

/** Nanoseconds for cancelling one of those in the middle of 100,000 that wait. */
export const cancel: Measure = async ({ quick, progress }) => {
  const samples: Record<string, number[]> = {};
  const warmUp = quick ? 1 : 4;
  const rounds = warmUp + (quick ? 3 : 11);
  for (let round = 0; round < rounds; round++) {
    for (const [name, start] of Object.entries(contenders)) {
      const { cancel: cancelOne, check, count = CANCELLED } = start();
      gc!();
      const began = processorTime();
      for (let i = 0; i < count; i++) cancelOne(victim(i));
      const took = processorTime() - began;
      check?.();
      if (round >= warmUp) (samples[name] ??= []).push(took / count);
      // What cancelling left to be done later is done before the next one starts.
      await new Promise(setImmediate);
    }
    progress((round + 1) / rounds);
  }
  return measured(samples, { 'the payload of a cancelled message is free at once': await payloadIsFree() });
};

/** The subscription is still held, as it is by most who cancel; nothing else may hold the message. */
async function payloadIsFree(): Promise<boolean> {
  const { channel, subscriptions } = full();
  const [payload, subscription] = sendAnother(channel, subscriptions);
  subscription.unsubscribe();
  await new Promise(setImmediate);
  gc!();
  return payload.deref() === undefined && subscriptions.length > 0 && (subscription as { closed?: boolean }).closed === true;
}

function sendAnother(channel: Channel<Message, never>, others: Unsubscribable[]): [WeakRef<Message>, Unsubscribable] {
  others[WAITING / 2]!.unsubscribe();
  const message: Message = { sender: 1 };
  return [new WeakRef(message), channel.send(message).subscribe(observer)];
}
