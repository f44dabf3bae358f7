import { map, Observable, type Observer } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { VcpMessage, VcpReceived } from 'rx-mailbox/mtk-vcp';
import type { FlushPlan, Message } from '../MockLink';
import type { PlayedLink } from '../PlayedController';
import type { VcpHardware } from './VcpHardware';

/** The controller's link, with the names of the recording for its messages. What it does is in the recording; it adds no knowledge. */
export class VcpPlayedLink implements MailboxLink<Message, number, number>, PlayedLink {
  flushPlan: FlushPlan | undefined;
  duplicate: number | undefined;
  readonly events$ = new Observable<LinkEvent<number, number>>((observer) => this.start(observer));

  constructor(
    private readonly hardware: VcpHardware,
    private readonly link: MailboxLink<VcpMessage, VcpReceived, void>,
  ) {}

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    const msg = message ?? 'NULL';
    const answer = this.link.sendData(this.hardware.encode(msg), token);
    this.hardware.offered(this, msg, token, answer);
    return answer;
  }

  lastTxDone(token: number): false | { ack: number } {
    return this.link.lastTxDone!(token) === true && { ack: 0 };
  }

  acknowledged(token: number): void {
    this.duplicate = token;
  }

  hardwareDone(): never {
    throw new Error('a VCP mailbox does not say tx-done');
  }

  spuriousTxDone(): never {
    throw new Error('a VCP mailbox does not say tx-done');
  }

  receive(): never {
    throw new Error('no scenario of this method receives');
  }

  // The registers say it, and a mailbox that polls asks.
  tellRoom(): void {}
  tellQuiet(): void {}

  private start(observer: Observer<LinkEvent<number, number>>): () => void {
    const { recorder, ch, cfg } = this.hardware;
    if (cfg.startupOp) recorder.write('startup', ch, 0);
    const subscription = this.link.events$
      .pipe(map((event) => (event.type === 'received' ? { ...event, message: 0 } : event) as LinkEvent<number, number>))
      .subscribe(observer);
    this.hardware.turn();
    return () => {
      subscription.unsubscribe();
      recorder.write('shutdown', ch);
    };
  }
}
