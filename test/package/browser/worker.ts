import { Mailbox } from 'rx-mailbox';
import { sharedMemory } from 'rx-mailbox/shared-memory';
import type { Command, Task } from './commands';

self.addEventListener('message', ({ data }: MessageEvent<Task>) => {
  if (data.withoutWaitAsync) delete (Atomics as Partial<typeof Atomics>).waitAsync;
  const mailbox = new Mailbox(sharedMemory<string, Command>(data.handle, { codec: 'json' }));
  const channel = mailbox.requestChannel(0, { txQueueLength: 100_000 });
  channel.subscribe((command) => {
    if (command.do === 'echo') channel.next(command.text);
    else if (command.do === 'close') mailbox.close();
    else if (command.do === 'end') self.close();
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});
