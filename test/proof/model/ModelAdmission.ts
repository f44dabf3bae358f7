import { LaterTelling } from './ModelClock';
import { ModelHandOver } from './ModelHandOver';
import type { ModelMessage } from './ModelMessage';
import { remove } from './ModelMessages';
import { canceled, closedError, linkDown, SUPERSEDED } from './texts';

/** How many turns may tell displaced messages within one millisecond. */
const MOST = 16;

/** Which messages one channel takes in, and which has to go for them. */
export abstract class ModelAdmission extends ModelHandOver {
  closed = false;
  completing = false;
  /** Its streams have ended. */
  protected over = false;
  protected downReason: string | undefined;
  protected readonly laterTelling = new LaterTelling(this);
  private toldSince = -Infinity;
  private turnsThatTold = 0;

  protected abstract brokenByLink(what: string): void;

  send(message: ModelMessage): void {
    if (message.part.how.via !== 'generic') {
      message.startClock('total');
      message.startClock('queued');
    }
    if (message.signal?.aborted) this.refuse(message, canceled('not-sent', message.signal.aborted));
    if (!this.chooses) this.tryAgainIfFull();
    const refusal = isWanted(message) ? this.admit(message) : undefined;
    if (refusal !== undefined && isWanted(message)) this.refuse(message, refusal);
    if (message.state === 'new') message.stopClocks();
  }

  next(message: ModelMessage): void {
    if (!this.chooses) this.tryAgainIfFull();
    const refusal = this.admit(message);
    if (refusal === undefined || this.closed || this.completing) return;
    message.token = this.mailbox.takeToken();
    this.world.report(message, refusal);
  }

  /** Takes a message in, or says why not. Whoever sent it may leave meanwhile. */
  private admit(message: ModelMessage): string | undefined {
    const refusal = this.refusal ?? this.askForKey(message) ?? this.refusal;
    if (refusal !== undefined || !isWanted(message)) return refusal;
    if (this.takesPlace(message)) return undefined;
    if (this.chooses) this.tryAgainIfFull();
    if (this.refusal !== undefined || !isWanted(message)) return this.refusal;
    if (this.takesPlace(message)) return undefined;
    if (!this.full) this.accept(message, () => this.waiting.push(message));
    else if (!this.drops(message)) return 'ENOBUFS not-sent';
    return undefined;
  }

  /** Its owner has said what becomes of messages for which there is no room. They are looked at before a refused head is tried again. */
  private get chooses(): boolean {
    const { latest, overflow, whileDown } = this.place.setup;
    return (latest ?? overflow ?? whileDown) !== undefined;
  }

  /** Why no message is taken in now, whatever it is. */
  private get refusal(): string | undefined {
    if (this.closed || this.completing) return closedError('not-sent');
    return this.place.setup.whileDown && !this.up ? linkDown('not-sent', this.downReason) : undefined;
  }

  private askForKey(message: ModelMessage): string | undefined {
    if (!this.place.setup.latest) return undefined;
    try {
      const key = this.world.onLatest(this.place, message.part);
      if (key !== 'promise') message.key = key as number | undefined;
      else {
        if (!this.over) this.brokenByLink('latest');
        return 'EIO not-sent TypeError of latest';
      }
    } catch (error) {
      return `EIO not-sent ${String(error)}`;
    }
    return undefined;
  }

  /** The queue may be full only because its head was refused: retry that first. User code may run then, and send or close. */
  private tryAgainIfFull(): void {
    if (this.refused && this.full && !this.inLink) this.handOver();
  }

  private takesPlace(message: ModelMessage): boolean {
    const old = message.key === undefined ? undefined : this.thoseThatWait.find(({ key }) => key === message.key);
    if (old === undefined) return false;
    this.accept(message, () => this.replace(old, message), old, SUPERSEDED);
    return true;
  }

  /** It inherits the place in the order of first hand-overs, too. */
  private replace(old: ModelMessage, message: ModelMessage): void {
    message.turn = old.turn;
    this.waiting[this.waiting.indexOf(old)] = message;
  }

  private drops(message: ModelMessage): boolean {
    const { overflow, queue } = this.place.setup;
    const [oldest] = this.thoseThatWait;
    if (!overflow || queue === 0 || oldest === undefined) return false;
    const drop = (): void => {
      if (oldest === this.waiting[0]) this.refused = false;
      remove(this.waiting, oldest);
      this.waiting.push(message);
    };
    this.accept(message, drop, oldest, 'ENOBUFS not-sent');
    return true;
  }

  private accept(message: ModelMessage, join: () => void, old?: ModelMessage, outcome = ''): void {
    const { open } = this;
    message.token = this.mailbox.takeToken();
    message.state = 'waiting';
    join();
    this.trace('queued', message.token, undefined);
    if (old !== undefined) this.displace(old, outcome);
    this.waitForTurn();
    if (this.inLink) return;
    if (open) this.handOver();
    else this.tell();
  }

  /** Whether those that were displaced are told now. Two that displace each other for ever must not keep time from passing. */
  protected tellDisplaced(): boolean {
    const { turn } = this.mailbox;
    if (this.displaced.length === 0) return false;
    if (this.world.now >= this.toldSince + 1) {
      this.toldSince = this.world.now;
      this.turnsThatTold = 0;
    }
    if (++this.turnsThatTold > MOST) {
      if (!this.laterTelling.together) turn.begin(1, this.laterTelling);
      return false;
    }
    this.toNotify.push(...this.displaced.splice(0));
    return true;
  }
}

function isWanted({ gone, state }: ModelMessage): boolean {
  return state === 'new' && !gone;
}
