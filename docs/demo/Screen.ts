import { clearLine, cursorTo } from 'node:readline';
import { createColors } from 'picocolors';

type Paint = 'plain' | 'good' | 'bad' | 'dim' | 'head';

/** The terminal: colours and progress only where somebody looks at it. */
export class Screen {
  private readonly tty = process.stdout.isTTY;
  private readonly colors = createColors(this.tty && !process.env['NO_COLOR']);
  private epoch = performance.now();
  private shown = 0;

  print(text = '', paint: Paint = 'plain'): void {
    const { green, red, dim, bold } = this.colors;
    const painted = { plain: String, good: green, bad: red, dim, head: bold }[paint];
    process.stdout.write(`${painted(text)}\n`);
  }

  scene(title: string): void {
    this.epoch = performance.now();
    this.print();
    this.print(title, 'head');
  }

  /** One line of a scene: when, who, what. */
  at(who: string, what: string, paint: Paint = 'plain'): void {
    const ms = (performance.now() - this.epoch).toFixed(1).padStart(8);
    this.print(`${ms} ms  ${who.padEnd(8)}${what}`, paint);
  }

  progress(text: string, part: number): void {
    const now = performance.now();
    if (!this.tty || now - this.shown < 100) return;
    this.shown = now;
    const filled = Math.round(20 * Math.min(part, 1));
    cursorTo(process.stdout, 0);
    process.stdout.write(`  ${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${text} `);
  }

  progressDone(): void {
    if (this.shown === 0) return;
    cursorTo(process.stdout, 0);
    clearLine(process.stdout, 0);
  }
}
