// The ESM and the CJS copy of this package are two sets of classes; errors of one are known to the other all the same.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { NEVER } from 'rxjs';
import * as esm from 'rx-mailbox';

const cjs = createRequire(import.meta.url)('rx-mailbox');
assert.notEqual(esm.MailboxError, cjs.MailboxError, 'only one copy was loaded, so this shows nothing');

const link = { events$: NEVER, sendData: () => 'accepted' };
const controller = { name: 'test', channelCount: 1, txDone: 'irq', correlation: 'tagged', open: () => link };

for (const [maker, judge] of [
  [esm, cjs],
  [cjs, esm],
  [esm, esm],
  [cjs, cjs],
]) {
  const mailbox = new maker.Mailbox(controller);
  mailbox.requestChannel(0);
  assert.throws(
    () => mailbox.requestChannel(0),
    (error) => judge.isMailboxError(error) && judge.isMailboxError(error, 'EBUSY') && !judge.isMailboxError(error, 'ETIME'),
  );
  mailbox.close();
  assert.equal(judge.isMailboxError(new Error('EBUSY')), false);
}
