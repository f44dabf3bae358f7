// All senders that leave while nobody listens get the same error. V8 keeps the frames of a stack that nobody has read, and with them
// the closures of the first of these senders.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { open } from '../../support/open';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

it('the first sender that leaves while nobody listens is forgotten like any other', async () => {
  const leave = (): WeakRef<object> => {
    const large = { bytes: new Uint8Array(1000) };
    const { channel } = open();
    const subscription = channel.send('A').subscribe();
    const teardown = (): void => {
      subscription.unsubscribe();
      large.bytes.fill(0);
    };
    teardown();
    return new WeakRef(large);
  };
  const reference = leave();
  for (let turn = 0; turn < 10 && reference.deref() !== undefined; turn++) {
    await new Promise(setImmediate);
    gc();
  }
  expect(reference.deref()).toBeUndefined();
});
