import type { Observer } from 'rxjs';
import { wrongAnswer } from '../contract/guards';
import { reportUnhandled } from '../util/reportUnhandled';
import type { TxPolicy } from './TxPolicy';

/** Runs something in a context that was captured before. */
export type RunInContext = (run: () => void) => void;

/** Notifies each sender it is applied to in the context in which it subscribed. */
export class ContextPolicy implements TxPolicy {
  constructor(private readonly capture: () => RunInContext) {}

  observe<R>(sender: Partial<Observer<R>>): Partial<Observer<R>> {
    return inside(captured(this.capture), sender);
  }

  begin(): void {
    // It concerns only who is notified.
  }
}

/** Captures the context of whoever subscribes now. */
export function captured(capture: () => RunInContext): RunInContext {
  const context: unknown = capture();
  if (typeof context === 'function') return context as RunInContext;
  throw wrongAnswer('capture', context, 'a function that calls the function that it is given');
}

/** The same observer, called inside a context. What it does not handle stays unhandled. */
export function inside<R>(context: RunInContext, observer: Partial<Observer<R>>): Partial<Observer<R>> {
  const wrapped: Partial<Observer<R>> = {};
  if (observer.next) wrapped.next = (value) => enter(context, () => observer.next?.(value));
  if (observer.error) wrapped.error = (error) => enter(context, () => observer.error?.(error));
  if (observer.complete) wrapped.complete = () => enter(context, () => observer.complete?.());
  return wrapped;
}

/** Once, whatever the context does: nobody may lose an outcome because of it. */
function enter(context: RunInContext, notify: () => void): void {
  let entered = false;
  const once = (): void => {
    if (entered) return;
    entered = true;
    notify();
  };
  try {
    context(once);
  } catch (error) {
    // The observer's own, or the context's.
    reportUnhandled(error);
  }
  once();
}
