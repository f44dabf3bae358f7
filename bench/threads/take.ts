let sum = 0;

/** What every receiver does with a message: looks at it, which is the least that anybody would do. */
export function take(message: unknown): void {
  sum = (sum + (message instanceof Uint8Array ? message[0]! : (message as { n: number }).n)) | 0;
}
