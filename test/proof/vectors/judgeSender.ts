import { judgeDelivery } from './judgeDelivery';
import { EINVAL, ENOBUFS, ESHUTDOWN, ETIME } from './errno';
import type { MessageRecord } from './MessageRecord';
import type { Issue, LogEvent } from './Scenario';
import { QUEUE_LENGTH } from './loadScenarios';
import type { Replay } from './Replay';

type Returned = LogEvent & { readonly 2: 'ret' };
type Sent = LogEvent & { readonly 2: 'send' };

/** A message must not reach the controller once its sender has an outcome, nor twice, nor before one that was sent earlier. */
export function judgeHandover(replay: Replay, [, , , ch, msg, ret]: Sent): Issue[] {
  const message = replay.messages.get(msg);
  if (ret !== 0 || !message) return [];
  const sender = message.tid ?? null;
  if (message.blocking && message.returned) return [['ghostSend', sender, msg, 'afterReturn']];
  if (message.handovers.length > 0) return [['ghostSend', sender, msg, 'twice']];
  // In which order preempted senders come into the kernel's queue is not in its log.
  if (replay.options.reports === 'sent') return [];
  // One whose time is up has left already: the next is handed over before anybody is notified.
  const waiting = replay.waiting(ch);
  const overtaken = waiting.slice(0, waiting.indexOf(message)).find(({ deadline }) => deadline > replay.now.t);
  return overtaken ? [['outOfOrder', msg, overtaken.name]] : [];
}

/** Judges the outcome of a sender, at the moment of its notification. */
export function judgeReturn(replay: Replay, event: Returned, final: Replay): Issue[] {
  const [, , , tid, value, delivery] = event;
  const message = replay.sender(tid);
  return message ? [...judgeValue(replay, message, event, final), ...judgeDelivery(message, value, delivery)] : [];
}

function judgeValue(replay: Replay, message: MessageRecord, [step, t, , tid, value]: Returned, final: Replay): Issue[] {
  if (message.called.step === step && value === ENOBUFS) return judgeFull(replay, message, tid, final);
  if (!message.blocking || (message.called.step === step && value === EINVAL)) return [];
  const gaveUp = value === ETIME && replay.op === 'advance' && t === message.deadline;
  if (gaveUp || (value === ESHUTDOWN && isClosed(replay, message))) return judgeLeaving(replay, message, tid, gaveUp);
  return judgeOutcome(replay, message, tid, value, final);
}

function isClosed(replay: Replay, message: MessageRecord): boolean {
  const channel = replay.channels[message.ch];
  return channel === undefined || !channel.open || channel.closedIn === replay.now.step;
}

function judgeFull(replay: Replay, { name, ch }: MessageRecord, tid: number, final: Replay): Issue[] {
  const live = new Set(replay.waiting(ch).map((message) => message.name));
  // An entry whose sender got a wrong outcome still has its place if it is going to be sent.
  for (const { name: later, handovers } of replay.messages.values()) {
    if (handovers.length === 0 && final.messages.get(later)?.ch === ch && final.messages.get(later)?.handovers.length) live.add(later);
  }
  live.delete(name);
  return live.size < QUEUE_LENGTH ? [['falseFull', tid, live.size]] : [];
}

/** It ends without a tx-done, by its own clock or because its channel is gone. */
function judgeLeaving(replay: Replay, message: MessageRecord, tid: number, gaveUp: boolean): Issue[] {
  const { name, ch, outcome, handovers } = message;
  const { t, step } = replay.now;
  const grace = replay.polls(ch) ? replay.scenario.cfg.pollMs : 0;
  if (outcome && outcome.t + grace < t + (grace === 0 ? 1 : 0)) {
    const lost: Issue = ['lostWakeup', tid, name, outcome.status];
    return outcome.status < 0 ? [lost] : [lost, ['falseFailure', tid, name, ETIME, 'ok']];
  }
  const handover = handovers[0];
  if (!gaveUp) return replay.over ? [['hang', tid, name]] : [];
  if (!handover) return replay.idleAndAble(ch) && !leftTogether(replay, message) ? [['starvedIdle', tid, name]] : [];
  const own = handover.step === step && handover.t === t && replay.lastTurn < handover.at;
  return own ? [['ghostSend', tid, name, 'ownGiveUp']] : [];
}

/** Here those whose limits run out together leave before anything is handed over; the kernel gives the slot of the one to the next. */
function leftTogether(replay: Replay, message: MessageRecord): boolean {
  return replay.options.reports === 'accepted' && replay.slotLeftTogether(message);
}

/** It ends by a tx-done. */
function judgeOutcome(replay: Replay, message: MessageRecord, tid: number, value: number, final: Replay): Issue[] {
  const { name, outcome, reports, ch } = message;
  const { step } = replay.now;
  const issues: Issue[] = [];
  const by = reports.at(-1)?.step === step ? (message.reportedBy ?? null) : replay.tick;
  if (!replay.polls(ch) && by !== name) issues.push(['wrongAttribution', tid, name, by]);
  if (value >= 0) {
    if (!outcome) issues.push(['falseSuccess', tid, name, final.sender(tid)?.handovers.length ? 'notDone' : 'neverSent']);
    else if (outcome.status < 0) issues.push(['falseSuccess', tid, name, `failed${outcome.status}`]);
  } else if (!outcome) {
    issues.push(['falseFailure', tid, name, value, 'notDone']);
  } else if (outcome.status >= 0) {
    issues.push(['falseFailure', tid, name, value, 'ok']);
  } else if (outcome.status !== value) {
    issues.push(['wrongStatus', tid, name, value, outcome.status]);
  }
  return issues;
}
