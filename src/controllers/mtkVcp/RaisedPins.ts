import { PIN_COUNT, bitOf } from './layout';
import { overlap, type Slots } from './VcpPin';

interface Raised {
  /** Whose token it is: those of two mailboxes may be the same number. */
  readonly owner: object;
  readonly token: number;
  readonly slots: Slots;
}

/**
 * What waits at the VCP, as far as this side knows. It outlives the owners of the channel, because so do the pins.
 *
 * A pin is raised only where SET_IN says that it is not, so it carries one message at a time: its bit is about the message that is noted
 * here, or about one that somebody else raised.
 */
export class RaisedPins {
  private readonly pins: (Raised | undefined)[] = Array.from({ length: PIN_COUNT }, () => undefined);

  /** Forgets what has been taken. @param status - What SET_IN reads. */
  update(status: number): void {
    for (let pin = 0; pin < PIN_COUNT; pin++) if ((status & bitOf(pin)) === 0) this.pins[pin] = undefined;
  }

  raise(pin: number, owner: object, token: number, slots: Slots): void {
    this.pins[pin] = { owner, token, slots };
  }

  /** The pin that carries this message; none if it has been seen to be taken. */
  pinOf(owner: object, token: number): number | undefined {
    return found(this.pins.findIndex((raised) => raised?.token === token && raised.owner === owner));
  }

  /** A pin whose message is still in one of these slots. */
  pinIn(slots: Slots): number | undefined {
    return found(this.pins.findIndex((raised) => raised && overlap(raised.slots, slots)));
  }
}

function found(index: number): number | undefined {
  return index < 0 ? undefined : index;
}
