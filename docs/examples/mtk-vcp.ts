/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

// #region example
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { createMtkVcp, vcpMessage } from 'rx-mailbox/mtk-vcp';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { VcpModel, vcpRegisters } from 'rx-mailbox/testing';

// On a board, whatever reads and writes the registers; here memory, on which a model of the VCP works, too.
const registers = memoryRegisters(new Int32Array(registerWords(vcpRegisters)), { map: vcpRegisters });

// What both processors have agreed: pin 3 carries 8 bytes to the VCP, pin 5 a signal; pin 9 brings 4 bytes back.
const transmit = [
  { pin: 3, offset: 0, size: 8 },
  { pin: 5, size: 0 },
];
const receive = [{ pin: 9, offset: 8, size: 4 }];
const vcp = new VcpModel(registers, {
  transmit,
  receive,
  answer: ({ pin, data }) => (pin === 3 ? { pin: 9, data: data.slice(4) } : undefined),
});

const channel = new Mailbox(createMtkVcp(registers, { transmit, receive, window: 32 })).requestChannel(0);
channel.subscribe(({ pin, data }) => console.log(`pin ${pin} brought ${data.join(' ')}`));

const buffer = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const request = vcpMessage({ pin: 3, offset: 0, data: buffer });
buffer.fill(0); // a message is a copy

channel.send(request).subscribe({ complete: () => console.log('pin 3 was taken') });
channel
  .send(vcpMessage({ pin: 5, data: new Uint8Array(0) }))
  .pipe(txTimeout(1000))
  .subscribe({
    error: (error: MailboxError) => console.log(`pin 5: ${error.message}`),
    complete: () => {
      console.log('pin 5 was taken');
      channel.close();
      vcp.close();
    },
  });

// Prints:
// pin 9 brought 5 6 7 8
// pin 3 was taken
// pin 5 was taken
// #endregion example
