import type { Subscription } from 'rxjs';
import { Mailbox, type Channel, type ReadyChannels } from 'rx-mailbox';
import { SharedWire } from '../support/sharedWire';
import { turnEnd } from '../support/turn';

/** The same numbers for the same seed: mulberry32. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const CHANNELS = 6;
const STEPS = 600;

/** Two mailboxes on one controller, and everything that may happen to their channels, by chance. */
class RandomRun {
  sharedWindow = 2;
  readonly violations: string[] = [];
  /** How often each message was settled, by what its sender was told and by its report. */
  readonly told = new Map<string, number>();
  private readonly reported = new Map<string, number>();
  private accepted = 0;
  private readonly channels: Channel<string, string, string>[];
  private readonly mailboxes: Mailbox<string, string, string>[];
  private readonly controller: SharedWire;
  private readonly pending = new Set<Subscription>();
  private inside = 0;
  private sent = 0;

  constructor(
    private readonly chance: (below: number) => number,
    chooses: boolean,
    correlation: 'tagged' | 'untagged',
  ) {
    const nextChannel = (ready: ReadyChannels): number | undefined => {
      if (this.chance(20) === 0) return undefined;
      if (this.chance(20) === 0) throw new Error('nextChannel');
      return [...ready][this.chance(ready.size)];
    };
    this.controller = new SharedWire({
      channelCount: CHANNELS,
      sharedWindow: () => this.sharedWindow,
      correlation,
      ...(correlation === 'tagged' && { window: 3 }),
      ...(chooses && { nextChannel }),
      onSend: (message, token, link) => {
        this.checkWindow(message);
        this.inside++;
        if (this.inside > 1) this.violations.push(`sendData of ${message} from inside another one`);
        if (this.chance(4) === 0) link.txDone({ token });
        else if (this.chance(8) === 0) this.send();
        this.inside--;
      },
    });
    this.mailboxes = [new Mailbox(this.controller), new Mailbox(this.controller)];
    this.channels = Array.from({ length: CHANNELS }, (_, index) => this.request(index));
  }

  private request(index: number): Channel<string, string, string> {
    const channel = this.mailboxes[index % 2]!.requestChannel(index, {
      txQueueLength: 5,
      ...(index === 3 && { overflow: 'drop-oldest' as const }),
    });
    channel.txDone$.subscribe(({ message }) => this.reported.set(message, (this.reported.get(message) ?? 0) + 1));
    channel.events$.subscribe(({ type }) => type === 'queued' && this.accepted++);
    return channel;
  }

  /** Slots in use never exceed the window, but for those that were in use when it fell. */
  private checkWindow(message: string): void {
    const states = this.mailboxes.flatMap((mailbox) => mailbox.states());
    const used = states.reduce((sum, { inFlight, held }) => sum + inFlight + held, 0);
    // This one is not counted yet.
    if (used >= this.sharedWindow) this.violations.push(`${message} handed over with ${used} of ${this.sharedWindow} in use`);
  }

  private send(): void {
    const name = `m${++this.sent}`;
    const told = (): unknown => this.told.set(name, (this.told.get(name) ?? 0) + 1);
    const channel = this.channels[this.chance(CHANNELS)]!;
    const sending = channel.send(name).subscribe({
      error: told,
      complete: () => {
        told();
        if (this.chance(6) === 0) this.send();
      },
    });
    sending.add(() => this.pending.delete(sending));
    if (!sending.closed) this.pending.add(sending);
  }

  /** Who unsubscribes is told nothing. It counts as told. */
  private leave(): void {
    const sending = [...this.pending][this.chance(this.pending.size)];
    sending?.unsubscribe();
  }

  step(): void {
    const at = this.chance(CHANNELS);
    const channel = this.channels[at]!;
    const link = this.controller.link(at);
    const acts: [number, () => void][] = [
      [40, () => this.send()],
      [30, () => link.outstanding.length > 0 && link.txDone({ token: link.outstanding[this.chance(link.outstanding.length)]!.token })],
      [6, () => this.leave()],
      [6, () => link.refuse()],
      [8, () => link.ready()],
      [4, () => link.outstanding.length > 0 && link.giveBack(link.outstanding[0]!.token)],
      [2, () => link.down()],
      [6, () => link.up()],
      [4, () => (this.sharedWindow = this.chance(5))],
      [1, () => channel.withdraw()],
      [1, () => (channel.close(), (this.channels[at] = this.request(at)))],
    ];
    let pick = this.chance(acts.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, act] of acts) if ((pick -= weight) < 0) return act();
  }

  /** Everything is mended and done: nothing may be left. */
  async settle(): Promise<void> {
    this.sharedWindow = 3;
    await turnEnd();
    for (let idle = 0; idle < 50; idle++) {
      for (let at = 0; at < CHANNELS; at++) {
        const link = this.controller.link(at);
        link.up();
        link.ready();
        // By token: where a sender has left, that frees the held slot.
        for (const { token } of [...link.outstanding]) link.txDone({ token });
      }
      await turnEnd();
    }
  }

  get outcome(): unknown {
    const states = this.mailboxes.flatMap((mailbox) => mailbox.states());
    const left = states.reduce((sum, { waiting, inFlight, held }) => sum + waiting + inFlight + held, 0);
    return {
      violations: this.violations,
      left,
      pending: this.pending.size,
      reports: this.accepted - this.reported.size,
      twice: [...this.reported, ...this.told].filter(([, times]) => times !== 1),
    };
  }

  get ran(): boolean {
    return this.accepted > STEPS / 5;
  }
}

describe('channels that share a window, whatever happens to them (rules 2 and 6)', () => {
  const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

  it.each([
    [false, 'tagged' as const],
    [true, 'tagged' as const],
    [false, 'untagged' as const],
    [true, 'untagged' as const],
  ])('slots in use never exceed it, every message settles once, nothing is left (chooses: %s, %s)', async (chooses, correlation) => {
    for (const seed of seeds) {
      const chance = random(seed);
      const run = new RandomRun(chance, chooses, correlation);
      for (let i = 0; i < STEPS; i++) {
        run.step();
        if (chance(3) === 0) await turnEnd();
      }
      await run.settle();
      expect({ seed, ran: run.ran, ...(run.outcome as object) }).toEqual({
        seed,
        ran: true,
        violations: [],
        left: 0,
        pending: 0,
        reports: 0,
        twice: [],
      });
    }
  });
});
