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
function passInstant(world: World): void {
  const { truth, now, scheduler, spec, period } = world;
  if (scheduler.isDue) return;
  for (const slot of truth.slots.filter((m) => m.held && m.until <= now)) truth.release(slot);
  for (const { current } of world.senders) {
    if (current?.pending && current.due(now).length > 0)
      throw new Violation('semantics 13.2', `${name(current)} times out`, 'it is still pending');
  }
  if (period > 0 && truth.refused && truth.room && truth.waiting.length > 0 && now - truth.attempted >= period) {
    throw new Violation('semantics 7.1', `an attempt every ${period} ms`, `none since ${now - truth.attempted} ms`);
  }
  if (spec.method !== 'poll') return;
  for (const slot of truth.slots) {
    const since = Math.max(slot.asked, slot.handedOver);
    if (slot.asked < slot.handedOver || now - since >= period)
      throw new Violation('semantics 8.1', `${name(slot)} asked about`, 'nobody asked');
  }
}

function hasBeenTold(message: Message): void {
  const { state, reports, notified, gone } = message;
  if (state === 'settled' && reports !== 1) throw new Violation('rule 2', `a report of ${name(message)}`, 'none');
  if (notified === 0 && !gone) throw new Violation('rule 2', `an outcome for ${name(message)}`, 'none');
}

function checkTrace({ spec, truth, judge }: World): void {
  if (spec.untraced) return;
  const seen = judge.traced.map(({ type, token }) => `${type} ${token ?? ''}`);
  const missing: string[] = [];
  for (const { type, message, token = message?.token, optional } of truth.events) {
    const event = `${type} ${token ?? ''}`;
    if (!remove(seen, event) && !optional) missing.push(event);
  }
  if (missing.length > 0 || seen.length > 0) throw new Violation('events$', list(missing), list(seen));
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

function checkLeavers({ truth, link, spec, senders }: World): void {
  const owed = truth.outcomes.find((message) => message.abortDue);
  if (owed) throw new Violation('semantics 5.1', `abort of ${name(owed)}`, 'none');
  const held = truth.slots.some((slot) => slot.held);
  if (spec.reset && held && link.resets.length !== 1) throw new Violation('semantics 5.4', 'one reset under way', `${link.resets.length}`);
  if (truth.closed && link.resets.length > 0) throw new Violation('rule 9', 'nothing under way on a closed channel', 'a reset');
  for (const { signal, current } of senders) {
    if (signal?.listener && !current?.pending) throw new Violation('rule 9', 'no listener left on a signal', 'one');
  }
}

/** No timer stands without somebody who waits for it; the poll timer may find out once that there is nothing to ask. */
function checkTimers(world: World): void {
  const { truth, scheduler, period, senders, now } = world;
  const { timers } = scheduler;
  if (truth.slots.length > 0 || truth.refused || timers === 0) world.pollable = now;
  if (timers === 0) return;
  const waits =
    truth.slots.some((slot) => slot.until < Infinity) || senders.some(({ current }) => current?.pending && current.sender.spec.limit);
  const polls = !truth.closed && (now - world.pollable < period || (scheduler.isDue && now - world.pollable <= period));
  if (!waits && !polls) throw new Violation('rule 9', 'no timer while nothing waits for one', `${timers}`);
}
