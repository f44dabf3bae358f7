import { Mailbox, type Channel } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import type { Contender } from '../measure/Contender';
import { Load } from '../measure/Load';
import { startWorker, takenBy } from './startWorker';
import { messageOf, type ThreadSetting } from './ThreadSetting';

/** rx-mailbox over shared memory; what each send completes with is that the receiver has returned. */
export function sharedMemoryContender(
  name: string,
  setting: ThreadSetting,
  codec: 'bytes' | 'view' | 'json',
  options: { spin?: number } = {},
): Contender {
  const { window } = setting;
  const handle = createSharedMemory({ slots: window, slotSize: codec === 'json' ? 256 : 64 });
  const worker = startWorker({ kind: 'sharedMemory', handle, codec });
  const mailbox =
    codec === 'json'
      ? new Mailbox(sharedMemory(handle, { codec, peer: worker, ...options }))
      : new Mailbox(sharedMemory(handle, { codec, peer: worker, ...options }));
  const channel = mailbox.requestChannel(0, { txQueueLength: window }) as Channel<unknown>;
  const message = messageOf(setting);
  const load = new Load(window, (sender) => channel.send(message).subscribe(sender));
  return {
    name,
    run: (count) => load.run(count),
    completed: async () => ({ senders: load.total, receiver: await takenBy(worker) }),
    close: () => {
      channel.close();
      return worker.terminate();
    },
  };
}
