import type { TxDoneMethod } from '../../contract/TxDoneMethod';

const PARTS = ['events$', 'sendData', 'lastTxDone', 'peekData', 'flush', 'abort', 'reset'] as const;

/** What a mailbox is given of a scripted link. Each part is read when it is used, so a test may replace it at any time. */
export function givenLink(link: Partial<Record<(typeof PARTS)[number], unknown>>, txDone: TxDoneMethod | undefined): object {
  const given = { txDone };
  for (const name of PARTS) {
    Object.defineProperty(given, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const part = link[name];
        return typeof part === 'function' ? (part.bind(link) as unknown) : part;
      },
      set: (value: unknown) => void Object.defineProperty(given, name, { value, configurable: true, enumerable: true, writable: true }),
    });
  }
  return given;
}
