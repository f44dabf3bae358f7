import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the build calls internal properties: `short-names.json`.
 *
 * Copies of the package hand objects to each other, found under `Symbol.for('rx-mailbox.…@2')`, so all copies have to use the same short
 * names. Once they are published:
 *
 * - A name keeps its short name. A short name that is not needed any more is retired, and never given to another name.
 * - If a name of a member that other copies use gets another short name, or none, or one for the first time, raise the version in the
 *   symbols; old copies are then strangers, as they have to be.
 *
 * `test/package/names` checks that each name may be shortened. `UPDATE_NAMES=1 npx jest test/package/names` retires the names that may
 * not be shortened or are gone, and adds those that are new.
 */
export interface ShortNames {
  names: Record<string, string>;
  /** By short name: whose it was. */
  retired: Record<string, string>;
}

export const SHORT_NAMES = '.ci/short-names.json';

/** Options of esbuild. Every build of the sources has to use them, so that all files agree. */
export function shortened(root: string): { mangleProps: RegExp; mangleCache: Record<string, string> } {
  const { names } = JSON.parse(readFileSync(join(root, SHORT_NAMES), 'utf8')) as ShortNames;
  const listed = Object.keys(names).map((name) => name.replaceAll('$', String.raw`\$`));
  return { mangleProps: new RegExp(`^(?:${listed.join('|')})$`), mangleCache: names };
}
