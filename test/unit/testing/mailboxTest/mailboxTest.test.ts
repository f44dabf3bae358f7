import { firstValueFrom, map, VirtualTimeScheduler } from 'rxjs';
import { Mailbox } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { mailboxTest, marbles, ScriptedController } from 'rx-mailbox/testing';
import { hexDump } from '../../../../src/testing/mailboxTest/hexDump';
import { bytesOf, inVirtualTime } from './bytesInVirtualTime';

describe('mailboxTest', () => {
  // #region example
  it('sends bytes and shows the answer', async () => {
    const [near, far] = createLoopback<Uint8Array>();
    const device = new Mailbox(far).requestChannel(0);
    device.subscribe((message) => device.next(message.slice().reverse()));

    const test = mailboxTest(new Mailbox(near).requestChannel(0));
    await firstValueFrom(test.message('!krow sexobliaM'));
    expect(await firstValueFrom(test.read())).toBe('4d 61 69 6c 62 6f 78 65 73 20 77 6f 72 6b 21     Mailboxes work!');
    expect(test.readNow()).toBeUndefined(); // reading clears it

    test.close();
    device.close();
  });
  // #endregion example

  // #region area
  it('sends a signal, with the message in shared memory', async () => {
    const [toDevice, toUs] = [new Uint8Array(128), new Uint8Array(128)];
    const [near, far] = createLoopback<number>();
    const device = new Mailbox(far).requestChannel(0);
    device.subscribe((signal) => {
      toUs.set(toDevice.map((byte) => byte && byte - 0x20)); // in capitals
      device.next(signal + 1);
    });

    const mailbox = new Mailbox(near);
    const test = mailboxTest((options) => mailbox.requestChannel(0, options), {
      area: { tx: toDevice, rx: toUs.subarray(0, 16) },
      encode: (signal) => signal[0]!,
    });

    test.signal(Uint8Array.of(7));
    await firstValueFrom(test.message('shared'));
    expect(await firstValueFrom(test.read())).toBe('53 48 41 52 45 44 00 00 00 00 00 00 00 00 00 00  SHARED..........');

    test.close(); // and the channel, which was requested for it
    expect(() => mailbox.requestChannel(0)).not.toThrow();
  });
  // #endregion area
});

describe('mailboxTest on an ack channel', () => {
  it('can treat an answer as the tx-done', () => {
    const controller = new ScriptedController<Uint8Array>({ txDone: 'ack', correlation: 'untagged' });
    const test = mailboxTest(inVirtualTime(controller).requestChannel(0), { acknowledge: true });
    const log: string[] = [];
    test.message('A').subscribe({ complete: () => log.push(`taken; ${String(test.readNow())}`) });
    expect(log).toEqual([]);
    controller.link().received(bytesOf('ok'));
    expect(log).toEqual([`taken; ${hexDump(bytesOf('ok'))}`]);
  });

  it(
    'has no tx-dones without acknowledge',
    marbles(({ expectObservable }) => {
      const controller = new ScriptedController<Uint8Array>({
        txDone: 'ack',
        correlation: 'untagged',
        onSend: (message, _token, link) => link.received(message),
      });
      const test = mailboxTest(new Mailbox(controller).requestChannel(0));
      expectObservable(test.message('A')).toBe('500ms #', {}, expect.objectContaining({ code: 'ETIME' }));
    }),
  );
});

describe('mailboxTest in virtual time', () => {
  it('reads an answer when it arrives', () => {
    const scheduler = new VirtualTimeScheduler();
    const [near, far] = createLoopback<Uint8Array>({ latency: 5, scheduler });
    const device = new Mailbox(far, { scheduler }).requestChannel(0);
    device.subscribe((message) => device.next(message));
    const test = mailboxTest(new Mailbox(near, { scheduler }).requestChannel(0));
    const log: string[] = [];
    test.message('A').subscribe(() => log.push(`taken at ${scheduler.now()} ms`));
    test
      .read()
      .pipe(map((dump) => dump.slice(-1)))
      .subscribe((dump) => log.push(`${dump} at ${scheduler.now()} ms`));
    scheduler.flush();
    expect(log).toEqual(['taken at 5 ms', 'A at 10 ms']);
  });
});
