import type { Observer } from 'rxjs';
import type { ScriptStep } from './script';

interface Player<Rx, Ack> {
  step(step: ScriptStep<Rx, Ack>): void;
  fail(error: unknown): void;
  end(): void;
}

/** Plays a script on a link; `link` is asked again at each step, as a channel may have changed hands. */
export function playOn<Rx, Ack>(link: () => Player<Rx, Ack>): Observer<ScriptStep<Rx, Ack>> {
  return {
    next: (step) => link().step(step),
    error: (reason: unknown) => link().fail(reason),
    complete: () => link().end(),
  };
}
