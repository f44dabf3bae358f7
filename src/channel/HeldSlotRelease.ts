import { defer, EMPTY, Subscription } from 'rxjs';
import type { MailboxLink } from '../contract/MailboxLink';
import type { HeldSlot } from '../core/HeldSlot';
import type { Deadlines } from '../time/Deadlines';
import { shielded } from '../util/reportUnhandled';

/** What happens when a held slot may be freed. */
export interface HeldSlots {
  release(slot: HeldSlot): void;
  resetDone(): void;
  down(reason: unknown): void;
}

/** Frees held slots: each when its quarantine is over, all of them when the link has been reset. */
export class HeldSlotRelease {
  private resetting: Subscription | undefined = undefined;

  constructor(
    private readonly link: Pick<MailboxLink<never, unknown, unknown>, 'reset'>,
    private readonly slots: HeldSlots,
    private readonly quarantine: number,
    private readonly deadlines: Deadlines,
  ) {}

  held(slot: HeldSlot): void {
    const { quarantine, deadlines } = this;
    if (quarantine !== Infinity) shielded(() => (slot.clock = deadlines.after(quarantine, () => this.slots.release(slot))));
  }

  reset(): void {
    const resetting = new Subscription();
    this.resetting = resetting;
    // Forgotten first: what follows may need a reset of its own.
    const over = (): void => {
      if (this.resetting === resetting) this.resetting = undefined;
    };
    resetting.add(
      defer(() => this.link.reset?.() ?? EMPTY).subscribe({
        error: (reason: unknown) => (over(), this.slots.down(reason)),
        complete: () => (over(), this.slots.resetDone()),
      }),
    );
  }

  /** Stops a reset that is under way. */
  epochEnded(): void {
    const { resetting } = this;
    this.resetting = undefined;
    if (resetting !== undefined) shielded(() => resetting.unsubscribe());
  }
}
