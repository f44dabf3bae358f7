import { asyncScheduler } from 'rxjs';
import type { LinkEnvironment } from 'rx-mailbox';

/** What a mailbox gives the links that it opens, for tests that open one by hand. */
export const environment: LinkEnvironment = { scheduler: asyncScheduler };
