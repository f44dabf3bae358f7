import { PIN_COUNT, bitOf } from './layout';
import { overlap, type Slots } from './Slots';

interface Raised {
  /** Which link the token belongs to: two mailboxes may use the same numbers. */
  readonly link: object;
  readonly token: number;
  readonly slots: Slots;
}

/**
 * The messages that this side has put on pins and has not seen taken. They stay when the channel closes, because the pins stay raised.
 *
 * A pin is raised only if SET_IN says that it is clear, so it carries one message at a time. Its bit belongs to the message that is
 * recorded here, or to one that somebody else raised.
 */
export class RaisedPins {
  private readonly pins: (Raised | undefined)[] = Array.from({ length: PIN_COUNT }, () => undefined);

  /** Drops what has been taken. @param status - What SET_IN reads. */
  update(status: number): void {
    for (let pin = 0; pin < PIN_COUNT; pin++) if ((status & bitOf(pin)) === 0) this.pins[pin] = undefined;
  }

  raise(pin: number, link: object, token: number, slots: Slots): void {
    this.pins[pin] = { link, token, slots };
  }

  /** The pin that carries this message; `undefined` if the message was seen taken. */
  pinOf(link: object, token: number): number | undefined {
    return found(this.pins.findIndex((raised) => raised?.token === token && raised.link === link));
  }

  /** A pin whose message still occupies one of these slots. */
  pinIn(slots: Slots): number | undefined {
    return found(this.pins.findIndex((raised) => raised && overlap(raised.slots, slots)));
  }
}

function found(index: number): number | undefined {
  return index < 0 ? undefined : index;
}
