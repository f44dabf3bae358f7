// First: it replaces timers and promises, as in an application that uses it. In this file alone.
import 'zone.js';
import { contextCases } from './contextCases';

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
