import { take } from './take';

let taken = 0;

/** Asked by null, it says how many messages it has taken. */
export default function (message: unknown): number | undefined {
  if (message === null) return taken;
  take(message);
  taken++;
  return undefined;
}
