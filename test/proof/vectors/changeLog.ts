import type { LogEvent, Scenario } from './Scenario';

/** A way to make a true log untrue: the changed log, or undefined where it has nothing to change. */
export interface LogChange {
  readonly name: string;
  readonly apply: (log: readonly LogEvent[], scenario: Scenario) => LogEvent[] | undefined;
}

type Returned = LogEvent & { readonly 2: 'ret' };

/** Each of them is a wrong outcome or a missing one. */
export const LOG_CHANGES: readonly LogChange[] = [
  { name: 'a success becomes a failure', apply: changed(isReturn(true), ([step, t, type, tid]) => [[step, t, type, tid, -7]]) },
  { name: 'a failure becomes a success', apply: changed(isKnownFailure, ([step, t, type, tid]) => [[step, t, type, tid, 0]]) },
  { name: 'a failure becomes another one', apply: changed(isReturn(false), ([step, t, type, tid]) => [[step, t, type, tid, -7]]) },
  { name: 'a sender is never told', apply: changed(isReturn(undefined), () => []) },
  { name: "two senders get each other's success", apply: swapped },
  { name: 'a report is lost', apply: changed(isReport, () => []) },
  { name: 'a report is made twice', apply: changed(isReport, (event) => [event, event]) },
  {
    name: 'a report has another status',
    apply: changed(isReport, (event) => [[event[0], event[1], 'done', event[3], event[4], -7]]),
  },
  { name: 'a message is handed over again', apply: changed(isHandover, (event) => [event, event]) },
];

/** A blocking sender's return, with success, with failure, or either. */
function isReturn(success: boolean | undefined) {
  return (event: LogEvent, { cfg }: Scenario): event is Returned =>
    event[2] === 'ret' && cfg.block && (success === undefined || event[4] >= 0 === success);
}

/** Where a channel polls, a message may have succeeded without anybody knowing yet: telling its sender would be no lie. */
function isKnownFailure(event: LogEvent, scenario: Scenario): event is Returned {
  return scenario.cfg.mode !== 'poll' && isReturn(false)(event, scenario);
}

function isReport(event: LogEvent): event is LogEvent & { readonly 2: 'done' } {
  return event[2] === 'done';
}

function isHandover(event: LogEvent): event is LogEvent & { readonly 2: 'send' } {
  return event[2] === 'send' && event[5] === 0;
}

function changed<E extends LogEvent>(
  takes: (event: LogEvent, scenario: Scenario) => event is E,
  change: (event: E) => readonly LogEvent[],
): LogChange['apply'] {
  return (log, scenario) => {
    const places = log.flatMap((event, at) => (takes(event, scenario) ? [{ event, at }] : []));
    // The middle one, so that things have happened before and go on behind.
    const place = places[places.length >> 1];
    return place && [...log.slice(0, place.at), ...change(place.event), ...log.slice(place.at + 1)];
  };
}

function swapped(log: readonly LogEvent[], scenario: Scenario): LogEvent[] | undefined {
  const isSuccess = isReturn(true);
  const [first, second] = log.filter((event) => isSuccess(event, scenario)) as Returned[];
  if (!first || !second || scenario.cfg.mode === 'poll') return undefined;
  return log.map((event) => {
    if (event === first) return [event[0], event[1], 'ret', second[3], 0];
    return event === second ? [event[0], event[1], 'ret', first[3], 0] : event;
  });
}
