/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { lastValueFrom, merge, Subject, type SchedulerLike } from 'rxjs';
import { Mailbox, type LinkEvent, type MailboxController, type MailboxError } from 'rx-mailbox';

// A wire with several devices. It carries one question at a time; a device that is off does not answer.
const PUMP = 0;
const VALVE = 1;
const bus = {
  off: new Set<number>(),
  ask(address: number, line: string, answer: (reply: string) => void): void {
    console.log(`${['pump', 'valve'][address]} < ${line}`);
    if (!this.off.has(address)) setTimeout(() => answer(`${line} ok`), 2);
  },
};

// #region example
function busController(): MailboxController<string, never, string> {
  return {
    name: 'bus',
    channelCount: 2,
    txDone: 'irq',
    correlation: 'untagged',
    sharedWindow: 1, // on all channels together: one wire
    open: (address, { scheduler }) => busLink(address, scheduler),
  };
}

function busLink(address: number, scheduler: SchedulerLike) {
  const events = new Subject<LinkEvent<never, string>>();
  return {
    events$: events.asObservable(),
    sendData(line: string, token: number): 'accepted' {
      // Without a time limit of its own a device that is off would keep the wire from all the others.
      const silence = scheduler.schedule(() => {
        const error = new Error('the device does not answer');
        events.next({ type: 'txDone', token, error, delivery: 'unknown' });
      }, 30);
      bus.ask(address, line, (ack) => {
        silence.unsubscribe();
        events.next({ type: 'txDone', token, ack });
      });
      return 'accepted';
    },
  };
}
// #endregion example

// #region use
const mailbox = new Mailbox(busController());
const pump = mailbox.requestChannel(PUMP);
const valve = mailbox.requestChannel(VALVE);

for (const line of ['speed 1', 'speed 2', 'speed 3']) pump.next(line); // much to do
valve.next('open'); // its turn comes after one of the pump's, not after all of them

// Prints:
// pump < speed 1
// valve < open
// pump < speed 2
// pump < speed 3
// #endregion use

await lastValueFrom(merge(pump.whenIdle(), valve.whenIdle()), { defaultValue: undefined });

// #region off
bus.off.add(VALVE);
valve.send('close').subscribe({ error: ({ message }: MailboxError) => console.log(message) });
pump.send('speed 0').subscribe(({ ack }) => console.log(ack));

// Prints:
// valve < close
// pump < speed 0
// the link lost it: the device does not answer
// speed 0 ok
// #endregion off

await lastValueFrom(merge(pump.whenIdle(), valve.whenIdle()), { defaultValue: undefined });
mailbox.close();

// #region choose
const valveFirst: MailboxController<string, never, string> = {
  ...busController(),
  nextChannel(ready) {
    const [next] = ready; // the one whose turn it is
    return ready.has(VALVE) ? VALVE : next;
  },
};
// #endregion choose

bus.off.clear();
const chosen = new Mailbox(valveFirst);
const [slow, urgent] = [chosen.requestChannel(PUMP), chosen.requestChannel(VALVE)];
for (const line of ['speed 4', 'speed 5']) slow.next(line);
for (const line of ['open', 'close']) urgent.next(line);
// Prints:
// pump < speed 4
// valve < open
// valve < close
// pump < speed 5
