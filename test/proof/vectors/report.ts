import { LOG_CHANGES } from './changeLog';
import { SKIP_RULES } from './comparable';
import { CUTS, LEFT_OUT } from './leftOut';
import { CORRELATIONS, type Extent, type VectorsResult } from './runVectors';
import type { Tally } from './Tally';

/** Kinds of mistakes, and what each means. */
const KINDS: Readonly<Record<string, string>> = {
  wrongAttribution: "a sender was told because of another message's tx-done, or of none",
  falseSuccess: 'a sender was told success without a good outcome of its own',
  falseFailure: 'a sender was told failure although its message succeeded, or was not done',
  wrongStatus: "a sender was told another error than its message's own",
  wrongDelivery: 'an error said wrongly whether the message reached the device',
  lostWakeup: "a sender's outcome was known, and it slept until its time limit",
  hang: 'a sender was never told anything',
  ghostSend: 'a message was handed over after its sender had been told, by its own giving up, or twice',
  outOfOrder: 'a message was handed over before one that was sent earlier',
  starvedIdle: 'a sender gave up unsent although the channel was idle and the controller had room',
  falseFull: 'a send was refused although fewer than 20 messages waited',
  wrongCallback: 'a report without that outcome, or that time limit, of its own message behind it',
  dupCallback: 'two reports for one message',
  missingCallback: 'no report for a message that is owed one',
  crash: "a memory fault there; an exception, a leftover timer, or a report unlike its sender's error here",
};

/** What the recordings do not judge. */
const OURS = new Set(['wrongDelivery', 'outOfOrder']);

/** The page `docs/vectors.md`, from the numbers of a run. */
export function report(result: VectorsResult): string {
  return [...intro(result), ...mistakes(result), ...teeth(result), ...excuses(result), ...logs(result), ...limits(result)].join('\n');
}

function intro({ scenarios }: VectorsResult): string[] {
  return [
    '# What the kernel does with the same script',
    '',
    '<!-- Written by `npm run vectors -- --write` from a run; a test compares the two. -->',
    '',
    `${n(scenarios)} scenarios were recorded from the Linux mailbox framework itself, run in virtual time: as it is (*mainline*), and with the`,
    'series of 2026 that gives every blocked sender its own completion (*v3*). `test/proof/vectors` holds the scripts and what happened. They are',
    'recordings of behaviour; no kernel code is in this project.',
    '',
    'Every script is played against this library, in virtual time too, over a mock controller of each correlation class. The judge sees what',
    'the mock controller did and what the senders and `txDone$` were told, and nothing of the library.',
    '',
    '```sh',
    'npm run vectors             # play all, print this page',
    'npm run vectors -- --write  # and write it',
    '```',
    '',
  ];
}

function mistakes({ scenarios, mainline, v3, judged }: VectorsResult): string[] {
  const tallies = [mainline, v3, ...CORRELATIONS.map((correlation) => judged[correlation].wrong)];
  const share = ({ wrong }: Tally) => (wrong === 0 ? '**0**' : `**${n(wrong)} (${Math.round((100 * wrong) / scenarios)} %)**`);
  const cells = (kind: string) => tallies.map((tally, column) => (column < 2 && OURS.has(kind) ? '–' : n(tally.scenarios.get(kind) ?? 0)));
  return [
    '## Mistakes',
    '',
    'Scenarios in which it happened at least once:',
    '',
    `| | mainline | v3 | ${CORRELATIONS.map((correlation) => `rx-mailbox, ${correlation}`).join(' | ')} |`,
    '| --- | --- | --- | --- | --- | --- |',
    `| **any** | ${tallies.map(share).join(' | ')} |`,
    ...Object.keys(KINDS).map((kind) => `| ${kind} | ${cells(kind).join(' | ')} |`),
    '',
    'The recorded scenarios are 158 written by hand, many of them to show a defect, and 1,010 random ones.',
    `One run is ${n(judged.tagged.returns)} returns and ${n(judged.tagged.reports)} reports judged (tagged).`,
    '',
    '| kind | meaning |',
    '| --- | --- |',
    ...Object.entries(KINDS).map(([kind, meaning]) => `| ${kind} | ${meaning} |`),
    '',
  ];
}

function teeth({ recordings, unheld, falsified }: VectorsResult): string[] {
  const found = (correlation: 'ordered' | 'untagged') => {
    const { wrong } = unheld[correlation];
    return `| ${correlation} | ${n(wrong.wrong)} | ${[...wrong.scenarios].map(([kind, count]) => `${kind} ${n(count)}`).join(', ')} |`;
  };
  return [
    '## The judge can find mistakes',
    '',
    `Given the kernel's own logs with v3, it finds exactly the recorded issues, no more and no fewer, in ${n(recordings.same)} of the ${n(recordings.judged)} scenarios`,
    `whose log says all: ${n(recordings.issues)} issues, not counting memory faults, which leave no event. The other scenarios preempt senders, and a log does`,
    'not say when those began to wait.',
    '',
    'Given runs of this library with `quarantine: 0`, which frees the slot of a message whose sender left at once, as the kernel does, it finds',
    'wrong outcomes, so that rule is what makes the difference on a wire without tokens:',
    '',
    '| correlation | scenarios with a wrong outcome | of these kinds |',
    '| --- | --- | --- |',
    found('ordered'),
    found('untagged'),
    '',
    `Given logs of this library in which one event was falsified, removed or repeated (${LOG_CHANGES.map(({ name }) => name).join('; ')}), it finds`,
    `something wrong in ${n(falsified.changed - falsified.unnoticed.length)} of ${n(falsified.changed)}.`,
    '',
  ];
}

