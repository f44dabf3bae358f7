import { mergeMap, Observable, type OperatorFunction } from 'rxjs';
import { Mailbox, sendTo } from 'rx-mailbox';
import { DeviceController } from '../contenders/DeviceController';
import { microtask } from '../contenders/QueueSetting';
import type { BenchChannel } from '../contenders/rxMailbox';
import { processorTime } from '../measure/clock';
import { Device } from '../measure/Device';
import type { Message } from '../measure/Load';
import { measured, type Measure } from '../Measured';

const FEW = 4_000;
const MANY = 400_000;
const message: Message = { sender: 0 };

interface Stream {
  readonly values: number;
  /** How often it is run for one sample: few values alone take too little time. */
  readonly times: number;
  readonly operator: OperatorFunction<Message, unknown>;
}

/** Everything that it has, at once. */
function source(values: number): Observable<Message> {
  return new Observable((subscriber) => {
    for (let i = 0; i < values && !subscriber.closed; i++) subscriber.next(message);
    subscriber.complete();
  });
}

function run({ values, operator }: Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = values;
    source(values)
      .pipe(operator)
      .subscribe({
        next: () => left--,
        error: reject,
        complete: () => (left === 0 ? resolve() : reject(new Error(`${left} of ${values} values have no outcome`))),
      });
  });
}

function openChannel(): BenchChannel {
  return new Mailbox(new DeviceController(new Device<number>(microtask, 1), 1)).requestChannel(0);
}

/** Nanoseconds for each value of a source that emits all of them before the first message is done. */
export const sendToSync: Measure = async ({ quick, progress }) => {
  const channel = openChannel();
  const toSend = sendTo(channel);
  const merge = mergeMap((value: Message) => channel.send(value), 1);
  const streams: Record<string, Stream> = {
    'rx-mailbox sendTo, 4,000 values': { values: FEW, times: 50, operator: toSend },
    'rx-mailbox sendTo, 400,000 values': { values: MANY, times: 1, operator: toSend },
    'mergeMap, 4,000 values': { values: FEW, times: 10, operator: merge },
    // More of them take minutes.
    'mergeMap, 40,000 values': { values: 10 * FEW, times: 1, operator: merge },
  };
  const samples: Record<string, number[]> = Object.fromEntries(Object.keys(streams).map((name) => [name, []]));
  const warmUp = 2;
  const rounds = quick ? 3 : 9;
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [name, stream] of Object.entries(streams)) {
      gc!();
      const start = processorTime();
      for (let i = 0; i < stream.times; i++) await run(stream);
      const took = processorTime() - start;
      if (round >= warmUp) samples[name]!.push(took / (stream.times * stream.values));
    }
    progress((round + 1) / (warmUp + rounds));
  }
  return measured(samples);
};
