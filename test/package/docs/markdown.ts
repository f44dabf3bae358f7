import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const FENCE = /(?:^<!-- (?<source>\S+?)#(?<region>\w+) -->\n)?^```(?<language>\w*)\n(?<body>[^]*?)^```$/gm;
const LINK = /\[(?:[^[\]]|\[[^\]]*\])*\]\((?<target>[^)\s]+)\)/g;

/** Every page that is written by hand: the README, the changelog, and docs/ without what is generated into it. */
export function pages(): string[] {
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.md') && !file.startsWith('api/'),
  );
  return ['README.md', 'CHANGELOG.md', ...docs.map((file) => `docs/${file}`)].sort();
}

export function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** The page with every sample as its tested file has it. A sample is a `ts` block below a comment: path, #, region. */
export function withSamples(markdown: string): string {
  return markdown.replace(FENCE, (block: string, ...rest: unknown[]) => {
    const { source, region, language } = rest.at(-1) as Record<string, string | undefined>;
    if (source === undefined || region === undefined) return block;
    return `<!-- ${source}#${region} -->\n\`\`\`${language}\n${sample(source, region)}\n\`\`\``;
  });
}

/** Blocks of code that no test would notice. */
export function untestedSamples(markdown: string): string[] {
  return [...markdown.matchAll(FENCE)]
    .filter(({ groups }) => !['sh', 'text'].includes(groups!['language']!) && groups!['source'] === undefined)
    .map(([block]) => block);
}

/** The commands of the page that npm would not know. */
export function unknownCommands(markdown: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = [...markdown.matchAll(/npm (?:run ([\w:-]+)|(test)\b)/g)].map(([, run, test]) => run ?? test!);
  return commands.filter((command) => scripts[command] === undefined);
}

/** Links of the page that lead nowhere in this repository: no such file, or no such heading in it. */
export function brokenLinks(page: string, markdown: string): string[] {
  return [...markdown.replaceAll(FENCE, '').matchAll(LINK)]
    .map(({ groups }) => groups!['target']!)
    .filter((target) => !/^https?:/.test(target) && !leads(page, target));
}

function leads(page: string, target: string): boolean {
  const [path, heading] = target.split('#') as [string, string?];
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(file)) return false;
  return heading === undefined || headings(read(file)).includes(heading);
}

// As GitHub makes them.
function headings(markdown: string): string[] {
  return [...markdown.replaceAll(FENCE, '').matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function sample(source: string, region: string): string {
  const found = new RegExp(`^ *// #region ${region}\\n([^]*?)^ *// #endregion ${region}$`, 'm').exec(read(source));
  if (found === null) throw new Error(`${source} has no region ${region}`);
  const lines = found[1]!.trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
