import type { Contender } from '../measure/Contender';
import { Load, type Sender } from '../measure/Load';
import { makeDevice, type QueueSetting } from './QueueSetting';

/** The limit: no queue at all. The senders take turns, and never more of them than the window. */
export function bareDevice(setting: QueueSetting): Contender {
  const device = makeDevice<Sender>(setting);
  device.done = (sender) => sender.complete();
  let turn = 0;
  const load = new Load(setting.senders, () => {
    const sender = load.senders[turn]!;
    turn = turn + 1 === load.senders.length ? 0 : turn + 1;
    device.start(sender);
  });
  load.concurrency = Math.min(setting.window, setting.senders);
  return {
    name: 'device alone',
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}
