import { isMailboxError, type MailboxError } from 'rx-mailbox';
import { handmade } from '../support/handmade';

// Bugs in which a message is said to have reached the device although its write failed. Each test is named after a public report of it.

/** A port that writes by promises, and a link on it that takes each message at once and says later how its write ended. */
function onPort(write: (data: string) => Promise<void>) {
  const port = handmade();
  port.link.sendData = (message, token) => {
    write(message).then(
      () => port.events.next({ type: 'txDone', token, ack: 'written' }),
      (error: unknown) => port.events.next({ type: 'txDone', token, error, delivery: 'not-sent' }),
    );
    return 'accepted';
  };
  return port;
}

/** The outcome of a message, as plain fields. */
async function outcomeOf(sending: Promise<unknown>) {
  const error = (await sending.catch((reason: unknown) => reason)) as MailboxError;
  return isMailboxError(error) ? { code: error.code, delivery: error.delivery, text: error.message, cause: error.cause } : error;
}

describe('a message is taken, and then its write fails', () => {
  it('serialport/node-serialport#1537: it is known not to have been sent, and the text does not blame the device', async () => {
    const cause = new Error('Writing to COM port (GetOverlappedResult): Operation aborted');
    const { channel } = onPort(() => Promise.reject(cause));
    await expect(outcomeOf(channel.sendAsync('AT'))).resolves.toEqual({
      code: 'EIO',
      delivery: 'not-sent',
      text: `not handed over: ${cause.message}`,
      cause,
    });
  });

  it('esc-configurator#566: the messages after it are written and told their own outcome', async () => {
    const { channel } = onPort((data) => (data === 'bad' ? Promise.reject(new Error('The device has been lost.')) : Promise.resolve()));
    const outcomes = await Promise.all(['good', 'bad', 'good'].map((data) => outcomeOf(channel.sendAsync(data))));
    expect(outcomes).toMatchObject([{ ack: 'written' }, { code: 'EIO', delivery: 'not-sent' }, { ack: 'written' }]);
  });

  it('the same where part of it may have gone: unknown, unless the link knows better', () => {
    const { channel, events } = handmade();
    const errors: MailboxError[] = [];
    channel.send('AT').subscribe({ error: (error: MailboxError) => errors.push(error) });
    events.next({ type: 'txDone', token: 1, error: new Error('3 of 9 bytes written'), delivery: 'unknown' });
    expect(errors.map(({ delivery, message }) => [delivery, message])).toEqual([['unknown', 'the link lost it: 3 of 9 bytes written']]);
  });

  it('the same where the port is full and takes nothing: the message waits for room, and nobody is told of a failure', () => {
    const { channel, events, sent } = handmade();
    const outcomes: string[] = [];
    channel.send('AT').subscribe({ error: () => outcomes.push('failed'), complete: () => outcomes.push('ok') });
    events.next({ type: 'refused', token: 1, error: new Error('EAGAIN') });
    events.next({ type: 'ready' });
    events.next({ type: 'txDone', token: 1 });
    expect([sent, outcomes]).toEqual([['AT', 'AT'], ['ok']]);
  });
});
