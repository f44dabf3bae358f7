import { judgeDelivery } from './judgeDelivery';
import type { MessageRecord } from './MessageRecord';
import type { Issue, LogEvent } from './Scenario';
import { ESHUTDOWN, ETIME } from './errno';
import type { Replay } from './Replay';

type Reported = LogEvent & { readonly 2: 'done' };

/** A report needs the message's own outcome, or its own sender's leaving, behind it. */
export function judgeReport(replay: Replay, event: Reported, final: Replay, rest: () => readonly LogEvent[]): Issue[] {
  const [, , , , msg, status, delivery] = event;
  const message = replay.messages.get(msg);
  if (message && isTrue(replay, message, event, final, rest)) return judgeDelivery(message, status, delivery);
  return [['wrongCallback', msg, status, final.messages.get(msg)?.outcome?.status ?? null]];
}

function isTrue(
  replay: Replay,
  { name, ch, tid, deadline, outcome }: MessageRecord,
  [step, t, , , , status]: Reported,
  final: Replay,
  rest: () => readonly LogEvent[],
): boolean {
  if (outcome?.status === status) return true;
  // The kernel has a callback only for what it sent.
  if (replay.options.reports === 'sent' && final.messages.get(name)?.handovers.length === 0) return false;
  if (status === ESHUTDOWN) return replay.channels[ch]?.closedIn === step;
  return status === ETIME && replay.op === 'advance' && deadline === t && nextReturn(step, rest()) === tid;
}

/** Reports come just before their sender is notified, so the next one notified is the one whose leaving was reported. */
function nextReturn(step: number, rest: readonly LogEvent[]): number | undefined {
  const returned = rest.find((event) => event[2] === 'ret');
  return returned?.[0] === step && returned[2] === 'ret' ? returned[3] : undefined;
}

/** One report for every message that is owed one; judged at the end. */
export function judgeReports(final: Replay): Issue[] {
  if (!final.scenario.cfg.txDoneCb) return [];
  return [...final.messages.values()].flatMap((message): Issue[] => {
    if (message.reports.length > 1) return [['dupCallback', message.name, message.reports.length]];
    return message.reports.length === 0 && isOwed(message, final) ? [['missingCallback', message.name]] : [];
  });
}

function isOwed({ ch, session, handovers, outcome, called, returned }: MessageRecord, final: Replay): boolean {
  if (final.options.reports === 'sent') return handovers.length > 0 && outcome !== undefined && final.channels[ch]?.session === session;
  const refused = returned?.step === called.step && returned.value < 0 && handovers.length === 0;
  return !refused;
}
