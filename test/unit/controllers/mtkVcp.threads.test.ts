import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { Mailbox, txTimeout, type MailboxError } from 'rx-mailbox';
import { createMtkVcp, vcpMessage, type MtkVcpOptions } from 'rx-mailbox/mtk-vcp';
import { CLR_OUT, SET_IN } from '../../support/devices/VcpBench';
import { VcpThread, type VcpThreadDevice } from '../../support/devices/VcpThread';

// The first word of each pin's slots goes to the VCP, the second comes from it.
const transmit = Array.from({ length: 32 }, (_, pin) => ({ pin, size: 4 }));
const receive = transmit.map(({ pin }) => ({ pin, offset: 8 * pin + 4, size: 4 }));
const tables = { transmit, receive };

const threads: VcpThread[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

function thread(): VcpThread {
  threads.push(new VcpThread());
  return threads.at(-1)!;
}

function open(device: VcpThreadDevice, options: MtkVcpOptions = {}) {
  const controller = createMtkVcp(device.registers, { ...tables, ...options });
  const channel = new Mailbox(controller).requestChannel(0, { txQueueLength: 100_000 });
  return { controller, channel };
}

const message = (n: number) => vcpMessage({ pin: (n * 7) % 32, data: Uint32Array.of(n) });
const numberIn = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset).getUint32(0, true);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const settled = (sends: Promise<unknown>[]) =>
  Promise.all(
    sends.map((send) =>
      send.then(
        () => 'ok',
        (error: unknown) => `${(error as MailboxError).code} ${(error as MailboxError).delivery}`,
      ),
    ),
  );

jest.setTimeout(30_000);

describe('a VCP in another thread', () => {
  it.each([
    [300, 1],
    [3000, 32],
  ])('takes and answers %i messages, window %i', async (count, window) => {
    const device = thread().device(tables, true);
    const { channel } = open(device, { window });
    const answers = firstValueFrom(channel.pipe(take(count), toArray()));
    const sends = range(count).map((n) => lastValueFrom(channel.send(message(n))));
    expect(new Set(await settled(sends))).toEqual(new Set(['ok']));
    const received = await answers;
    expect(received.map(({ data }) => numberIn(data)).sort((a, b) => a - b)).toEqual(range(count));
    expect(received.every(({ pin, data }) => pin === (numberIn(data) * 7) % 32)).toBe(true);
    await device.synced();
    expect(device.arrived.map(({ words }) => words[0]!).sort((a, b) => a - b)).toEqual(range(count));
    channel.close();
  });

  it.each([1, 32])('causes exactly one outcome for each sender, whatever it does wrong, window %i', async (window) => {
    const device = thread().device(tables, true);
    const { channel } = open(device, { window });
    const reports = new Map<number, number>();
    channel.txDone$.subscribe(({ message: { words } }) => reports.set(words[0]!, (reports.get(words[0]!) ?? 0) + 1));
    const received: number[] = [];
    channel.subscribe(({ data }) => received.push(numberIn(data)));
    const sends: Promise<unknown>[] = [];
    const send = (count: number) => {
      for (let i = 0; i < count; i++)
        sends.push(lastValueFrom(channel.send(message(sends.length)).pipe(txTimeout(20 + (sends.length % 7)))));
    };
    const faults: [() => void, () => void][] = [
      [
        () => device.command({ do: 'set', behaviour: { stuck: 0x0f0f_0f0f } }),
        () => device.command({ do: 'set', behaviour: { stuck: 0 } }),
      ],
      [
        () => device.command({ do: 'set', behaviour: { latency: 3, lateClear: 5 } }),
        () => device.command({ do: 'set', behaviour: { latency: 0, lateClear: 0 } }),
      ],
      [
        () => device.command({ do: 'set', behaviour: { answersEarly: true } }),
        () => device.command({ do: 'set', behaviour: { answersEarly: false } }),
      ],
      [() => device.command({ do: 'loseInterrupts', pins: 0xffff_ffff }), () => device.command({ do: 'loseInterrupts', pins: 0 })],
      [() => device.command({ do: 'interruptForNothing' }), () => device.command({ do: 'interruptForNothing' })],
      [() => device.cut(), () => device.restore()],
    ];
    for (const [on, off] of faults) {
      send(40);
      on();
      await device.synced();
      send(40);
      await settled(sends.slice(-40));
      off();
      await device.synced();
      // Everything that waits at either side has to be taken, also an answer whose interrupt was lost.
      while (device.registers.read32(SET_IN) !== 0 || device.registers.read32(CLR_OUT) !== 0) {
        channel.peekData();
        await device.synced();
      }
    }
    // After a power cycle, everything works again.
    const afterwards = range(50).map(() => lastValueFrom(channel.send(message(sends.push(Promise.resolve()) - 1))));
    expect(new Set(await settled(afterwards))).toEqual(new Set(['ok']));
    const outcomes = await settled(sends);
    await device.synced();

    const arrived = new Map<number, number>();
    for (const { pin, words } of device.arrived) {
      const [n = -1] = words;
      expect(pin).toBe((n * 7) % 32);
      arrived.set(n, (arrived.get(n) ?? 0) + 1);
    }
    expect([...reports.values()].every((count) => count === 1)).toBe(true);
    expect(reports.size).toBe(sends.length);
    expect([...arrived.values()].every((count) => count === 1)).toBe(true);
    outcomes.forEach((outcome, n) => {
      if (outcome === 'ok') expect([n, arrived.get(n)]).toEqual([n, 1]);
      else if (outcome.endsWith('not-sent')) expect([n, arrived.get(n)]).toEqual([n, undefined]);
      else expect(['ETIME unknown', 'ENETDOWN unknown']).toContain(outcome);
    });
    expect(new Set(received).size).toBe(received.length);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBeGreaterThan(50);
    expect(outcomes.filter((outcome) => outcome !== 'ok').length).toBeGreaterThan(10);
    channel.close();
  });

  it('that ends during transfers leaves its pins raised; the next one clears them and takes over', async () => {
    const first = thread();
    const device = first.device({ ...tables, holds: true });
    const { controller, channel } = open(device, { window: 8 });
    const sends = range(20).map((n) => lastValueFrom(channel.send(message(n))));
    while (device.arrived.length < 8) await device.synced();
    controller.peerGone(new Error('the VCP is started again'));
    await first.close();
    const reports: string[] = [];
    channel.txDone$.subscribe(({ error }) => reports.push(error?.code ?? 'ok'));
    // The next one starts by clearing the same registers.
    const next = thread().takeOver(device, tables);
    next.command({ do: 'reset' });
    await next.synced();
    controller.peerBack();
    expect(await settled(sends.slice(0, 8))).toEqual(range(8).map(() => 'ENETDOWN unknown'));
    expect(await settled(sends.slice(8))).toEqual(range(12).map(() => 'ok'));
    await next.synced();
    expect(next.arrived.map(({ words }) => words[0]!).sort((a, b) => a - b)).toEqual(range(20).slice(8));
    expect(reports).toEqual(range(12).map(() => 'ok'));
    channel.close();
  });
});
