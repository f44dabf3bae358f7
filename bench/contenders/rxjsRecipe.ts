import { catchError, concatMap, EMPTY, mergeMap, Observable, Subject, tap, type Subscriber } from 'rxjs';
import type { Contender } from '../measure/Contender';
import { Load, type Message } from '../measure/Load';
import { makeDevice, type QueueSetting } from './QueueSetting';

interface Request {
  readonly message: Message;
  readonly reply: Subscriber<void>;
}

/**
 * What one writes with RxJS alone: a Subject of requests, worked off by `concatMap`, or `mergeMap` with a window, each result told to whoever
 * asked. A lean one: cold as `send()` is, but nothing can be withdrawn or cancelled.
 */
export function rxjsRecipe(setting: QueueSetting): Contender {
  const device = makeDevice<Subscriber<void>>(setting);
  device.done = (subscriber) => {
    subscriber.next();
    subscriber.complete();
  };
  const transmit = (_message: Message): Observable<void> => new Observable((subscriber) => device.start(subscriber));
  const work = ({ message, reply }: Request): Observable<void> =>
    transmit(message).pipe(
      tap(reply),
      catchError(() => EMPTY),
    );
  const requests = new Subject<Request>();
  requests.pipe(setting.window === 1 ? concatMap(work) : mergeMap(work, setting.window)).subscribe();
  const send = (message: Message): Observable<void> => new Observable((reply) => requests.next({ message, reply }));
  const load = new Load(setting.senders, (sender) => send(sender.message).subscribe(sender));
  return {
    name: `Subject + ${setting.window === 1 ? 'concatMap' : 'mergeMap'}`,
    run: (count) => load.run(count),
    completed: () => ({ senders: load.total, receiver: device.finished }),
  };
}
