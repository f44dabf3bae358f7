import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  catchError,
  defer,
  firstValueFrom,
  forkJoin,
  from,
  lastValueFrom,
  map,
  mergeMap,
  of,
  Subject,
  take,
  tap,
  type Observable,
} from 'rxjs';
import { isMailboxError } from 'rx-mailbox';
import { SENDERS, type Answer, type Line } from './protocol';
import { Remote } from './Remote';
import { SharedCompletion } from './SharedCompletion';
import type { Screen } from './Screen';

const WINDOW = 64;

/** What became of the lines of a file, each checked by its own sender. */
export interface Tally {
  lines: number;
  /** Told "done" when the worker had taken this very line. */
  right: number;
  /** Told "done" when it had not, or by the tx-done of another line. */
  wrong: number;
  /** Answers that were the SHA-256 of somebody else's line. */
  wrongAnswers: number;
  /** Failed, by error code: a line that does not fit into a slot, say. */
  failed: Map<string, number>;
  ms: number;
}

/** Sends the lines of a file, many senders at once over one channel, and lets every sender check what it is told. */
export async function sendFile(file: string, shared: boolean, screen: Screen): Promise<Tally> {
  const size = statSync(file).size;
  const tally: Tally = { lines: 0, right: 0, wrong: 0, wrongAnswers: 0, failed: new Map(), ms: 0 };
  const remote = new Remote({ window: WINDOW });
  const answers = new Map<number, Subject<Answer>>();
  remote.channel.subscribe((answer) => answers.get(answer.id)?.next(answer));
  const completion = shared ? new SharedCompletion(remote.channel) : undefined;

  const idle = Array.from({ length: SENDERS }, (_, sender) => sender);
  const start = performance.now();
  const input = createReadStream(file);
  const work = from(createInterface({ input, crlfDelay: Infinity })).pipe(
    mergeMap((text) => {
      const line: Line = { id: ++tally.lines, sender: idle.pop()!, text };
      const answer = new Subject<Answer>();
      answers.set(line.id, answer);
      const done = completion ? waitForAnyDone(remote, line, completion) : remote.channel.send(line).pipe(map(() => remote.hasTaken(line)));
      return forkJoin({ mine: done, answer: answer.pipe(take(1)) }).pipe(
        tap(({ mine, answer: { sha256 } }) => {
          tally[mine ? 'right' : 'wrong']++;
          if (sha256 !== createHash('sha256').update(text).digest('hex')) tally.wrongAnswers++;
        }),
        catchError((error: unknown) => {
          if (!isMailboxError(error)) throw error;
          tally.failed.set(error.code, (tally.failed.get(error.code) ?? 0) + 1);
          return of(undefined);
        }),
        tap(() => {
          answers.delete(line.id);
          idle.push(line.sender);
          screen.progress(`${tally.lines} lines`, size === 0 ? 1 : input.bytesRead / size);
        }),
      );
    }, SENDERS),
  );
  await lastValueFrom(work, { defaultValue: undefined });
  tally.ms = performance.now() - start;
  screen.progressDone();
  await remote.close();
  return tally;
}

/** The way of one completion per channel: send, do something else for a moment as threads do, wait for "done". */
function waitForAnyDone(remote: Remote, line: Line, completion: SharedCompletion<Line>): Observable<boolean> {
  return defer(async () => {
    remote.channel.next(line);
    for (let turns = (line.id * 7919) % 5; turns > 0; turns--) await firstValueFrom(of(undefined));
    const done = await completion.wait();
    return done.id === line.id && remote.hasTaken(line);
  });
}
