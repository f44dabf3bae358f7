import { readFileSync, writeFileSync } from 'node:fs';
import type { MailboxLink } from 'rx-mailbox';
import { compareRuns } from '../compareRuns';
import { judgeRuns } from '../judgeRuns';
import { loadScenarios } from '../loadScenarios';
import type { Message } from '../MockLink';
import type { MakeController } from '../PlayedController';
import { expressible } from './expressible';
import { report } from './report';
import { VcpBoard } from './VcpBoard';

const PAGE = 'docs/controllers/mtk-vcp.md';
const BLOCK = /(?<=<!-- vectors -->\n)[^]*(?=\n<!-- end of vectors -->)/;

const chosen = expressible(loadScenarios());
const makeController: MakeController = (cfg, _, recorder) => new VcpBoard(cfg, recorder);
const judged = judgeRuns(chosen.played, 'tagged', { makeController });
const compared = compareRuns(chosen.played, 'tagged', { makeController });

/** What comes of all scenarios if the link is not quite the controller's. */
function judgeBroken(change: (link: MailboxLink<Message, number, number>) => void) {
  class BrokenBoard extends VcpBoard {
    override open(index: number): MailboxLink<Message, number, number> {
      const link = super.open(index);
      change(link);
      return link;
    }
  }
  return judgeRuns(chosen.played, 'tagged', { makeController: (cfg, _, recorder) => new BrokenBoard(cfg, recorder) }).wrong.scenarios;
}

describe('the kernel vectors of method poll, on VCP mailboxes', () => {
  it('are played, except for those that this hardware cannot express', () => {
    expect(chosen.polled).toHaveLength(163);
    expect(chosen.played).toHaveLength(161);
    expect(Object.fromEntries(chosen.leftOut)).toEqual({ 'no lastTxDone': 1, 'tx-done': 1, 'refused startup': 0, 'other hardware': 0 });
  });

  it('give no sender the outcome of another message', () => {
    expect(judged.wrong.first).toEqual([]);
    expect(judged.excused.names).toEqual([]);
    expect([judged.returns, judged.reports]).toEqual([1050, 968]);
  });

  it('happen in the order, the steps and the milliseconds of the kernel, wherever the kernel made no mistake', () => {
    expect(compared.different).toEqual([]);
    expect(compared.equal).toBe(36);
  });

  it('would show a link that says "taken" too early or never', () => {
    expect(judgeBroken((link) => (link.lastTxDone = () => ({ ack: 0 }))).get('falseSuccess')).toBeGreaterThan(50);
    expect(judgeBroken((link) => (link.lastTxDone = () => false)).get('lostWakeup')).toBeGreaterThan(50);
  });

  it('are described by the page as they were run; UPDATE_DOCS=1 writes it', () => {
    const text = report(chosen, judged, compared);
    if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(BLOCK, text));
    expect(BLOCK.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(text);
  });
});
