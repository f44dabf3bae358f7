import type { Observable } from 'rxjs';
import { assertFunction, assertObject } from '../contract/checks';
import type { TxReceipt } from '../contract/TxReceipt';
import { TapPolicy, type TxTapHooks } from '../policy/TapPolicy';
import { withPolicy } from '../Transmission';

export type { TxTapHooks } from '../policy/TapPolicy';

/**
 * Looks on while a transmission is on its way: tells its token when it is accepted, and when it goes in flight.
 *
 * Unlike `tap`, which sees only the receipt, it also knows the token of a message that is pending: to acknowledge it, or to find it in a trace.
 *
 * The hooks are called at that moment, one inside the other's call if need be. What they send, cancel or acknowledge takes effect when they have
 * returned. What they throw or promise harms nothing, and shows as `broken` on `channel.events$`.
 *
 * **Cancellation**: changes nothing; a message that has left is not told of.
 *
 * @param hooks - `queued`: it was accepted; `sent`: it went in flight, again if the link has given it back. Both get the token.
 * @returns An operator that mirrors its source.
 * @throws TypeError - if a hook is wrong, or the source is not what `channel.send()` returns, with tx operators at most.
 * @example Acknowledge by token
 * {@includeCode ../../test/unit/operators/txTap.test.ts#example}
 * @see Linux: `mbox_send_message` returns the token
 */
export function txTap(hooks: TxTapHooks): <R extends TxReceipt<unknown>>(source: Observable<R>) => Observable<R> {
  assertObject('hooks', hooks);
  const { queued, sent } = hooks as { queued?: unknown; sent?: unknown };
  if (queued === undefined && sent === undefined) throw new TypeError('hooks has no hook; expected at least one of queued, sent');
  if (queued !== undefined) assertFunction('hooks.queued', queued);
  if (sent !== undefined) assertFunction('hooks.sent', sent);
  const policy = new TapPolicy(hooks);
  return (source) => {
    const tapped = withPolicy(source, policy);
    if (tapped !== undefined) return tapped;
    throw new TypeError("txTap needs what channel.send() returns; put it before 'retry', 'map', …");
  };
}
