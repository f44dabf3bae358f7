import type { ScenarioConfig, Step } from './Scenario';

type TxDoneMethod = 'irq' | 'poll' | 'ack';
type SendStep = Step & { readonly 0: 'send' | 'spawn' };

/** The part of a client that decides how its sends behave. */
export interface ClientConfig {
  readonly block: boolean;
  readonly tout: number;
}

/** What the kernel makes of a time limit of 0, in milliseconds. */
const NO_LIMIT = 3_600_000;

/** How a channel of this configuration learns of tx-dones. */
export function methodOf(cfg: ScenarioConfig, knows: boolean): TxDoneMethod {
  if (cfg.mode === 'poll') return knows ? 'ack' : 'poll';
  return cfg.mode === 'ack' ? 'ack' : 'irq';
}

/** What a send step asks for; `limit` is how long its sender waits, `undefined` for one that does not. */
export function callOf(
  client: ClientConfig,
  [, tid, ch, msg, tout]: SendStep,
): { readonly tid: number; readonly ch: number; readonly msg: string; readonly limit: number | undefined } {
  const limit = tout === -1 ? client.tout : tout;
  return { tid, ch, msg, limit: client.block ? limit || NO_LIMIT : undefined };
}

/** Why a step cannot be played; undefined if it can. */
export function inapplicable(step: Step): string | undefined {
  switch (step[0]) {
    case 'run':
    case 'settle':
      return 'run, settle: enqueue and submit are one step here, so there is nothing to preempt';
    case 'send':
    case 'spawn':
      if (step[2] < 0) return 'send on a NULL channel: a method call has a receiver';
      return step[3] === 'NO_MSG' ? "send of the kernel's sentinel: every value is a message here" : undefined;
    case 'register':
      return step[1] === 0 ? undefined : 'register with a field missing: an error only C can make';
    case 'request':
      return REQUESTS.has(step[3]) ? undefined : 'request through broken firmware: there is no firmware to look up';
    default:
      return undefined;
  }
}

const REQUESTS: ReadonlySet<string> = new Set(['request', 'bind', 'name', 'badname']);
