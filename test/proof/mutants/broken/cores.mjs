import { admission } from './cores/admission.mjs';
import { callbacks } from './cores/callbacks.mjs';
import { givenBack } from './cores/givenBack.mjs';
import { leaving } from './cores/leaving.mjs';
import { links } from './cores/links.mjs';
import { looking } from './cores/looking.mjs';
import { outcomes } from './cores/outcomes.mjs';
import { pauses } from './cores/pauses.mjs';
import { queueing } from './cores/queueing.mjs';
import { resets } from './cores/resets.mjs';
import { sharing } from './cores/sharing.mjs';
import { time } from './cores/time.mjs';

/**
 * Every broken core: its name in the words of the contract, what of the contract it breaks, the patches of one file as
 * `[find, replacement]`, and the cheapest test files that are to notice; of these `only` the tests so called, where others would wait for ever.
 */
export const cores = [
  ...outcomes,
  ...queueing,
  ...leaving,
  ...pauses,
  ...resets,
  ...links,
  ...callbacks,
  ...time,
  ...givenBack,
  ...sharing,
  ...admission,
  ...looking,
];
