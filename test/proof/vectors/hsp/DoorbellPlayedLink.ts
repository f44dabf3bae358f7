import { map, merge, Observable, Subject, type Observer } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { FlushPlan, Message } from '../MockLink';
import type { PlayedLink } from '../PlayedController';
import type { DoorbellWire } from './DoorbellWire';

/** The controller's link, with messages beside it. */
export class DoorbellPlayedLink implements MailboxLink<Message, number, number>, PlayedLink {
  flushPlan: FlushPlan | undefined;
  readonly duplicate = undefined;
  readonly events$ = new Observable<LinkEvent<number, number>>((observer) => this.start(observer));
  private readonly room = new Subject<LinkEvent<number, number>>();
  private refused = false;

  constructor(
    private readonly wire: DoorbellWire,
    private readonly link: MailboxLink<void, void, void>,
    private readonly tellsRoom: boolean,
  ) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    const { wire } = this;
    const isTaken = wire.hasRoom;
    this.refused = !isTaken;
    if (isTaken) this.link.sendData(undefined, token);
    wire.offered(this, message ?? 'NULL', token, isTaken);
    return isTaken ? 'accepted' : 'busy';
  }

  tellRoom(): void {
    if (!this.tellsRoom || !this.refused || !this.wire.hasRoom) return;
    this.refused = false;
    this.room.next({ type: 'ready' });
  }

  receive(message: number): void {
    this.wire.receive(message);
  }

  txDone(): void {
    this.wire.end(0);
  }

  // Nothing but an application acknowledges.
  spuriousTxDone(): void {}
  tellQuiet(): void {}
  acknowledged(): void {}

  private start(observer: Observer<LinkEvent<number, number>>): () => void {
    const { journal, ch, received } = this.wire;
    journal.write('startup', ch, 0);
    const events$ = this.link.events$.pipe(
      map((event) => (event.type === 'received' ? { ...event, message: received.shift()! } : event) as LinkEvent<number, number>),
    );
    const subscription = merge(events$, this.room).subscribe(observer);
    this.wire.turn();
    return () => {
      subscription.unsubscribe();
      journal.write('shutdown', ch);
    };
  }
}
