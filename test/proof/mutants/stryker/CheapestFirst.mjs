/** Folders whose tests look at one part alone: they kill most mutants of it at once, before another test runs into an endless loop. */
const FIRST = ['/test/unit/core/', '/test/unit/time/', '/test/unit/policy/', '/test/rules/'];

/** A Jest test sequencer. */
export default class CheapestFirst {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }

  cacheResults() {
    // The order does not depend on earlier runs.
  }
}

function rank({ path }) {
  const at = FIRST.findIndex((folder) => path.includes(folder));
  return at < 0 ? FIRST.length : at;
}
