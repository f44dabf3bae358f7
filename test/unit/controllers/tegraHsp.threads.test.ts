import { Mailbox, txTimeout, type Channel, type MailboxError } from 'rx-mailbox';
import { createTegraHsp } from 'rx-mailbox/tegra-hsp';
import { filter, firstValueFrom, lastValueFrom, take, toArray, type Subscription } from 'rxjs';
import { HspThread } from '../../support/devices/HspThread';
import type { HspOrder } from '../../support/devices/hspWorker';
import { Random } from '../../proof/soak/Random';

jest.setTimeout(60_000);

const thread = new HspThread();
const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const mailbox of open.splice(0)) mailbox.close();
  thread.order({ do: 'close' });
});
afterAll(() => thread.end());

function start(echo: boolean, receives: Record<number, 32 | 128> = { 0: 32, 2: 32 }) {
  const registers = thread.start('tegra234', receives, {}, echo);
  const hsp = createTegraHsp(registers, { variant: 'tegra234' });
  const mailbox = new Mailbox(hsp.mailboxes);
  const doorbells = new Mailbox(hsp.doorbells);
  open.push(mailbox, doorbells);
  return { hsp, mailbox, doorbells, registers };
}

describe('with the other processor in a thread', () => {
  it('echoes 2000 messages in order', async () => {
    const { mailbox } = start(true);
    const tx = mailbox.requestChannel('sm:0:tx', { txQueueLength: 2000 });
    const echoes = firstValueFrom(mailbox.requestChannel('sm:1:rx').pipe(take(2000), toArray()));
    const numbers = Array.from({ length: 2000 }, (_, n) => n);
    await Promise.all(numbers.map((n) => lastValueFrom(tx.send(n))));
    expect(await echoes).toEqual(numbers);
  });

  it('rings doorbells in both directions', async () => {
    const { doorbells } = start(false);
    const channel = doorbells.requestChannel('db:bpmp');
    for (let turn = 0; turn < 50; turn++) {
      const there = firstValueFrom(thread.reports$.pipe(filter((report) => 'rung' in report)));
      channel.next();
      expect(await there).toMatchObject({ rung: 17 });
      channel.acknowledge();
      const here = firstValueFrom(channel);
      thread.order({ do: 'ring' });
      expect(await here).toBe(undefined);
    }
  });

  it('gives each sender one outcome, and a true one, whatever it does wrong', async () => {
    const { mailbox, hsp } = start(false);
    const arrived = new Map<number, number>();
    const listening: Subscription = thread.reports$.subscribe((report) => {
      if ('mailbox' in report) arrived.set(Number(report.message), (arrived.get(Number(report.message)) ?? 0) + 1);
    });
    const channels = ['sm:0:tx', 'sm:2:tx'].map((which) => mailbox.requestChannel(which, { txQueueLength: 1000 }));
    const outcomesOf = new Map<number, string[]>();
    const send = (channel: Channel<number>, message: number): Promise<void> =>
      new Promise((resolve) => {
        const outcomes: string[] = [];
        outcomesOf.set(message, outcomes);
        channel
          .send(message)
          .pipe(txTimeout(25))
          .subscribe({
            error: ({ code, delivery }: MailboxError) => (outcomes.push(`${code} ${delivery}`), resolve()),
            complete: () => (outcomes.push('ok'), resolve()),
          });
      });
    const random = new Random(1);
    const faults: (() => HspOrder)[] = [
      () => ({ do: 'set', behaviour: { latency: random.between(0, 3), lateClear: random.between(0, 3) } }),
      () => ({ do: 'set', behaviour: { stuck: random.between(0, 7) } }),
      () => ({ do: 'lose', causes: random.between(0, 0xffff) }),
      () => ({ do: 'nothing' }),
      () => ({ do: 'reset' }),
      () => ({ do: 'set', behaviour: { latency: 0, lateClear: 0, stuck: 0 } }),
    ];
    let number = 0;
    for (let round = 0; round < 60; round++) {
      thread.order(random.pick(faults)());
      await Promise.all(channels.flatMap((channel) => [1, 2, 3, 4].map(() => send(channel, ++number))));
    }
    thread.order({ do: 'set', behaviour: { latency: 0, lateClear: 0, stuck: 0 } });
    thread.order({ do: 'lose', causes: 0 });
    hsp.resume();
    // No old message blocks the mailboxes. The other processor reports what it has read in order, but not at once.
    const last = number;
    const counted = firstValueFrom(
      thread.reports$.pipe(
        filter((report) => 'mailbox' in report && Number(report.message) > last),
        take(channels.length),
        toArray(),
      ),
    );
    await Promise.all(channels.map((channel) => send(channel, ++number)));
    await counted;
    const outcomes = [...outcomesOf.values()].map((each) => each.join());
    expect(outcomes.slice(-2)).toEqual(['ok', 'ok']);
    expect(outcomes).toHaveLength(482);
    for (const outcome of outcomes) expect(['ok', 'ETIME unknown', 'ETIME not-sent', 'ENETDOWN unknown']).toContain(outcome);
    for (const [message, [outcome]] of outcomesOf) {
      const times = arrived.get(message) ?? 0;
      if (outcome === 'ok') expect([message, times]).toEqual([message, 1]);
      else expect([message, outcome!.endsWith('not-sent') ? times : Math.max(0, times - 1)]).toEqual([message, 0]);
    }
    expect(new Set(outcomes).size).toBeGreaterThanOrEqual(3);
    listening.unsubscribe();
  });
});