function excuses({ judged, spurious }: VectorsResult): string[] {
  const { excused } = judged.untagged;
  const kinds = [...excused.events].map(([kind, count]) => `${kind} ${n(count)}`).join(', ');
  return [
    '## What is excused',
    '',
    `${extent(spurious)} have a tx-done for nothing: a duplicate, or a spurious one.`,
    '',
    '- `tagged`: it carries the token of the message that ended last, or none. Nothing is excused.',
    '- `ordered`: such a transport is reliable and counts, so its adapter sees that nothing ended, and says `ready`. Nothing is excused.',
    '- `untagged`: it cannot be told from a real one. A wrong outcome is excused if it is exactly what the tx-dones said, read in order: the',
    `  n-th for the n-th message handed over. That is so in ${n(excused.wrong)} scenarios (${kinds}); all of them have such a tx-done.`,
    '',
    'A message that waits is not starved if its limit runs out together with that of the message in flight (one length, begun in one turn): both',
    'leave before the slot is given to anybody.',
    '',
  ];
}

function logs({ compared, scenarios }: VectorsResult): string[] {
  const row = (name: string, cell: (correlation: (typeof CORRELATIONS)[number]) => string | number) =>
    `| ${name} | ${CORRELATIONS.map(cell).join(' | ')} |`;
  const left = compared.tagged.leftOut;
  return [
    '## The order of events',
    '',
    "Where v3 made no mistake, hand-overs, reports, returns, received data and free places have to be the same as the kernel's, in the same",
    'order, step and virtual millisecond. The recorded controllers had no word for `ready`, so in these runs the mock has none either.',
    '',
    `| of ${n(scenarios)} | ${CORRELATIONS.join(' | ')} |`,
    '| --- | --- | --- | --- |',
    row('**different**', (correlation) => `**${n(compared[correlation].different.length)}**`),
    row('equal', (correlation) => n(compared[correlation].equal)),
    ...CUTS.map(({ name }) => row(`– of these up to: ${name}`, (correlation) => n(compared[correlation].cut.get(name) ?? 0))),
    row('equal events', (correlation) => n(compared[correlation].lines)),
    ...LEFT_OUT.map(({ name }) => row(`left out: ${name}`, () => n(left.get(name) ?? 0))),
    '',
    '| left out | because |',
    '| --- | --- |',
    ...LEFT_OUT.map(({ name, why }) => `| ${name} | ${why} |`),
    '',
    '| compared up to | because from there on |',
    '| --- | --- |',
    ...CUTS.map(({ name, why }) => `| ${name} | ${why} |`),
    '',
    '| events not looked at (tagged, ordered, untagged) | |',
    '| --- | --- |',
    ...Object.entries(SKIP_RULES).map(
      ([rule, what]) => `| ${what} | ${CORRELATIONS.map((correlation) => n(compared[correlation].skipped.get(rule) ?? 0)).join(', ')} |`,
    ),
    '',
    'A returned value is compared as success or its error number: the kernel returns a place in its ring, this library a token that is never',
    'used again. Where one interrupt ends several messages (a flush that drains, a poll of two channels), the kernel runs the senders after',
    'it, and here each is told at once; their returns are compared behind the rest of that turn.',
    '',
  ];
}

function limits({ notPlayed }: VectorsResult): string[] {
  return [
    '## What is not played',
    '',
    'No scenario is left out of the judgement. These steps do nothing, because there is nothing to do:',
    '',
    ...[...notPlayed].map(([reason, where]) => `- ${reason} (${extent(where)})`),
    '',
    'A refusal with any error number is `busy` here. A polled controller says no `ready`, so a refused message may need one poll period to be',
    'noticed. While only slots of senders who have left are asked about the period doubles, so theirs may need two periods and as long as they',
    'have been gone, at most 1 s. After the last step, time goes on until every sender must have been told; then the mailbox is closed, and every',
    'accepted message must have had its one report.',
    '',
  ];
}

function extent({ steps, scenarios }: Extent): string {
  return `${n(steps)} step${steps === 1 ? '' : 's'} in ${n(scenarios)} scenario${scenarios === 1 ? '' : 's'}`;
}

function n(count: number): string {
  return count.toLocaleString('en-US');
}
