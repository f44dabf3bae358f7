import { concatMap, from, ignoreElements, map, type Observable } from 'rxjs';
import { txTimeout, type Channel } from 'rx-mailbox';
import { encodeText, textReader } from './tcuWord';

/** One end of a console: text both ways, over a channel of words for each. */
export class TcuConsole {
  /** What arrives, as it arrives; errors at a word that is none. */
  readonly text$: Observable<string>;

  constructor(
    private readonly tx: Channel<number, number>,
    private readonly rx: Channel<number, number>,
  ) {
    this.text$ = rx.pipe(map(textReader()));
  }

  /** Cold. Completes when the other processor has taken all of it; errors when it has not taken a word for a second. */
  write(text: string): Observable<never> {
    return from(encodeText(text)).pipe(
      concatMap((word) => this.tx.send(word).pipe(txTimeout(1000))),
      ignoreElements(),
    );
  }

  close(): void {
    this.tx.close();
    this.rx.close();
  }
}
