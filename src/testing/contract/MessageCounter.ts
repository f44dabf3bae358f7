import { equal } from '../assertDeepEqual';

/** Counts equal messages. Compares only messages with the same fingerprint, because there may be thousands. */
export class MessageCounter<Tx> {
  private readonly byFingerprint = new Map<string, Tx[]>();

  constructor(messages: readonly Tx[]) {
    for (const message of messages) {
      const fingerprint = fingerprintOf(message);
      const others = this.byFingerprint.get(fingerprint);
      if (others) others.push(message);
      else this.byFingerprint.set(fingerprint, [message]);
    }
  }

  count(message: Tx): number {
    return (this.byFingerprint.get(fingerprintOf(message)) ?? []).filter((other) => equal(other, message)).length;
  }
}

/** Equal messages have the same fingerprint, even if their properties are in another order. */
function fingerprintOf(message: unknown): string {
  try {
    const text = JSON.stringify(message) ?? String(message);
    return text.length > 1000 ? `long ${text.length}` : Array.from(text).sort().join('');
  } catch {
    return 'not JSON';
  }
}
