import { map, type Observable } from 'rxjs';
import { inContext, txCancel, txTap, txTimeout, type TxReceipt } from 'rx-mailbox';
import type { Numbered, Verdict } from './Ledger';
import type { NonsenseDevice } from './NonsenseDevice';

/** How a sender leaves, if it does. */
export type Kind = 'send' | 'limit' | 'queued' | 'inFlight' | 'silence' | 'cancel' | 'unsubscribe' | 'together' | 'behind';

/** No limit but that of those that only must not wait for ever is longer. */
export const LONGEST = 40;

type Sending = Observable<TxReceipt<Verdict>>;

/** What an application puts around its messages, and what its callbacks do that they must not. */
export class NonsenseSenders {
  private together = new AbortController();
  /** Whose context this is. */
  private context: number | undefined = undefined;
  /** Those that are to be told in a context of their own. */
  private readonly contexts = new Set<number>();

  constructor(private readonly device: NonsenseDevice) {}

  /** All of them in one turn. */
  leaveTogether(): void {
    const { together } = this;
    this.together = new AbortController();
    together.abort();
  }

  chain(sending: Sending, kind: Kind, id: number, signal: AbortSignal): Sending {
    const { device } = this;
    if (!device.options) return this.leaving(sending, kind, signal);
    const tapped = device.random.chance(0.5) ? sending.pipe(this.tap(id)) : sending;
    if (device.random.chance(0.5)) return this.leaving(tapped, kind, signal);
    this.contexts.add(id);
    // A limit behind other operators tells its subscriber itself, wherever it runs out.
    if (kind === 'behind' || device.random.chance(0.5)) return this.leaving(tapped, kind, signal).pipe(this.inContext(id));
    return this.leaving(tapped.pipe(this.inContext(id)), kind, signal);
  }

  private leaving(sending: Sending, kind: Kind, signal: AbortSignal): Sending {
    const { random, scheduler } = this.device;
    const limit = random.between(1, LONGEST);
    switch (kind) {
      case 'send':
        return sending.pipe(txTimeout(2000));
      case 'limit':
        return sending.pipe(txTimeout(limit));
      case 'queued':
      case 'inFlight':
      case 'silence':
        return sending.pipe(txTimeout({ [kind]: limit, total: 2000 }));
      case 'cancel':
        return sending.pipe(txTimeout(2000), txCancel(signal));
      case 'together':
        return sending.pipe(txCancel(this.together.signal), txTimeout(2000));
      case 'unsubscribe':
        return sending;
      case 'behind':
        return sending.pipe(
          map((receipt) => receipt),
          txTimeout(limit, scheduler),
        );
    }
  }

  private tap(id: number): (sending: Sending) => Sending {
    return txTap({
      queued: () => {
        this.device.ledger.accepts(id);
        return this.harmless();
      },
      sent: () => this.harmless(),
    });
  }

  /** A hook can fail nothing. */
  private harmless(): undefined {
    const { device } = this;
    if (device.now(0.01)) throw new Error('a hook');
    if (device.now(0.02)) return device.nonsense() as undefined;
    return undefined;
  }

  private inContext(id: number): (sending: Sending) => Sending {
    return inContext(() => (run) => {
      const outer = this.context;
      this.context = id;
      try {
        run();
      } finally {
        this.context = outer;
      }
    });
  }

  /** Whoever asked for it is told in its own context. */
  checkContext(id: number): void {
    if (this.contexts.delete(id) && this.context !== id) this.device.ledger.mistake('told outside of its context');
  }

  /** Messages of one key supersede each other. */
  key({ id }: Numbered): unknown {
    const { device } = this;
    if (device.now(0.005)) throw new Error('no key');
    if (device.now(0.005)) return Promise.reject(new Error('a key that was promised'));
    return id % 3 === 0 ? undefined : id % 8;
  }
}
