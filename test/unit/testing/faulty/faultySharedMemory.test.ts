import { tap, VirtualTimeScheduler } from 'rxjs';
import { isMailboxError, Mailbox, txTimeout, type Channel, type MailboxController } from 'rx-mailbox';
import { createSharedMemory, sharedMemory } from 'rx-mailbox/shared-memory';
import { FaultyController } from 'rx-mailbox/testing';
import { Chance } from '../../../../src/testing/faulty/Chance';
import { environment } from '../../../support/environment';

const SEEDS = Number(process.env['FAULT_SEEDS'] ?? 60);

interface Sent {
  readonly id: number;
  readonly outcomes: string[];
  delivery?: string;
}

/** Calls back with every message before the faults can affect it. */
function listenTo(
  controller: MailboxController<unknown, unknown, void>,
  arrived: (id: number) => void,
): MailboxController<unknown, unknown, void> {
  return {
    ...controller,
    open: (index) => {
      const link = controller.open(index, environment);
      const events$ = link.events$.pipe(tap((event) => event.type === 'received' && arrived(event.message as number)));
      return { events$, sendData: (message, token) => link.sendData(message, token), flush: (limit) => link.flush!(limit) };
    },
  };
}

/** One side: sends, and records the outcomes. */
class Side {
  readonly sent: Sent[] = [];
  readonly arrivedThere: number[] = [];
  readonly mistakes: string[] = [];
  readonly faulty: FaultyController<unknown, unknown>;
  readonly channel: Channel<unknown, unknown>;
  reports = 0;

  constructor(
    controller: MailboxController<unknown, unknown, void>,
    private readonly scheduler: VirtualTimeScheduler,
    private readonly chance: Chance,
    seed: number,
  ) {
    this.faulty = new FaultyController(controller, {
      seed,
      scheduler,
      maxDelay: 6,
      dropTxDone: 0.03,
      delayTxDone: 0.2,
      duplicateTxDone: 0.2,
      dropReceived: 0.03,
      delayReceived: 0.1,
      dropSent: 0.02,
      refuse: 0.1,
      throwOnSend: 0.05,
      down: 0.03,
    });
    this.channel = new Mailbox(this.faulty, { scheduler }).requestChannel(0, { txQueueLength: 8 });
    this.channel.subscribe();
    this.channel.txDone$.subscribe(() => this.reports++);
  }

  send(): void {
    const sent: Sent = { id: this.sent.length, outcomes: [] };
    this.sent.push(sent);
    const limit = 1 + Math.floor(this.chance.next() * 80);
    this.channel
      .send(sent.id)
      .pipe(txTimeout(limit, this.scheduler))
      .subscribe({
        error: (error: unknown) => {
          sent.outcomes.push(isMailboxError(error) ? error.code : String(error));
          if (isMailboxError(error)) sent.delivery = error.delivery;
        },
        complete: () => {
          sent.outcomes.push('ok');
          if (!this.arrivedThere.includes(sent.id)) this.mistakes.push(`${sent.id} was told ok before it had arrived`);
        },
      });
  }

  get done(): boolean {
    return this.sent.every(({ outcomes }) => outcomes.length > 0);
  }

  judge(): string[] {
    const { mistakes, arrivedThere: there } = this;
    for (const { id, outcomes, delivery } of this.sent) {
      if (outcomes.length !== 1) mistakes.push(`${id} was told ${outcomes.join(' and ') || 'nothing'}`);
      if (delivery === 'not-sent' && there.includes(id)) mistakes.push(`${id} arrived although it was not sent`);
    }
    if (there.some((id, i) => i > 0 && id <= there[i - 1]!)) mistakes.push(`arrived as ${there.join()}`);
    const accepted = this.sent.filter(({ outcomes }) => outcomes[0] !== 'ENOBUFS').length;
    if (this.reports !== accepted) mistakes.push(`${this.reports} reports for ${accepted} messages`);
    return mistakes;
  }
}

/** Milliseconds are virtual. Macrotasks are real, because the doorbells of the memory need them. */
async function run(seed: number): Promise<{ mistakes: string[]; ok: number; settled: number; faults: number }> {
  const scheduler = new VirtualTimeScheduler();
  const chance = new Chance(seed, 7);
  const handle = createSharedMemory({ slots: 4 });
  const sides: Side[] = [];
  for (const side of ['a', 'b'] as const) {
    const other = side === 'a' ? 1 : 0;
    const wire = listenTo(sharedMemory(handle, { side, codec: 'json', keepAlive: false }), (id) => sides[other]!.arrivedThere.push(id));
    sides.push(new Side(wire, scheduler, chance, 2 * seed + other));
  }
  const pass = async (): Promise<void> => {
    for (let task = 0; task < 4; task++) await new Promise((resolve) => setImmediate(resolve));
    scheduler.maxFrames = ++scheduler.frame;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  };
  for (let ms = 0; ms < 100; ms++) {
    for (const side of sides) if (chance.next() < 0.4) side.send();
    await pass();
  }
  for (const { faulty } of sides) faulty.active = false;
  for (let ms = 0; ms < 200 && !sides.every(({ done }) => done); ms++) await pass();
  const idle: boolean[] = [];
  sides.forEach(({ channel }, i) => channel.flush(500).subscribe({ error: () => (idle[i] = false), complete: () => (idle[i] = true) }));
  for (let ms = 0; ms < 600 && idle.filter((is) => is !== undefined).length < 2; ms++) await pass();
  const mistakes = sides.flatMap((side, i) => [...side.judge(), ...(idle[i] ? [] : ['a slot is held at the end'])]);
  for (const { channel } of sides) channel.close();
  const sent = sides.flatMap((side) => side.sent);
  return {
    mistakes: mistakes.map((mistake) => `seed ${seed}: ${mistake}`),
    settled: sent.length,
    ok: sent.filter(({ outcomes }) => outcomes[0] === 'ok').length,
    faults: sides.reduce((sum, { faulty }) => sum + faulty.faults.length, 0),
  };
}

it('a faulty shared memory: every send has one outcome, and ok only if its message arrived', async () => {
  const total = { mistakes: [] as string[], settled: 0, ok: 0, faults: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { mistakes, settled, ok, faults } = await run(seed);
    total.mistakes.push(...mistakes);
    total.settled += settled;
    total.ok += ok;
    total.faults += faults;
  }
  expect(total.mistakes.slice(0, 20)).toEqual([]);
  expect(total.settled).toBeGreaterThan(SEEDS * 50);
  expect(total.faults).toBeGreaterThan(SEEDS * 15);
  expect(total.ok / total.settled).toBeGreaterThan(0.1);
  expect(total.ok / total.settled).toBeLessThan(0.9);
}, 120_000);
