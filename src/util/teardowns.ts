import { Subscription } from 'rxjs';

/** Two private fields of RxJS 7. */
interface Kept {
  /** The subscriptions that this one was added to. */
  readonly _parentage: unknown;
  /** What runs when it ends. */
  readonly _finalizers: unknown;
}

/** Whether this RxJS keeps parents and teardowns where 7.8 keeps them. */
export const KNOWS_TEARDOWNS = /* @__PURE__ */ knowsTeardowns();

/**
 * Whether RxJS has nothing to do when this subscription ends. Then its `unsubscribe`, which costs more than the rest of a notification,
 * need not be called.
 *
 * False also where a version of RxJS keeps its teardowns elsewhere: slower, but right. A test says so by name.
 */
export function hasNoTeardowns(subscription: object): boolean {
  const { _parentage, _finalizers } = subscription as Kept;
  return KNOWS_TEARDOWNS && _parentage === undefined && _finalizers === undefined;
}

function knowsTeardowns(): boolean {
  const [parent, child] = [new Subscription(), new Subscription()];
  parent.add(child);
  child.add(() => undefined);
  const { _parentage, _finalizers } = child as unknown as Kept;
  return _parentage === parent && Array.isArray(_finalizers) && _finalizers.length === 1;
}
