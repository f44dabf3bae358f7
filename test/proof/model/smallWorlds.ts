import fc from 'fast-check';
import { mailboxSetups, sending, step } from './arbitraries';
import { Match } from './Match';
import { MatchCommand } from './MatchCommand';

const alphabet = { how: sending(fc.integer({ min: 1, max: 8 })), by: fc.integer({ min: 0, max: 6 }), channels: 6, back: 8 };
const commands = fc.commands([step(alphabet).map((action) => new MatchCommand(action))], { maxCommands: 100, size: '+1' });

/** Up to a hundred steps in a world of one or two mailboxes, after which everything closes. */
export function smallWorlds(played: (match: Match) => void = () => undefined): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(mailboxSetups(fc.integer({ min: 1, max: 7 }), alphabet), commands, async (setup, steps) => {
    const match = new Match(setup);
    // Not `fc.modelRun`: microtasks must not run between all steps.
    for (const command of steps) {
      command.run(match, match);
      if (match.turnIsOver) await match.endTurn();
    }
    match.finish();
    played(match);
  });
}
