import { readFileSync, writeFileSync } from 'node:fs';
import { filter, map, mergeMap, of, type Observable } from 'rxjs';
import type { LinkEvent, MailboxLink } from 'rx-mailbox';
import { compareRuns } from '../compareRuns';
import { judgeRuns } from '../judgeRuns';
import { loadScenarios } from '../loadScenarios';
import type { Message } from '../MockLink';
import type { MakeController } from '../PlayedController';
import { DoorbellBoard } from './DoorbellBoard';
import { choose, DOORBELL_RULES, MAILBOX_RULES, NOT_COMPARED, ofDepthOne } from './expressible';
import { HspBoard } from './HspBoard';
import { report, type Played } from './report';

const PAGE = 'docs/controllers/tegra-hsp.md';
const BLOCK = /(?<=<!-- vectors -->\n)[^]*(?=\n<!-- end of vectors -->)/;

const scenarios = loadScenarios();

function playMailboxes(): Played {
  const chosen = choose(scenarios, ['irq', 'irq+poll'], MAILBOX_RULES);
  const makeController: MakeController = (cfg, _, recorder) => new HspBoard(cfg, recorder);
  const notCompared = new Map(NOT_COMPARED.map(({ name, why }) => [`${name}: ${why}`, 0]));
  const like = chosen.played.filter((scenario) => {
    const rule = NOT_COMPARED.find(({ holds }) => holds(scenario));
    if (rule) notCompared.set(`${rule.name}: ${rule.why}`, notCompared.get(`${rule.name}: ${rule.why}`)! + 1);
    return !rule;
  });
  return {
    ...chosen,
    rules: MAILBOX_RULES,
    // Its tx-dones carry the token, and an interrupt without a cause says nothing: nothing has to be excused.
    judged: judgeRuns(chosen.played.map(ofDepthOne), 'ordered', { makeController }),
    compared: compareRuns(like, 'untagged', { makeController }),
    notCompared,
  };
}

function playDoorbells(): Played {
  const chosen = choose(scenarios, ['ack'], DOORBELL_RULES);
  const makeController: MakeController = (cfg, _, recorder, tellsRoom) => new DoorbellBoard(cfg, recorder, tellsRoom);
  return {
    ...chosen,
    rules: DOORBELL_RULES,
    judged: judgeRuns(chosen.played, 'untagged', { makeController }),
    compared: compareRuns(chosen.played, 'untagged', { makeController }),
    notCompared: new Map(),
  };
}

const mailboxes = playMailboxes();
const doorbells = playDoorbells();

/** What comes of all scenarios if the link is not quite the controller's. */
function judgeBroken(change: (events$: Observable<LinkEvent<number, number>>) => Observable<LinkEvent<number, number>>) {
  class BrokenBoard extends HspBoard {
    override open(index: number): MailboxLink<Message, number, number> {
      const link = super.open(index);
      return Object.assign(link, { events$: change(link.events$) });
    }
  }
  const makeController: MakeController = (cfg, _, recorder) => new BrokenBoard(cfg, recorder);
  return judgeRuns(mailboxes.played.map(ofDepthOne), 'ordered', { makeController }).wrong.scenarios;
}

describe('the kernel vectors of methods irq and ack, on HSP registers', () => {
  it('are played, except for those that this hardware cannot express', () => {
    expect([mailboxes.all.length, mailboxes.played.length]).toEqual([798, 682]);
    expect(Object.fromEntries(mailboxes.leftOut)).toEqual({ drop: 65, flush: 47, startup: 3, 'from inside': 1 });
    expect([doorbells.all.length, doorbells.played.length]).toEqual([207, 185]);
    expect(Object.fromEntries(doorbells.leftOut)).toEqual({ drop: 22, startup: 0 });
  });

  it('give no sender the outcome of another message', () => {
    expect(mailboxes.judged.wrong.first).toEqual([]);
    expect(mailboxes.judged.excused.names).toEqual([]);
    expect(doorbells.judged.wrong.first).toEqual([]);
    expect([mailboxes, doorbells].map(({ judged }) => [judged.returns, judged.reports])).toEqual([
      [7006, 5914],
      [2087, 1801],
    ]);
  });

  it('excuse only an application that acknowledges a message that was not taken', () => {
    const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
    for (const name of doorbells.judged.excused.names) {
      expect(byName.get(name)!.steps.some((step) => step[0] === 'clientTxdone' && step[3] === 1)).toBe(true);
    }
    expect(doorbells.judged.excused.names).toHaveLength(5);
  });

  it('happen in the order, the steps and the milliseconds of the kernel, wherever the kernel made no mistake', () => {
    for (const { compared } of [mailboxes, doorbells]) expect(compared.different).toEqual([]);
    expect([mailboxes.compared.equal, doorbells.compared.equal]).toEqual([70, 57]);
  });

  it('would show a link with too many tx-dones, too few, or wrong ones', () => {
    expect(judgeBroken((events$) => events$.pipe(filter(({ type }) => type !== 'txDone'))).get('lostWakeup')).toBeGreaterThan(50);
    const again = judgeBroken((events$) =>
      events$.pipe(mergeMap((event) => (event.type === 'txDone' ? of(event, { ...event, token: event.token! + 1 }) : of(event)))),
    );
    expect(again.get('falseSuccess')).toBeGreaterThan(50);
    const failing = judgeBroken((events$) => events$.pipe(map((event) => (event.type === 'txDone' ? { ...event, error: -5 } : event))));
    expect(failing.get('falseFailure')).toBeGreaterThan(50);
  });

  it('are described by the page as they were run; UPDATE_DOCS=1 writes it', () => {
    const text = report(mailboxes, doorbells);
    if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(BLOCK, text));
    expect(BLOCK.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(text);
  });
});
