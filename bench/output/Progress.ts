import { stderr } from 'node:process';

/** Says what is being measured: in place where that can be done, otherwise one line for each benchmark. */
export class Progress {
  private readonly start = performance.now();
  private done = 0;
  private shown = '';

  constructor(private readonly total: number) {}

  begin(title: string): void {
    this.done++;
    if (!stderr.isTTY) stderr.write(`${this.place(title)}\n`);
    this.show(title, 0);
  }

  show(title: string, part: number): void {
    if (!stderr.isTTY) return;
    const text = `${this.place(title)}  ${Math.round(100 * part)} %`.slice(0, stderr.columns - 1);
    if (text !== this.shown) stderr.write(`\r\x1b[K${text}`);
    this.shown = text;
  }

  end(): void {
    if (stderr.isTTY) stderr.write('\r\x1b[K');
  }

  private place(title: string): string {
    const seconds = ((performance.now() - this.start) / 1000).toFixed(0);
    return `[${this.done}/${this.total}, ${seconds} s] ${title}`;
  }
}
