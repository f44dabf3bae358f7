import { catchError, filter, firstValueFrom, lastValueFrom, map, of, tap, type Observable } from 'rxjs';
import { isMailboxError, txCancel, txTimeout, type ChannelEvent, type TxReceipt } from 'rx-mailbox';
import type { Line } from './protocol';
import { Remote } from './Remote';
import type { Screen } from './Screen';

/** The cases in which other queues credit the wrong sender, with a real thread at the other end. Returns what was not as promised. */
export async function hardCases(screen: Screen): Promise<string[]> {
  const broken: string[] = [];
  for (const scene of [twoSendersRace, lostTxDone, cancelInTheQueue, workerKilled]) {
    const stage = new Stage(screen, broken);
    await scene(stage);
    await stage.remote.close();
  }
  return broken;
}

class Stage {
  /** One message in flight, and the worker takes it when it is told to. */
  readonly remote = new Remote({ window: 1, gated: true });

  constructor(
    readonly screen: Screen,
    private readonly broken: string[],
  ) {}

  line(id: number): Line {
    return { id, sender: id, text: `M${id}` };
  }

  /** Sends at once, says on the timeline what became of it, and resolves with `'done'` or the code and the delivery of its error. */
  send(id: number, policy: (source: Observable<TxReceipt<void>>) => Observable<TxReceipt<void>> = (source) => source): Promise<string> {
    const who = `T${id}`;
    this.screen.at(who, `send(M${id})`);
    return lastValueFrom(
      this.remote.channel.send(this.line(id)).pipe(
        policy,
        map(() => 'done'),
        tap(() => this.screen.at(who, `done: its own M${id}`, 'good')),
        catchError((error: unknown) => {
          if (!isMailboxError(error)) throw error;
          this.screen.at(who, `${error.name} ${error.code}: ${error.message}`, 'bad');
          return of(`${error.code} ${error.delivery}`);
        }),
      ),
    );
  }

  event(type: ChannelEvent['type'], token?: number): Promise<ChannelEvent> {
    return firstValueFrom(this.remote.channel.events$.pipe(filter((e) => e.type === type && (token === undefined || e.token === token))));
  }

  check(claim: string, holds: boolean): void {
    this.screen.at('', `${holds ? '✓' : '✗'} ${claim}`, holds ? 'dim' : 'bad');
    if (!holds) this.broken.push(claim);
  }
}

async function twoSendersRace(stage: Stage): Promise<void> {
  const { screen, remote } = stage;
  screen.scene('Two senders race for a channel that carries one message at a time');
  let told2 = false;
  const first = stage.send(1);
  const second = stage.send(2).then((outcome) => ((told2 = true), outcome));
  screen.at('worker', 'takes M1 only');
  remote.allow(1);
  stage.check('the first tx-done woke T1', (await first) === 'done' && remote.hasTaken(stage.line(1)));
  stage.check('and not T2, whose M2 is not taken', !told2 && !remote.hasTaken(stage.line(2)));
  screen.at('worker', 'takes M2');
  remote.allow(1);
  stage.check('the second woke T2', (await second) === 'done' && remote.hasTaken(stage.line(2)));
}

async function lostTxDone(stage: Stage): Promise<void> {
  const { screen, remote } = stage;
  screen.scene('A tx-done that does not come in time, and comes after all');
  const late = stage.event('lateTxDone', 1);
  const inFlight = stage.event('sent', 1);
  const first = stage.send(1, txTimeout({ inFlight: 50 }));
  const second = stage.send(2);
  await inFlight;
  stage.check('T1 is told: timed out, and nobody knows whether it was taken', (await first) === 'ETIME unknown');
  screen.at('wire', 'the slot of M1 stays held, M2 waits', 'dim');
  screen.at('worker', 'takes M1 after all');
  remote.allow(1);
  const { type } = await late;
  screen.at('wire', `${type} of M1: credited to nobody`);
  stage.check('T2 was not told yet', !remote.hasTaken(stage.line(2)));
  screen.at('worker', 'takes M2');
  remote.allow(1);
  stage.check('T2 was told by its own tx-done', (await second) === 'done' && remote.hasTaken(stage.line(2)));
}

async function cancelInTheQueue(stage: Stage): Promise<void> {
  const { screen, remote } = stage;
  screen.scene('A cancel while the message waits');
  const stop = new AbortController();
  const first = stage.send(1);
  const second = stage.send(2, txCancel(stop.signal));
  const third = stage.send(3);
  stop.abort(new Error('changed its mind'));
  stage.check('T2 is told: it was never sent', (await second) === 'ECANCELED not-sent');
  screen.at('worker', 'takes all that comes');
  remote.allow(3);
  stage.check('T1 and T3 are done', (await first) === 'done' && (await third) === 'done');
  stage.check('the worker never saw M2', !remote.hasTaken(stage.line(2)));
}

async function workerKilled(stage: Stage): Promise<void> {
  const { screen, remote } = stage;
  screen.scene('The worker is killed');
  const inFlight = stage.event('sent', 1);
  const first = stage.send(1);
  const second = stage.send(2);
  await inFlight;
  screen.at('worker', 'terminated');
  await remote.kill();
  stage.check('T1, in flight, is told: link down, fate unknown', (await first) === 'ENETDOWN unknown');
  screen.at('wire', 'M2 was not handed over and waits for a new worker; the application gives up: close()', 'dim');
  remote.channel.close();
  stage.check('T2 is told: it was never sent', (await second) === 'ESHUTDOWN not-sent');
}
