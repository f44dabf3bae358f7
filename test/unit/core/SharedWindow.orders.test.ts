import { Batch } from '../../../src/core/Batch';
import { SharedWindow } from '../../../src/core/SharedWindow';
import { CoreBench } from './CoreBench';

const ACTIONS = ['send', 'done', 'refused', 'leave', 'turn', 'down', 'up'] as const;
type Step = readonly [channel: number, action: (typeof ACTIONS)[number]];

const STEPS: readonly Step[] = [0, 1].flatMap((channel) => ACTIONS.map((action) => [channel, action] as const));
const OWN = 2;

/** Two channels that share a window, and what must be so of them, by what was done alone. */
class Pair {
  readonly benches: readonly CoreBench[];
  /** Who holds a slot, by its channel, oldest first. */
  readonly slots: string[][] = [[], []];
  readonly waiting: string[][] = [[], []];
  readonly paused = [false, false];
  readonly up = [true, true];
  /** The link has given something back, and nothing has happened since that is sure to let it be tried again. */
  readonly rests = [false, false];
  private sent = 0;
  private inside = false;

  constructor(private readonly sharedWindow: number) {
    const shared = new SharedWindow({ sharedWindow });
    const batch = new Batch();
    const tokens = { next: 1 };
    this.benches = [0, 1].map((index) => {
      const settings = { correlation: 'ordered', quarantine: Infinity, window: OWN } as const;
      const bench = new CoreBench(settings, tokens, batch, { shared, index });
      bench.tracing = false;
      bench.onSend = (message) => this.handedOver(index, message);
      return bench;
    });
  }

  private get used(): number {
    return this.slots[0]!.length + this.slots[1]!.length;
  }

  private handedOver(channel: number, message: string): string {
    expect([this.inside, this.paused, this.up[channel]]).toEqual([false, [false, false], true]);
    this.inside = true;
    expect(this.waiting[channel]!.shift()).toBe(message);
    this.slots[channel]!.push(message);
    expect(this.used).toBeLessThanOrEqual(this.sharedWindow);
    this.inside = false;
    return 'accepted';
  }

  step([channel, action]: Step): void {
    const { machine, entries } = this.benches[channel]!;
    const slots = this.slots[channel]!;
    const waiting = this.waiting[channel]!;
    const live = slots.filter((message) => !message.startsWith('-'));
    const comesUp = action === 'up' && !this.up[channel];
    const goesOn = action === 'turn' && this.paused[channel];
    if (action === 'done' || comesUp || goesOn) this.rests[channel] = false;
    switch (action) {
      case 'send': {
        const message = String.fromCharCode(97 + this.sent++);
        waiting.push(message);
        return this.benches[channel]!.send(message);
      }
      case 'done':
        slots.shift();
        return machine.txDone(undefined, 'ok', undefined);
      case 'refused': {
        const message = live.at(-1);
        if (message === undefined) return;
        slots.splice(slots.indexOf(message), 1);
        waiting.unshift(message);
        this.rests[channel] = true;
        return machine.refusedBack(entries.get(message)!.token, undefined);
      }
      case 'leave': {
        const [message] = live;
        if (message === undefined) return;
        slots[slots.indexOf(message)] = `-${message}`;
        this.paused[channel] = true;
        return this.benches[channel]!.unsubscribes(message);
      }
      case 'turn':
        this.paused[channel] = false;
        return machine.turnEnded();
      case 'down':
        if (this.up[channel]) slots.length = 0;
        this.up[channel] = false;
        return machine.down('cable');
      case 'up':
        this.up[channel] = true;
        return machine.up();
    }
  }

  /** Nobody waits who could go. */
  check(): void {
    if (this.paused.includes(true) || this.used >= this.sharedWindow) return;
    for (const channel of [0, 1]) {
      const stays = [this.rests[channel], !this.up[channel], this.slots[channel]!.length >= OWN].includes(true);
      if (!stays) expect(this.waiting[channel]).toEqual([]);
    }
  }
}

it.each([1, 2])('two channels that share a window of %i: every order of three events after three sends', (sharedWindow) => {
  const orders = (depth: number): Step[][] =>
    depth === 0 ? [[]] : orders(depth - 1).flatMap((order) => STEPS.map((step) => [...order, step]));
  for (const order of orders(3)) {
    const pair = new Pair(sharedWindow);
    for (const step of [[0, 'send'], [1, 'send'], [0, 'send'], ...order] as Step[]) {
      pair.step(step);
      pair.check();
    }
  }
});
