import { Mailbox } from 'rx-mailbox';
import { sharedLinks, type OneLink } from '../contenders/fakeLinks';
import type { Contender } from '../measure/Contender';
import type { Message } from '../measure/Load';
import { MeteredDevice } from '../measure/MeteredDevice';
import { sendAgain } from '../measure/sendAgain';
import type { Measure } from '../Measured';
import { timed } from './timed';

const message: Message = { sender: 0 };

/** Each channel sends again when its message is done, so all of them wait for their turn all the time. */
function rxMailboxOn(count: number): Contender {
  const device = new MeteredDevice<OneLink>();
  device.done = (link) => link.finish();
  const mailbox = new Mailbox(sharedLinks(count, (link) => device.start(link)));
  let completed = 0;
  for (let index = 0; index < count; index++) {
    const channel = mailbox.requestChannel(index);
    sendAgain(channel, message, 1, () => completed++);
  }
  return {
    name: `rx-mailbox, a shared window, ${count.toLocaleString('en')}`,
    run: (messages) => device.run(messages),
    completed: () => ({ senders: completed, receiver: device.finished }),
  };
}

/** Whether a send costs more where many channels take turns. */
export const shared: Measure = (context) => timed([1, 1000, 100_000].map(rxMailboxOn), context);
