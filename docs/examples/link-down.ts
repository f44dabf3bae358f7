/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

import { Mailbox, type MailboxError } from 'rx-mailbox';
import { ScriptedController } from 'rx-mailbox/testing';

const controller = new ScriptedController<string>({ channelCount: 2 });
const mailbox = new Mailbox(controller);
const unplug = () => {
  for (const index of [0, 1]) controller.link(index).down(new Error('unplugged'));
};
const plugIn = () => {
  for (const index of [0, 1]) controller.link(index).up();
};
const taken = () => {
  for (const { message } of controller.links.flatMap(({ outstanding }) => outstanding)) console.log(`device got "${message}"`);
};

// #region example
const settings = mailbox.requestChannel(0); // messages wait for the link
const joystick = mailbox.requestChannel(1, { whileDown: 'fail' }); // old news is worse than none

joystick.up$.subscribe((up) => console.log(up ? 'connected' : 'not connected'));

unplug();
settings.next('volume 7');
joystick.send('left').subscribe({
  error: ({ code, delivery, message }: MailboxError) => console.log(`${code}, ${delivery}: ${message}`),
});

plugIn();
joystick.next('right');
taken();

// Prints:
// connected
// not connected
// ENETDOWN, not-sent: scripted[1]: link down: unplugged
// connected
// device got "volume 7"
// device got "right"
// #endregion example
