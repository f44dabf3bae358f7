import { threwInstead, wrongAnswer } from '../contract/guards';
import type { ReadyChannels } from '../contract/ReadyChannels';
import { List } from './List';
import type { SharedMember } from './SharedMember';
import { SharedPauses } from './SharedPauses';
import { isInteger, windowReader } from './windowReader';

/** What a controller says of all its channels together. */
export interface SharedWindowSettings {
  readonly sharedWindow?: number;
  nextChannel?(ready: ReadyChannels): number | undefined;
}

/**
 * The channels of one controller take turns: their hand-overs are one loop, and everybody is notified after it (rule 6).
 *
 * In the ring stand the channels that could go, next first. A channel that has gone joins it again at its end. Joining, leaving and going cost the
 * same however many there are.
 */
export class SharedWindow {
  /** How many slots are in use on all channels. */
  used = 0;
  readonly pauses = new SharedPauses();
  /** How many channels could go. */
  size = 0;
  private readonly ring = new List<SharedMember>();
  /** Those in the ring. Only where the controller chooses. */
  private readonly byIndex: Map<number, SharedMember> | undefined;
  private readonly view: ReadyChannels;
  private handingOver = false;
  private notifying = false;
  /** The controller is to be asked once more who goes. */
  private again = false;
  private readonly touched: SharedMember[] = [];
  private wrongWindow: TypeError | undefined = undefined;
  private readonly window: () => number;

  constructor(private readonly controller: SharedWindowSettings) {
    this.window = windowReader(
      {
        name: 'controller.sharedWindow',
        read: () => {
          const { sharedWindow = Infinity } = controller;
          return sharedWindow;
        },
        accepts: (window) => window === Infinity || isInteger(window, Infinity),
        expected: 'an integer >= 0, or Infinity',
      },
      (error) => (this.wrongWindow = error),
    );
    const { ring } = this;
    const byIndex = (this.byIndex = controller.nextChannel === undefined ? undefined : new Map<number, SharedMember>());
    const size = (): number => this.size;
    this.view = {
      get size() {
        return size();
      },
      has: (index) => byIndex?.has(index) ?? false,
      *[Symbol.iterator]() {
        for (let member = ring.first; member !== undefined; member = member.next) yield member.index;
      },
    };
  }

  /** How many slots are not in use. */
  get unused(): number {
    return Math.max(0, this.window() - this.used - (this.handingOver ? 1 : 0));
  }

  /** After a transition of this channel: whatever may go on any channel is handed over, then everybody is notified. */
  run(member: SharedMember): void {
    this.touch(member);
    if (this.handingOver) return;
    if (this.byIndex !== undefined) return this.runByChoice();
    this.guarded(() => {
      while (this.free) if (!this.handOver(this.ring.first)) return;
    });
    this.notifyAll();
  }

  /** After a transition of this channel that allows no hand-over. */
  notify(member: SharedMember): void {
    this.touch(member);
    if (this.handingOver) return;
    if (this.byIndex !== undefined) this.runByChoice();
    else this.notifyAll();
  }

  /** The controller is asked after the report and the sender of the settlement that freed the slot (rule 7). */
  private runByChoice(): void {
    // Whoever is notified now may have caused this. The loop that notifies goes on with it.
    this.again = true;
    if (this.notifying) return;
    while (this.again) {
      this.notifyAll();
      this.again = false;
      this.guarded(() => {
        if (!this.free) return;
        const next = this.choose();
        // The controller may have done anything meanwhile.
        this.again = this.free && this.handOver(next);
      });
      // There may be something to tell of even if nobody goes: nonsense, or what the controller did when it was asked.
      if (!this.again) this.notifyAll();
    }
  }

  private get free(): boolean {
    return this.size > 0 && this.open;
  }

  /** Nothing that concerns all channels stands against a hand-over. */
  get open(): boolean {
    return !this.pauses.any && this.used < this.window();
  }

  private guarded(handOver: () => void): void {
    this.handingOver = true;
    try {
      handOver();
    } finally {
      this.handingOver = false;
      this.noteWrongWindow();
    }
  }

  private noteWrongWindow(): void {
    const { first } = this.ring;
    const { wrongWindow } = this;
    if (wrongWindow === undefined || first === undefined) return;
    this.wrongWindow = undefined;
    this.noteBroken(first, wrongWindow);
  }

  private handOver(member: SharedMember | undefined): boolean {
    // The getter of the window may have done anything, too.
    if (!member?.inRing) return false;
    this.leaveRing(member);
    if (member.canGo) member.handOverOne();
    this.touch(member);
    return true;
  }

  /** Undefined: nobody goes now. */
  private choose(): SharedMember | undefined {
    const { first } = this.ring;
    try {
      const index: unknown = this.controller.nextChannel!(this.view);
      if (index === undefined) return undefined;
      const chosen = this.byIndex!.get(index as number);
      if (chosen !== undefined) return chosen;
      this.noteBroken(first, wrongAnswer('controller.nextChannel', index, 'the index of a channel in ready, or undefined'));
    } catch (error) {
      this.noteBroken(first, threwInstead('controller.nextChannel', error));
    }
    return first?.inRing ? first : this.ring.first;
  }

  /** On the channel whose turn it is. */
  private noteBroken(member: SharedMember | undefined, error: TypeError): void {
    if (member === undefined) return;
    member.noteBroken(error);
    this.touch(member);
  }

  /** Looks whether this channel could go now, and has it notified. */
  touch(member: SharedMember): void {
    if (member.canGo !== member.inRing) {
      if (member.inRing) this.leaveRing(member);
      else this.joinRing(member);
    }
    if (member.touched) return;
    member.touched = true;
    this.touched.push(member);
  }

  private joinRing(member: SharedMember): void {
    member.inRing = true;
    this.ring.push(member);
    this.size++;
    this.byIndex?.set(member.index, member);
  }

  private leaveRing(member: SharedMember): void {
    member.inRing = false;
    this.ring.remove(member);
    this.size--;
    this.byIndex?.delete(member.index);
  }

  /** Flat: what those who are notified cause on other channels is told after them. */
  private notifyAll(): void {
    if (this.notifying) return;
    this.notifying = true;
    const { touched } = this;
    let told = 0;
    try {
      while (told < touched.length) {
        const member = touched[told++]!;
        member.touched = false;
        member.notifyAll();
      }
    } finally {
      // All of them, unless one has thrown: the others are told next time.
      if (told === touched.length) touched.length = 0;
      else touched.splice(0, told);
      this.notifying = false;
    }
  }
}
