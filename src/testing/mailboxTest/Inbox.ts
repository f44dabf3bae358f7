import { filter, map, merge, of, Subject, take, type Observable } from 'rxjs';
import { show } from '../../contract/checks';
import { hexDump } from './hexDump';

/** The latest message that was received, until it is read. */
export class Inbox {
  private latest: string | undefined;
  private readonly arrived = new Subject<void>();

  /** If several subscribers wait, the first gets the message and the others go on waiting. */
  readonly read$: Observable<string> = merge(of(undefined), this.arrived).pipe(
    map(() => this.take()),
    filter((text) => text !== undefined),
    take(1),
  );

  put(bytes: () => Uint8Array): void {
    this.latest = describe(bytes);
    this.arrived.next();
  }

  take(): string | undefined {
    const { latest } = this;
    this.latest = undefined;
    return latest;
  }

  fail(reason: unknown): void {
    this.arrived.error(reason);
  }

  end(): void {
    this.arrived.complete();
  }
}

// An error of `decode` is shown to the reader. Thrown here, it would be reported as an error of a receiver of the channel.
function describe(bytes: () => Uint8Array): string {
  try {
    return hexDump(bytes()) || '<empty>';
  } catch (error) {
    return `<not understood: ${error instanceof Error ? error.message : show(error)}>`;
  }
}
