import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { apiOf } from './api';

const folder = 'test/package/api';

// TypeScript reads the whole library.
jest.setTimeout(60_000);

it('is the API of the reports; after a wanted change: UPDATE_API=1 npx jest test/package/api', () => {
  const api = Object.fromEntries(
    Object.entries(apiOf(process.cwd())).map(([name, text]) => [`${name.replace(/^rx-mailbox\/?/, '') || 'index'}.txt`, text]),
  );
  if (process.env['UPDATE_API']) for (const [file, text] of Object.entries(api)) writeFileSync(join(folder, file), text);

  const reports = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  expect(api).toEqual(Object.fromEntries(reports.map((file) => [file, readFileSync(join(folder, file), 'utf8')])));
});

describe('what a report shows', () => {
  const base = 'export class Base<T> { value?: T } export const hidden = <T>() => Base<T>;';
  const made = 'export interface Made { readonly n?: number } export const make = (): Made => ({});';
  const open = `
    /** A comment. */
    export class Open extends hidden<string>() {
      #own = 1; private mine = 2;
      /** @internal */ secret(): void {}
      b(x: 'yes' | 'no' = 'yes') { return make(); }
      a(): void {}
    }`;

  it('names and signatures; no comments, no bodies, nothing that is private or internal', () => {
    const index = `import { hidden } from './base'; import { make } from './made'; export type { Made as Thing } from './made'; ${open}`;
    expect(apiOfFiles({ 'src/index.ts': index, 'src/base.ts': base, 'src/made.ts': made }).split('\n')).toEqual([
      'class Open extends Base<string> {',
      '  a(): void;',
      "  b(x?: 'yes' | 'no'): Made;",
      '}',
      '',
      '// Thing is:',
      'interface Made {',
      '  readonly n?: number;',
      '}',
      '',
    ]);
  });

  it('the same wherever something is declared, and in whatever order', () => {
    const files = {
      'src/index.ts': "export * from './room/open'; export type { Made } from './room/made';",
      'src/room/open.ts': `import { hidden } from '../base'; import { make } from './made'; ${open}`,
      'src/base.ts': base,
      'src/room/made.ts': made,
    };
    const together = `${open} ${made} ${base}`.replaceAll('export ', '');
    expect(apiOfFiles(files)).toBe(apiOfFiles({ 'src/index.ts': `export { Open, type Made }; ${together}` }));
  });
});

function apiOfFiles(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'rx-mailbox-api-'));
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    lib: ['ES2022'],
    types: [],
    stripInternal: true,
    paths: { it: ['./src/index.ts'] },
  };
  try {
    for (const [file, text] of Object.entries({ ...files, 'tsconfig.build.json': JSON.stringify({ compilerOptions }) })) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return apiOf(root)['it']!;
  } finally {
    rmSync(root, { recursive: true });
  }
}
