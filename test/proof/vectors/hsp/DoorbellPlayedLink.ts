import { map, merge, Observable, Subject, type Observer } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { FlushPlan, Message } from '../MockLink';
import type { PlayedLink } from '../PlayedController';
import type { DoorbellHardware } from './DoorbellHardware';

/** The controller's link, with messages beside it. */
export class DoorbellPlayedLink implements MailboxLink<Message, number, number>, PlayedLink {
  flushPlan: FlushPlan | undefined;
  readonly duplicate = undefined;
  readonly events$ = new Observable<LinkEvent<number, number>>((observer) => this.start(observer));
  private readonly room = new Subject<LinkEvent<number, number>>();
  private refused = false;

  constructor(
    private readonly hardware: DoorbellHardware,
    private readonly link: MailboxLink<void, void, void>,
    private readonly tellsRoom: boolean,
  ) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    const { hardware } = this;
    const isTaken = hardware.hasRoom;
    this.refused = !isTaken;
    if (isTaken) this.link.sendData(undefined, token);
    hardware.offered(this, message ?? 'NULL', token, isTaken);
    return isTaken ? 'accepted' : 'busy';
  }

  tellRoom(): void {
    if (!this.tellsRoom || !this.refused || !this.hardware.hasRoom) return;
    this.refused = false;
    this.room.next({ type: 'ready' });
  }

  receive(message: number): void {
    this.hardware.receive(message);
  }

  hardwareDone(): void {
    this.hardware.end(0);
  }

  // Nothing but an application acknowledges.
  spuriousTxDone(): void {}
  tellQuiet(): void {}
  acknowledged(): void {}

  private start(observer: Observer<LinkEvent<number, number>>): () => void {
    const { recorder, ch, received } = this.hardware;
    recorder.write('startup', ch, 0);
    const events$ = this.link.events$.pipe(
      map((event) => (event.type === 'received' ? { ...event, message: received.shift()! } : event) as LinkEvent<number, number>),
    );
    const subscription = merge(events$, this.room).subscribe(observer);
    this.hardware.turn();
    return () => {
      subscription.unsubscribe();
      recorder.write('shutdown', ch);
    };
  }
}
