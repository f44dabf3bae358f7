/** A channel, as a batch sees it. */
export interface BatchMember {
  /** Hands over what may go, and notifies nobody. */
  handOver(): void;
  /** Notifies of everything that there is. */
  notify(): void;
}

/**
 * Lets transitions of several messages, on any channels of a mailbox, count as one (rule 4).
 *
 * Limits that run out together use it: first all of them leave, then the next messages are handed over, channel by channel in the order in which
 * they joined, and then everybody is notified.
 */
export class Batch {
  /** Nobody is notified now: transitions, or the hand-overs after them, are under way. */
  active = false;
  /** Transitions are under way: nothing is handed over now. */
  private collecting = false;
  private members = new Set<BatchMember>();

  /** Runs the transitions, and what follows from them. Inside another batch they are part of that one. */
  run(transitions: () => void): void {
    if (this.active) return transitions();
    this.active = this.collecting = true;
    try {
      transitions();
    } finally {
      this.finish();
    }
  }

  /** A channel has something to hand over or to notify of. Returns whether its hand-overs have to wait. Only while the batch is active. */
  join(member: BatchMember): boolean {
    this.members.add(member);
    return this.collecting;
  }

  private finish(): void {
    this.collecting = false;
    const { members } = this;
    try {
      // Those that join meanwhile are visited, too.
      for (const member of members) member.handOver();
    } finally {
      this.members = new Set();
      this.active = false;
    }
    for (const member of members) member.notify();
  }
}
