import fc from 'fast-check';
import { mailboxSetup, sending, step } from './arbitraries';
import { Match } from './Match';
import { MatchCommand } from './MatchCommand';

const alphabet = { how: sending(fc.integer({ min: 1, max: 8 })), by: fc.integer({ min: 0, max: 6 }), channels: 6, back: 8 };
const commands = fc.commands([step(alphabet).map((action) => new MatchCommand(action))], { maxCommands: 100, size: '+1' });

/** Up to a hundred steps in a world of one or two mailboxes, after which everything closes. */
export function smallWorlds(played: (match: Match) => void = () => undefined): fc.IProperty<unknown> {
  return fc.property(fc.array(mailboxSetup(fc.integer({ min: 1, max: 7 })), { minLength: 1, maxLength: 2 }), commands, (setup, steps) => {
    const match = new Match(setup);
    fc.modelRun(() => ({ model: match, real: match }), steps);
    match.finish();
    played(match);
  }) as fc.IProperty<unknown>;
}
