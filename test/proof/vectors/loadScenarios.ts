import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Scenario, ScenarioConfig } from './Scenario';

interface Recording {
  readonly format: string;
  readonly queueLen: number;
  readonly defaults: ScenarioConfig;
  readonly scenarios: readonly (Omit<Scenario, 'cfg'> & { readonly cfg: Partial<ScenarioConfig> })[];
}

/** How many messages may wait in the recordings, those in flight not counted. */
export const QUEUE_LENGTH = 20;

/** All recorded scenarios: the curated ones, then the random ones. */
export function loadScenarios(dataFolder = join(process.cwd(), 'test/proof/vectors/data')): readonly Scenario[] {
  return ['curated', 'random'].flatMap((name) => {
    const file = join(dataFolder, `${name}.json.gz`);
    const recording = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Recording;
    if (recording.format !== 'mbox-vectors/1' || recording.queueLen !== QUEUE_LENGTH) {
      throw new Error(
        `${file}: format ${recording.format} with a queue of ${recording.queueLen}; expected mbox-vectors/1 with ${QUEUE_LENGTH}`,
      );
    }
    return recording.scenarios.map((scenario) => ({ ...scenario, cfg: { ...recording.defaults, ...scenario.cfg } }));
  });
}
