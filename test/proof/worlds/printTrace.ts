import type { Step } from './Graph';
import type { Finding } from './shorten';
import type { WorldSpec } from './WorldSpec';

/** A finding as the source text of a test that fails until it is mended; it belongs into this folder. */
export function printTrace(spec: WorldSpec, { violation, trace }: Finding): string {
  return `${violation.message}

import { World } from './World';

it(${quote(violation.message)}, () => {
  const world = new World(${JSON.stringify(spec)});
${trace.map((step) => `  world.step(${printStep(step)});`).join('\n')}
});
`;
}

function printStep(step: Step): string {
  return step.map(quote).join(', ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
