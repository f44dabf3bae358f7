import { Subscriber, type Observable, type Unsubscribable } from 'rxjs';
import type { Delivery } from '../contract/errors';
import type { LinkEvent, TxDoneEvent } from '../contract/LinkEvent';
import type { TxDoneMethod } from '../contract/TxDoneMethod';
import { show } from '../contract/checks';
import { threwInstead } from '../contract/guards';
import { shielded } from '../util/reportUnhandled';

/** The part of a channel that a link talks to. */
export interface LinkListener<Rx, Ack> {
  readonly closed: boolean;
  readonly settings: { readonly method: TxDoneMethod };
  readonly machine: LinkTransitions<Ack>;
  received(message: Rx): void;
}

/** The transitions that a link can cause. */
export interface LinkTransitions<Ack> {
  readonly closed: boolean;
  txDone(token: number | undefined, ack: Ack, error: unknown, delivery?: Delivery): void;
  refusedBack(token: unknown, error: unknown): void;
  progress(token: unknown): void;
  unknownTxDone(token: number | undefined, error: unknown): void;
  broken(error: TypeError): void;
  ready(): void;
  down(reason: unknown): void;
  up(): void;
  close(options: Failure): void;
  /** Whether a call into the link is under way, and what waits for its end. */
  readonly sequencer: { readonly insideLink: boolean; defer(transition: () => void): void };
}

/** What `events$` failed with; undefined where it completed. */
type Failure = { cause: unknown } | undefined;

const EVENTS = "'txDone', 'received', 'ready', 'refused', 'progress', 'down', 'up'";

function txDone<Ack>(machine: LinkTransitions<Ack>, event: TxDoneEvent<Ack>): void {
  const { error } = event;
  // What is not there need not be looked for: this comes once per message.
  if (error === undefined) machine.txDone(event.token, event.ack as Ack, undefined);
  else machine.txDone(event.token, event.ack as Ack, error, event.delivery);
}

function wrongEvent(event: unknown): TypeError {
  const type = (event as { type?: unknown } | null | undefined)?.type;
  const shown = type === undefined ? show(event) : `an event of type ${show(type)}`;
  return new TypeError(`events$ emitted ${shown}; expected an event of type ${EVENTS}`);
}

/**
 * Subscribes a link's `events$` and turns each event into the transition that it means. A new kind of event is a new case here.
 *
 * A Subscriber of its own saves two objects for each channel, and three calls for each event, that RxJS puts between a source and an
 * observer. It keeps what RxJS promises: nothing after the end, and nothing that a receiver or a sender throws reaches the link.
 */
export class LinkSubscriber<Rx, Ack> extends Subscriber<LinkEvent<Rx, Ack>> {
  /** Null while the link starts up. */
  private connection: Unsubscribable | null | undefined = null;
  /** What `events$` failed with while the link started up. */
  private failure: Failure = undefined;
  /** `events$` has failed or completed. */
  private ended = false;

  constructor(private readonly channel: LinkListener<Rx, Ack>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for users; Subscriber is public to be extended
    super();
  }

  /** Starts the link up. Throws what `events$` fails with meanwhile. */
  start(events$: Observable<LinkEvent<Rx, Ack>>): void {
    const connection = events$.subscribe(this);
    this.connection = undefined;
    if (this.failure !== undefined) throw this.failure.cause;
    if (this.channel.closed) connection.unsubscribe();
    else this.connection = connection;
  }

  /** Shuts the link down. While it starts up, {@link start} does that when it finds the channel closed. */
  stop(): void {
    const { connection } = this;
    if (!connection) return;
    this.connection = undefined;
    shielded(() => connection.unsubscribe());
  }

  // Not `_next`: the method of RxJS that calls it is shared with every other Subscriber, so V8 could not inline it.
  override next(event: LinkEvent<Rx, Ack>): void {
    if (this.ended || this.closed) return super.next(event);
    const { channel } = this;
    const { machine } = channel;
    if (machine.closed) return;
    try {
      // txDone comes once per message: test it first.
      if (event.type === 'txDone' && channel.settings.method === 'irq') txDone(machine, event);
      else this.handle(event);
    } catch (error) {
      machine.broken(event ? threwInstead('an event of events$', error) : wrongEvent(event));
    }
  }

  private handle(event: LinkEvent<Rx, Ack>): void {
    const { channel } = this;
    switch (event.type) {
      case 'txDone':
        channel.machine.unknownTxDone(event.token, event.error);
        break;
      case 'received':
        channel.received(event.message);
        break;
      case 'ready':
        channel.machine.ready();
        break;
      case 'refused':
        channel.machine.refusedBack(event.token, event.error);
        break;
      case 'progress':
        channel.machine.progress(event.token);
        break;
      case 'down':
        channel.machine.down(event.reason);
        break;
      case 'up':
        channel.machine.up();
        break;
      default:
        channel.machine.broken(wrongEvent(event));
    }
  }

  protected override _error(reason: unknown): void {
    this.end({ cause: reason });
  }

  protected override _complete(): void {
    this.end(undefined);
  }

  private end(failure: Failure): void {
    this.ended = true;
    if (this.connection === null && failure !== undefined) this.failure = failure;
    else shielded(() => this.close(failure));
    this.unsubscribe();
  }

  private close(failure: Failure): void {
    const { machine } = this.channel;
    const { sequencer } = machine;
    if (sequencer.insideLink) return sequencer.defer(() => this.close(failure));
    if (failure !== undefined) machine.down(failure.cause);
    machine.close(failure);
  }
}
