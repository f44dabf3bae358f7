import type { ModelOrder } from './ModelOrder';

/** Several transitions that count as one: all of them happen, then messages are handed over, channel by channel, then all is told. */
export class ModelBatch {
  /** Nobody is told anything now. */
  active = false;
  /** Nothing is handed over now. */
  private happening = false;
  private members: ModelOrder[] = [];

  run(transitions: () => void): void {
    if (this.active) return transitions();
    this.active = this.happening = true;
    transitions();
    this.happening = false;
    // Those that join meanwhile, too.
    for (const member of this.members) member.handOverNow();
    const members = this.members.splice(0);
    this.active = false;
    for (const member of members) member.tell();
  }

  /** Returns whether the channel may hand over at once. */
  join(channel: ModelOrder): boolean {
    if (!this.members.includes(channel)) this.members.push(channel);
    return !this.happening;
  }
}
