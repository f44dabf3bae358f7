import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Subscription } from 'rxjs';
import { open } from '../../support/open';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Whether it is collected, once the turns are over that may still know it. */
async function isForgotten(reference: WeakRef<object>): Promise<boolean> {
  for (let turn = 0; turn < 10 && reference.deref() !== undefined; turn++) {
    await new Promise(setImmediate);
    gc();
  }
  return reference.deref() === undefined;
}

describe('an outcome that was delivered is not kept', () => {
  it('not the ack of the last sendAsync()', async () => {
    const sent = async (): Promise<WeakRef<object>> => {
      const { mailbox, channel, link } = open<object>();
      const ack = {};
      const promise = channel.sendAsync('A');
      link.txDone({ token: 1, ack });
      await promise;
      mailbox.close();
      return new WeakRef(ack);
    };
    expect(await isForgotten(await sent())).toBe(true);
  });

  it.each(['refused', 'done'] as const)('a message that was %s, by whoever keeps its subscription', async (what) => {
    const kept: Subscription[] = [];
    const sent = (): WeakRef<object> => {
      const { channel, link } = open();
      const message = {};
      if (what === 'refused') channel.close();
      kept.push(channel.send(message as never).subscribe({ error: () => undefined }));
      if (what === 'done') link.txDone({ token: 1 });
      link.sent.length = 0;
      return new WeakRef(message);
    };
    expect(await isForgotten(sent())).toBe(true);
    expect(kept[0]!.closed).toBe(true);
  });
});
