import { firstValueFrom } from 'rxjs';
import { isMailboxError, Mailbox, type Channel } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';

// #region example
// Says what a person can do about it.
async function advice(channel: Channel<string>): Promise<string> {
  try {
    await firstValueFrom(channel.send('open the gate'));
    return 'done';
  } catch (error) {
    if (!isMailboxError(error)) throw error; // not ours
    if (error.code === 'ENOBUFS') return 'wait for a place in the queue';
    if (error.delivery === 'not-sent') return 'send it again';
    return `look at the gate first: ${error.message}`;
  }
}
// #endregion example

describe('isMailboxError, in the example', () => {
  it('sees success', async () => {
    const [near, far] = createLoopback<string>();
    const device = new Mailbox(far).requestChannel(0);
    expect(await advice(new Mailbox(near).requestChannel(0))).toBe('done');
    device.close();
  });

  it('tells a full queue by its code', async () => {
    const [near] = createLoopback<string>();
    expect(await advice(new Mailbox(near).requestChannel(0, { txQueueLength: 0 }))).toBe('wait for a place in the queue');
  });

  it('tells by delivery what was never sent', async () => {
    const channel = new Mailbox(new ScriptedController<string, string, void>()).requestChannel(0);
    channel.close();
    expect(await advice(channel)).toBe('send it again');
  });

  it('tells by delivery what the device reported on', async () => {
    const controller = new ScriptedController<string, string, void>({
      onSend: (_message, token, link) => link.txDone({ token, error: new Error('jammed') }),
    });
    expect(await advice(new Mailbox(controller).requestChannel(0))).toBe('look at the gate first: the device reported a failure: jammed');
  });

  it('leaves the errors of others alone', async () => {
    const channel = new Mailbox(new ScriptedController<string, string, void>()).requestChannel(0);
    channel.send = () => {
      throw new RangeError('not a mailbox error');
    };
    await expect(advice(channel)).rejects.toThrow(RangeError);
  });
});
