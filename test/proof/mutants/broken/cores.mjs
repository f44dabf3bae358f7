import { leaving } from './cores/leaving.mjs';
import { links } from './cores/links.mjs';
import { outcomes } from './cores/outcomes.mjs';
import { queueing } from './cores/queueing.mjs';
import { time } from './cores/time.mjs';

/**
 * Every broken core: its name in the words of the contract, what of the contract it breaks, the patches of one file as
 * `[find, replacement]`, and the cheapest test files that are to notice; of these `only` the tests so called, where others would wait for ever.
 */
export const cores = [...outcomes, ...queueing, ...leaving, ...links, ...time];
