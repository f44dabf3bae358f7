import type { Message } from './Message';
import { name } from './outcomes';
import { Violation } from './Violation';
import { remove } from './Wire';
import type { World } from './World';

/** What must be so whenever nothing is going on. */
export function checkStep(world: World, unhandled: readonly unknown[]): void {
  const { truth, judge, spec } = world;
  if (judge.violation) throw judge.violation;
  judge.sync();
  // A message that was prepared may have had to stay.
  truth.preparing = undefined;
  truth.polls.update(truth.asked);
  passInstant(world);
  for (const message of truth.outcomes) hasBeenTold(message);
  if (truth.undecided.length > 0) throw new Violation('rule 2', 'an answer to every send', `none for ${name(truth.undecided[0]!)}`);
  if (truth.eligible) {
    const rule = truth.refused ? 'semantics 7.1' : 'rule 7';
    throw new Violation(rule, `${name(truth.waiting[0]!)} handed over, there is room`, 'it still waits');
  }
  checkTrace(world);
  checkClosing(world);
  checkLeavers(world);
  checkTimers(world);
  const slots = truth.closed || truth.completing ? 0 : Math.max(0, spec.queue - truth.waiting.length);
  if (world.channel.slotsAvailable !== slots)
    throw new Violation('semantics 2.2', `slotsAvailable ${slots}`, `${world.channel.slotsAvailable}`);
  if (unhandled.length !== world.thrown.length || unhandled.some((error, i) => error !== world.thrown[i])) {
    throw new Violation('rule 8', `${world.thrown.length} errors of handlers reported by RxJS`, list(unhandled.map(String)));
  }
}

/** What has to be over when every timer of this instant has fired. */
function passInstant({ truth, now, scheduler }: World): void {
  if (scheduler.isDue) return;
  if (truth.turnNeeded)
    throw new Violation(truth.clocks.begun ? 'semantics 13.2' : 'rule 4', 'an end of the turn that somebody waits for', 'no timer');
  if (truth.clocks.late) throw new Violation('semantics 13.2', `a clock that runs out at ${now}`, 'no timer');
  if (truth.polls.late) throw new Violation('semantics 8.1', `a round of questions at ${now}`, 'no timer');
}

function hasBeenTold(message: Message): void {
  const { state, reports, notified, gone, received, direct } = message;
  if (state === 'settled' && reports !== 1) throw new Violation('rule 2', `a report of ${name(message)}`, 'none');
  if (notified === 0 && (!gone || (received && direct))) throw new Violation('rule 2', `an outcome for ${name(message)}`, 'none');
}

function checkTrace({ spec, truth, judge }: World): void {
  if (spec.untraced) return;
  const seen = judge.traced.map(line);
  const missing: string[] = [];
  for (const { type, message, token = message?.token, by, optional } of truth.events) {
    const event = line({ type, token, by });
    if (!remove(seen, event) && !optional) missing.push(event);
  }
  if (missing.length > 0 || seen.length > 0) throw new Violation('events$', list(missing), list(seen));
}

function line({ type, token, by }: { type: string; token: number | undefined; by: string | undefined }): string {
  return `${type} ${token ?? ''}${by === undefined ? '' : ` by ${by}`}`;
}

function list(events: readonly string[]): string {
  return events.length > 0 ? events.join(', ') : 'nothing more';
}

function checkClosing({ truth, channel, link, ended, ending, spec }: World): void {
  if (!truth.closed) {
    if (truth.completing && !truth.live) throw new Violation('semantics 10', 'closed when all has settled', 'still open');
    if (truth.dying) throw new Violation('semantics 9.2', 'closed, its link failed', 'still open');
    if (channel.closed || !link.subscribed) throw new Violation('semantics 10', 'an open channel', 'a closed one');
    return;
  }
  if (!channel.closed || link.subscribed) throw new Violation('semantics 10', 'the link unsubscribed', 'it is subscribed');
  const streams = ended.received === ending && ended.reports && ended.events === !spec.untraced;
  if (!streams) throw new Violation('semantics 10', 'all streams ended', Object.keys(ended).join(', '));
}

function checkLeavers({ truth, link, senders, promises, toAsk }: World): void {
  const owed = truth.outcomes.find((message) => message.abortDue);
  if (owed) throw new Violation('semantics 5.1', `abort of ${name(owed)}`, 'none');
  const resets = truth.resetting ? 1 : 0;
  if (link.resets.length !== resets || truth.resetOwed)
    throw new Violation('semantics 5.4', `${resets} resets under way`, `${link.resets.length}`);
  if (toAsk.length > 0) throw new Violation('semantics 8.1', `${name(toAsk[0]!)} asked about`, 'nobody asked');
  if (promises.some(({ handled }) => !handled)) throw new Violation('rule 8', 'no unhandled rejection', 'one');
  for (const { signal, current } of senders) {
    if (signal?.listener && !current?.pending && !truth.displaced.includes(current!))
      throw new Violation('rule 9', 'no listener left on a signal', 'one');
  }
}

/** There are exactly the timers that somebody waits for. */
function checkTimers({ truth, scheduler }: World): void {
  const timers = (truth.turnNeeded ? 1 : 0) + (truth.polls.at === undefined ? 0 : 1) + truth.clocks.timers;
  if (scheduler.timers !== timers) throw new Violation('rule 9', `${timers} timers`, `${scheduler.timers}`);
}
