import { DELIVERIES } from './errors';

/** The longest delay of a JavaScript timer; beyond it every timer fires at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/** Prints a value for an error text; never throws. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isThenable(value)) return 'a promise';
  return isArray(value) ? 'an array' : 'an object';
}

/** False for a proxy that has been revoked, where `Array.isArray` throws. */
function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Whether something is a promise, or can be taken for one. Never throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

function reject(name: string, value: unknown, accepted: string, wrongType: boolean): never {
  const text = `${name} is ${show(value)}; expected ${accepted}`;
  throw wrongType ? new TypeError(text) : new RangeError(text);
}

/** A `RangeError` for a number outside the range, a `TypeError` for anything else. */
export function assertNumber(name: string, value: unknown, accepted: string, ok: (value: number) => boolean): asserts value is number {
  if (typeof value !== 'number') reject(name, value, accepted, true);
  if (!ok(value)) reject(name, value, accepted, false);
}

export function assertInteger(name: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): asserts value is number {
  const accepted = max === Number.MAX_SAFE_INTEGER ? `an integer >= ${min}` : `an integer from ${min} to ${max}`;
  assertNumber(name, value, accepted, (n) => Number.isInteger(n) && n >= min && n <= max);
}

export function assertTimeLimit(name: string, value: unknown): asserts value is number {
  assertNumber(name, value, `milliseconds, 1 to ${MAX_DELAY}`, (n) => n >= 1 && n <= MAX_DELAY);
}

export function assertPeriod(name: string, value: unknown): asserts value is number {
  assertNumber(name, value, `milliseconds, > 0 and <= ${MAX_DELAY}`, (n) => n > 0 && n <= MAX_DELAY);
}

export function assertQuarantine(name: string, value: unknown): asserts value is number {
  assertNumber(name, value, `milliseconds, 0 to ${MAX_DELAY}, or Infinity`, (n) => n === Infinity || (n >= 0 && n <= MAX_DELAY));
}

export function assertOneOf<T extends string>(name: string, value: unknown, choices: readonly T[]): asserts value is T {
  if (!choices.includes(value as T)) reject(name, value, choices.map((c) => `'${c}'`).join(', '), true);
}

export function assertScheduler(name: string, value: unknown): void {
  if (typeof (value as { schedule?: unknown } | null)?.schedule !== 'function') reject(name, value, 'an RxJS SchedulerLike', true);
}

export function assertFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') reject(name, value, 'a function', true);
}

export function assertObject(name: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null) reject(name, value, 'an object', true);
}

export function assertAcknowledgement(result: unknown): void {
  assertObject('result', result);
  const { token, delivery } = result as { token?: unknown; delivery?: unknown };
  if (token !== undefined) assertInteger('result.token', token, 1);
  if (delivery !== undefined) assertOneOf('result.delivery', delivery, DELIVERIES);
}
