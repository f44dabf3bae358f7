import type { ModelHandOver } from './ModelHandOver';
import type { ModelMessage } from './ModelMessage';
import type { ModelMessages, Slot } from './ModelMessages';
import type { Together } from './ModelTurn';

/** Something that runs out. What begins in one turn with one length runs out together. */
export abstract class Expiring {
  /** Those that it runs out with; undefined when it does not run. */
  together: Together | undefined;
  abstract readonly channel: ModelMessages;

  abstract runOut(): void;

  stop(): void {
    this.together?.stop(this);
  }
}

/** A clock of `txTimeout`. */
export class ModelClock extends Expiring {
  /** It has run out where it did not count. */
  overdue = false;

  constructor(
    private readonly message: ModelMessage,
    readonly name: 'queued' | 'inFlight' | 'total' | 'silence',
    private readonly limit: number,
  ) {
    super();
  }

  get channel(): ModelMessages {
    return this.message.channel;
  }

  runOut(): void {
    // The link may give the message back. It counts then.
    if (this.name === 'queued' && this.message.state === 'inFlight') this.overdue = true;
    else this.leave();
  }

  leave(): void {
    this.message.channel.leave(this.message, (delivery) => `ETIME ${delivery} ${this.name} ${this.limit}`, false);
  }
}

/** The quarantine of a held slot. */
export class ModelQuarantine extends Expiring {
  constructor(
    readonly channel: ModelMessages,
    private readonly slot: Slot,
  ) {
    super();
  }

  runOut(): void {
    this.channel.release(this.slot);
  }
}

/** Those that others have displaced are told when a later turn ends: they have been told too often within a millisecond. */
export class LaterTelling extends Expiring {
  constructor(readonly channel: ModelMessages) {
    super();
  }

  runOut(): void {
    this.channel.mailbox.turn.join(this.channel, true);
  }
}

/** Another attempt at a head whose link spoke while it refused it. */
export class LaterAttempt extends Expiring {
  constructor(readonly channel: ModelHandOver) {
    super();
  }

  runOut(): void {
    this.channel.attemptLater();
  }
}
