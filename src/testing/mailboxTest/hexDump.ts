const LINE = 16;

/** Lines of 16 bytes: each in hexadecimal, then as ASCII, where a dot stands for what cannot be printed. */
export function hexDump(bytes: Uint8Array): string {
  const starts = Array.from({ length: Math.ceil(bytes.length / LINE) }, (_, line) => line * LINE);
  return starts.map((start) => dumpLine(bytes.subarray(start, start + LINE))).join('\n');
}

function dumpLine(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const ascii = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${hex.padEnd(3 * LINE - 1)}  ${ascii}`;
}
