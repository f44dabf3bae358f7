import { isGetter } from '../contract/controllerChecks';

/** Gives an object a property that is computed each time it is read. */
export function liveProperty(object: object, name: string, read: () => unknown): void {
  Object.defineProperty(object, name, { get: read, enumerable: true, configurable: true });
}

/** Gives an object what another one has under this name: computed anew where it is computed there, and nothing where there is nothing. */
export function passOn<T extends object>(object: object, from: T, name: string & keyof T): void {
  if (isGetter(from, name)) liveProperty(object, name, () => from[name]);
  else if (from[name] !== undefined) Object.assign(object, { [name]: from[name] });
}
