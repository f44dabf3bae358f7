// Plays the vectors and prints the page about them; with --write also writes it to docs/vectors.md. Exit code 1 if anything is wrong.
import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = await build({
  stdin: {
    contents: "export * from './loadScenarios'; export * from './runVectors'; export * from './report';",
    resolveDir: at('.'),
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  tsconfig: at('../../../tsconfig.json'),
  write: false,
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
const { loadScenarios, runVectors, report } = await import(`data:text/javascript;base64,${source}`);

const result = runVectors(loadScenarios(at('data')));
const page = report(result);
console.log(page);
if (process.argv.includes('--write')) await writeFile(at('../../../docs/vectors.md'), page);

const wrong = Object.values(result.judged).flatMap(({ wrong }) => wrong.first);
const different = Object.values(result.compared).flatMap((compared) => compared.different);
for (const line of [...wrong, ...different]) console.error(line);
process.exitCode = wrong.length + different.length > 0 ? 1 : 0;
