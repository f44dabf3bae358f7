import { Doorbell } from './Doorbell';

/** Rings with a message on a port, where `Atomics.waitAsync` is missing. The message says which of the port's bells rings. */
export class PortDoorbell extends Doorbell {
  private readonly onMessage: (event: { data: unknown }) => void;

  constructor(
    words: Int32Array,
    own: number,
    peer: number,
    wake: () => void,
    private readonly port: MessagePort,
    private readonly bell: number,
  ) {
    super(words, own, peer);
    this.onMessage = ({ data }) => {
      if (data === bell) wake();
    };
    port.addEventListener('message', this.onMessage);
    port.start();
    // A listener would keep a Node process alive.
    (port as { unref?(): void }).unref?.();
  }

  close(): void {
    this.port.removeEventListener('message', this.onMessage);
  }

  /** The port listens all the time. */
  protected listen(): boolean {
    return true;
  }

  protected wakePeer(): void {
    this.port.postMessage(this.bell);
  }
}
