import { writeFileSync } from 'node:fs';
import { brokenLinks, pages, read, unknownCommands, untestedSamples, withSamples } from './markdown';

// `UPDATE_DOCS=1 npx jest test/package/docs` puts the samples in their place.
if (process.env['UPDATE_DOCS']) for (const page of pages()) writeFileSync(page, withSamples(read(page)));

describe.each(pages())('%s', (page) => {
  it('has its samples from files that are compiled and run', () => {
    expect(untestedSamples(read(page))).toEqual([]);
    expect(read(page)).toBe(withSamples(read(page)));
  });

  it('names commands that exist', () => {
    expect(unknownCommands(read(page))).toEqual([]);
  });

  it('has links that lead somewhere', () => {
    expect(brokenLinks(page, read(page))).toEqual([]);
  });
});

describe('what these tests see', () => {
  const fence = '```';

  it('a sample that differs from its file, or that has none', () => {
    const stale = `<!-- docs/examples/quick-start.ts#send -->\n${fence}ts\nold\n${fence}`;
    expect(withSamples(stale)).toMatch(/^<!-- docs\/examples\/quick-start\.ts#send -->\n```ts\nconst greeting\$ = .*\n[^]*\n```$/);
    expect(() => withSamples(stale.replace('send', 'sent'))).toThrow('docs/examples/quick-start.ts has no region sent');
    expect(untestedSamples(stale)).toEqual([]);
    expect(untestedSamples(`${fence}ts\nfree()\n${fence}\n${fence}sh\nls\n${fence}`)).toEqual([`${fence}ts\nfree()\n${fence}`]);
  });

  it('a command that does not exist', () => {
    expect(unknownCommands('`npm ci && npm test`, then `npm run no-such-thing`')).toEqual(['no-such-thing']);
  });

  it('a link to no file, and a link to no heading', () => {
    const links = '[a](guides/cancel.md#good-to-know) [b](guides/none.md) [c](guides/cancel.md#none) [d](#none) [e](https://rxjs.dev#none)';
    expect(brokenLinks('docs/README.md', links)).toEqual(['guides/none.md', 'guides/cancel.md#none', '#none']);
  });
});
