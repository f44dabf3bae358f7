import { restorePrototypes } from '../../support/sharedPrototypes';
// Before the library: it replaces timers and promises, as in an application that uses it. In this file alone.
import 'zone.js';
import { contextCases } from './contextCases';

// It also changes classes that the other test files of this process have in common, and their workers would hear nothing any more.
afterAll(restorePrototypes);

describe('inContext with the zones of zone.js', () => {
  contextCases({
    enter: (name, act) => Zone.root.fork({ name }).run(act),
    current: () => Zone.current.name,
    capture: () => {
      const zone = Zone.current;
      return (run) => zone.run(run);
    },
  });
});
