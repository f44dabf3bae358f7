/* eslint-disable rxjs-x/no-implicit-any-catch -- a Transmission only errors with these */

// #region example
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters } from 'rx-mailbox/testing';

// On a board, whatever reads and writes the registers; here memory, on which a model of the other processor works, too.
const map = hspRegisters('tegra234');
const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17 });

// The other processor reads mailboxes 0 and 2. What it gets in mailbox 0 it answers, in mailbox 1.
const model = new HspModel(registers, {
  variant: 'tegra234',
  receives: { 0: 32, 2: 128 },
  answer: ({ mailbox, message }) => (mailbox === 0 ? { mailbox: 1, message: Number(message) + 1 } : undefined),
});
model.rung$.subscribe((master) => console.log(`the other processor was rung by master ${master}`));

const hsp = createTegraHsp(registers, { variant: 'tegra234' });
const mailbox = new Mailbox(hsp.mailboxes);
const tx = mailbox.requestChannel('sm:0:tx');
const rx = mailbox.requestChannel('sm:1:rx');
const wide = new Mailbox(hsp.mailboxes128).requestChannel('sm:2:tx:128');
const bpmp = new Mailbox(hsp.doorbells).requestChannel('db:bpmp');

rx.subscribe((message) => console.log(`received ${message}`));
tx.send(41).subscribe({ complete: () => console.log('41 was read') });

model.set({ stuck: 0b100 }); // mailbox 2 stays full
wide
  .send([1, 2, 3, 4])
  .pipe(txTimeout(200))
  .subscribe({
    error: (error: MailboxError) => {
      console.log(`128 bits: ${error.message}`);
      for (const channel of [tx, rx, wide, bpmp]) channel.close();
      model.close();
    },
  });

bpmp.send().subscribe({ complete: () => console.log('the ring was answered') });
// A doorbell has no tx-done: the protocol above it knows.
bpmp.subscribe(() => bpmp.acknowledge());
model.ring();

// Prints:
// the other processor was rung by master 17
// 41 was read
// received 42
// the ring was answered
// 128 bits: no tx-done within 200 ms (total; unknown)
// #endregion example
