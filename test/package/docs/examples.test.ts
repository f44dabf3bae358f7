import { readdirSync } from 'node:fs';
import { exampleInput, expectedOutput, runExample } from './runExample';

const directory = 'docs/examples';

describe('docs/examples', () => {
  it.each(readdirSync(directory).filter((file) => file.endsWith('.ts')))(
    '%s prints what it says it prints',
    async (file) => {
      const path = `${directory}/${file}`;
      const expected = await expectedOutput(path);
      expect(expected.length).toBeGreaterThan(0);
      expect(await runExample(path, { input: await exampleInput(path) })).toEqual(expected);
    },
    30_000,
  );
});
