import { config } from 'rxjs';
import { inspect } from 'node:util';

/**
 * Fails a test that makes RxJS report an unhandled error it did not expect.
 *
 * A test that expects one sets `config.onUnhandledError` itself; it need not put it back.
 */

// Taken before a test can install fake timers.
const realSetTimeout = setTimeout;

// How long a test takes says something about the machine, never about the library.
jest.setTimeout(300_000);

const original = config.onUnhandledError;
let unexpected: unknown[] = [];

beforeEach(() => {
  unexpected = [];
  config.onUnhandledError = (error) => unexpected.push(error);
});

afterEach(async () => {
  // RxJS reports from a timer without delay; timers fire in the order they were set.
  await new Promise((resolve) => realSetTimeout(resolve));
  config.onUnhandledError = original;
  if (unexpected.length > 0) throw new Error(`RxJS reported unhandled errors:\n${unexpected.map((error) => inspect(error)).join('\n')}`);
});
