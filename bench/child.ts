// One benchmark in a process of its own: code that another one has run must not have shaped what this one measures.
import { GROUPS } from './groups';

const [name, quick] = process.argv.slice(2);

async function run(): Promise<void> {
  const group = GROUPS.find((candidate) => candidate.name === name);
  if (!group) throw new RangeError(`no benchmark ${String(name)}`);
  const measure = await group.load();
  const measured = await measure({ quick: quick === 'quick', progress: (part) => process.send?.({ progress: part }) });
  process.send?.({ measured }, () => process.exit());
}

// Whoever asked is gone.
process.on('disconnect', () => process.exit(1));

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
