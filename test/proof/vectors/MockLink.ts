import { defer, EMPTY, Observable, throwError, type Observer } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import type { Hardware } from './Hardware';

/** Messages are the names of the recording; its NULL is a real `null`. */
export type Message = string | null;

/** What a flush step wants of the controller. */
export interface FlushPlan {
  readonly mode: number;
  readonly ret: number;
}

/**
 * The adapter between the hardware and one owner of its channel, with the knowledge that its correlation gives it.
 *
 * Where {@link MailboxLink} demands more than the kernel's controllers do, it does what the contract says: it is `ready` once there is room
 * again, it delivers nothing of an earlier owner, and where it cannot know whose a tx-done is, it is `down` until the wire is quiet.
 */
export class MockLink implements MailboxLink<Message, number, number> {
  /** How the hardware ended the messages of this link, by token. */
  readonly ended = new Map<number, number>();
  readonly events$ = new Observable<LinkEvent<number, number>>((observer) => this.start(observer));
  declare readonly lastTxDone?: (token: number) => boolean | { ack: number };
  declare readonly peekData?: () => boolean;
  declare readonly flush?: (limit: number) => Observable<never>;
  startupRet = 0;
  flushPlan: FlushPlan | undefined;

  private observer: Observer<LinkEvent<number, number>> | undefined;
  private refused = false;
  private waitsForQuiet = false;
  private lastEnded: number | undefined;

  /**
   * @param hardware - The hardware.
   * @param saysReady - Whether it says `ready`; the kernel's controllers have no word for it.
   */
  constructor(
    private readonly hardware: Hardware,
    private readonly saysReady: boolean,
  ) {
    const { lastTxDoneOp, peekOp, flushOp } = hardware.cfg;
    if (lastTxDoneOp) this.lastTxDone = (token) => this.isDone(token);
    if (peekOp) this.peekData = () => this.peek();
    if (flushOp) this.flush = () => defer(() => this.flushed());
  }

  sendData(message: Message, token: number): 'accepted' | 'busy' {
    const { hardware } = this;
    const ret = hardware.take({ msg: message ?? 'NULL', token, link: this });
    if (ret !== 0) {
      this.refused = true;
      // A refusal for once leaves room behind; saying so from inside is allowed.
      this.tellRoom();
      return 'busy';
    }
    if (hardware.cfg.syncDone) this.hardwareDone(0);
    return 'accepted';
  }

  /** The hardware ends its oldest message, whosever it is, and its link says so. */
  hardwareDone(status: number): void {
    const held = this.hardware.end(status);
    held?.link.deliver(held.token, status);
    this.tellQuiet();
  }

  /** An interrupt without a message that ended. */
  spuriousTxDone(status: number): void {
    if (this.waitsForQuiet) return;
    // A reliable, ordered transport counts, so it sees that nothing ended; all it can conclude is that there may be room.
    if (this.hardware.correlation === 'ordered') this.observer?.next({ type: 'ready' });
    else this.deliver(this.lastEnded, status);
  }

  /** The contract's `ready`: owed by a link that refused, once there is room; polled channels find out themselves. */
  tellRoom(): void {
    if (!this.saysReady || !this.refused || !this.hardware.able || this.polled) return;
    this.refused = false;
    this.observer?.next({ type: 'ready' });
  }

  receive(message: number): void {
    this.observer?.next({ type: 'received', message });
  }

  /** The token of the message that ended last: what a duplicate would carry. */
  get duplicate(): number | undefined {
    return this.hardware.correlation === 'tagged' ? this.lastEnded : undefined;
  }

  /** Remembers what its owner acknowledged, which a link of method `ack` does not see. */
  acknowledged(token: number): void {
    this.lastEnded = token;
  }

  private get polled(): boolean {
    return this.hardware.cfg.mode === 'poll';
  }

  private start(observer: Observer<LinkEvent<number, number>>): () => void {
    const { hardware, startupRet } = this;
    if (hardware.cfg.startupOp) {
      hardware.recorder.write('startup', hardware.ch, startupRet);
      if (startupRet !== 0) observer.error(startupRet);
    }
    this.observer = observer;
    if (hardware.correlation === 'untagged' && hardware.outstanding.length > 0) {
      this.waitsForQuiet = true;
      hardware.recorder.write('down', hardware.ch);
      observer.next({ type: 'down', reason: 'an earlier owner left messages in flight' });
    }
    return () => {
      this.observer = undefined;
      hardware.recorder.write('shutdown', hardware.ch);
    };
  }

  /** Says `up` once the wire is quiet, if the owner waits for that. */
  tellQuiet(): void {
    if (!this.waitsForQuiet || this.hardware.outstanding.length > 0) return;
    this.waitsForQuiet = false;
    this.hardware.recorder.write('up', this.hardware.ch);
    this.observer?.next({ type: 'up' });
  }

  private deliver(token: number | undefined, status: number): void {
    this.lastEnded = token;
    const tag = this.hardware.correlation === 'tagged' && token !== undefined ? { token } : {};
    this.observer?.next({ type: 'txDone', ...tag, ...(status < 0 ? { error: status } : { ack: status }) });
  }

  private isDone(token: number): boolean | { ack: number } {
    const { hardware } = this;
    // The register is read before the answer is made: what it says is how the messages ended.
    if (hardware.register) hardware.setRegister(true);
    const done = hardware.correlation === 'untagged' ? hardware.register : this.ended.has(token);
    if (hardware.cfg.logPoll) hardware.recorder.write('poll', hardware.ch, done ? 1 : 0);
    return done && { ack: 0 };
  }

  private peek(): boolean {
    const next = this.hardware.received.shift();
    if (next === undefined) return false;
    this.receive(next);
    return true;
  }

  private flushed(): Observable<never> {
    const { mode, ret } = this.flushPlan ?? { mode: 3, ret: 0 };
    const { outstanding } = this.hardware;
    if (mode === 0) this.hardwareDone(ret);
    if (mode === 1) this.hardwareDone(0);
    if (mode === 2) while (outstanding.length > 0) this.hardwareDone(0);
    this.tellRoom();
    return ret < 0 ? throwError(() => ret) : EMPTY;
  }
}
