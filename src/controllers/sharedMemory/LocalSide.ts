import { AtomicsDoorbell } from '../../threads/AtomicsDoorbell';
import type { Doorbell } from '../../threads/Doorbell';
import { PortDoorbell } from '../../threads/PortDoorbell';
import { WebLockLiveness } from '../../threads/WebLockLiveness';
import { vacate } from './Connection';
import { BELL, LOCK, sideAt } from './layout';
import type { Layout } from './readLayout';
import type { Transcoder } from './Transcoder';

export interface LocalSideSettings<Tx, Rx> {
  readonly layout: Layout;
  readonly side: 0 | 1;
  readonly codec: Transcoder<Tx, Rx>;
  readonly window: number;
  readonly keepAlive: boolean;
  /** Milliseconds. */
  readonly spin: number;
  /** Used for ringing if it is given; needed where `Atomics.waitAsync` is missing. */
  readonly port: MessagePort | undefined;
}

/** What a side calls at each of its open links. */
export interface OpenLink {
  readonly channel: number;
  run(): void;
  peerGone(reason: unknown): void;
}

/** This thread's side of a handle: what its links have in common, and which of them are open. */
export class LocalSide<Tx, Rx> {
  private readonly links = new Set<OpenLink>();
  private readonly liveness: WebLockLiveness;

  constructor(readonly settings: LocalSideSettings<Tx, Rx>) {
    this.liveness = new WebLockLiveness(
      settings.layout.words,
      () => this.links.forEach((link) => link.run()),
      (isOf) => this.peerEnded(new Error('the other side has ended'), (at) => isOf(at + LOCK)),
    );
  }

  /** Index of this side's words. */
  ownAt(channel: number): number {
    return sideAt(channel, this.settings.side);
  }

  /** Index of the other side's words. */
  peerAt(channel: number): number {
    return sideAt(channel, this.settings.side === 0 ? 1 : 0);
  }

  makeDoorbell(channel: number, wake: () => void): Doorbell {
    const { layout, port } = this.settings;
    const own = this.ownAt(channel) + BELL;
    const peer = this.peerAt(channel) + BELL;
    return port ? new PortDoorbell(layout.words, own, peer, wake, port, channel) : new AtomicsDoorbell(layout.words, own, peer, wake);
  }

  opened(link: OpenLink): void {
    this.links.add(link);
  }

  closed(link: OpenLink): void {
    this.links.delete(link);
  }

  /** Whether a link may connect: the other side must first be able to notice that this thread ends. */
  mayConnect(channel: number): boolean {
    return this.liveness.announce(this.ownAt(channel) + LOCK);
  }

  /** Learns from now on when the thread at the other side of a channel ends. */
  watchPeer(channel: number): void {
    this.liveness.watch(this.peerAt(channel) + LOCK);
  }

  /** Frees the other side of each channel for a new owner, and takes the links down; `isGone` gets the index of a side's words. */
  peerEnded(reason: unknown, isGone: (at: number) => boolean = () => true): void {
    const { words, channels } = this.settings.layout;
    for (let channel = 0; channel < channels; channel++) {
      const at = this.peerAt(channel);
      if (!isGone(at)) continue;
      vacate(words, at);
      for (const link of this.links) if (link.channel === channel) link.peerGone(reason);
    }
  }
}
