/** Ends a session, as Ctrl-D does. */
export const END_OF_TRANSMISSION = '\x04';

const COMMANDS: ReadonlyMap<string, (argument: string) => string> = new Map([
  ['help', () => 'echo TEXT, count TEXT, reverse TEXT, hang, exit'],
  ['echo', (text: string) => text],
  ['count', (text: string) => `${Array.from(text).length} characters, ${new TextEncoder().encode(text).length} bytes`],
  ['reverse', (text: string) => Array.from(text).reverse().join('')],
  // For good: the whole processor waits for what nobody does.
  ['hang', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
]);

/** Answers one line; `undefined` ends the session. */
function answer(line: string): string | undefined {
  const [, name = '', argument = ''] = /^\s*(\S*)\s?(.*)$/s.exec(line)!;
  if (name === 'exit') return undefined;
  if (name === '') return '';
  return `${COMMANDS.get(name)?.(argument) ?? `${name}: no such command; try help`}\n`;
}

/** What the shell says to a piece of text, and whether that was the end of the session. */
export interface Said {
  readonly text: string;
  readonly ended: boolean;
}

/** What runs on the other processor: the text that it writes for the text that it reads, whichever way that comes in pieces. */
export class Shell {
  static readonly GREETING: Said = { text: 'Ready.\n> ', ended: false };
  private line = '';
  private ended = false;

  read(pieces: string): Said {
    let text = '';
    for (const character of pieces) {
      if (this.ended) break;
      if (character === END_OF_TRANSMISSION) text += this.end();
      else if (character === '\n') text += this.run();
      else if (character !== '\r') this.line += character;
    }
    return { text, ended: this.ended };
  }

  private run(): string {
    const said = answer(this.line);
    this.line = '';
    return said === undefined ? this.end() : `${said}> `;
  }

  private end(): string {
    this.ended = true;
    return 'Bye.\n';
  }
}
