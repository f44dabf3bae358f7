import { type Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { assertDeepEqual, type AssertDeepEqual } from './assertDeepEqual';
import { plain } from './plain';
import { script, type ScriptStep } from './scripted/script';

/** What a marble test gets: the helpers of `TestScheduler.run`, and two more. */
export interface MarbleHelpers extends RunHelpers {
  /** The virtual time of this test. Rarely needed: inside the test every RxJS scheduler runs on it. */
  readonly scheduler: TestScheduler;
  /**
   * Writes a script for a {@link ScriptedController}; frames count from the start of the test.
   *
   * @see {@link script} for the letters.
   */
  script<Rx = string, Ack = void>(
    marbles: string,
    values?: Record<string, ScriptStep<Rx, Ack>>,
    error?: unknown,
  ): Observable<ScriptStep<Rx, Ack>>;
}

/**
 * Makes a test that runs in virtual time and also compares errors by their fields.
 *
 * Unlike a bare `TestScheduler` it tells two errors apart that differ in `code`, `delivery`, `cause` or any other field; see {@link plain}.
 *
 * @param test - The test; promises in it are not virtual.
 * @param options - `assertDeepEqual` compares; default: `expect(…).toStrictEqual(…)` where the runner has a global `expect`, otherwise a small
 * comparison of this package.
 * @returns The function to give to `it`.
 * @example
 * {@includeCode ../../test/unit/testing/marbles.test.ts#example}
 */
export function marbles(test: (helpers: MarbleHelpers) => void, options: { assertDeepEqual?: AssertDeepEqual } = {}): () => void {
  const assert = options.assertDeepEqual ?? assertDeepEqual;
  return () => {
    const scheduler = new TestScheduler((actual, expected) => assert(plain(actual), plain(expected)));
    scheduler.run((helpers) =>
      test({ ...helpers, scheduler, script: (diagram, values, error) => script(helpers.hot, diagram, values, error) }),
    );
  };
}
