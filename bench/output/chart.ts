import type { Group } from '../groups';
import type { Measured } from '../Measured';
import { median, quantile } from '../measure/statistics';
import { number } from './numbers';

const WIDTH = 760;
const VALUES = 80;
const ROW = 26;
const TOP = 46;
const BAR = 14;

/** Colours that can be read on white and on black; the page may be either. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #57606a }
  .title { font-size: 15px; font-weight: 600 }
  .own { font-weight: 600 }
  .bar { fill: #8b949e }
  .own-bar { fill: #2f81f7 }
  .limit-bar { fill: #3fb950 }
  .spread { stroke: #57606a; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) { text { fill: #c9d1d9 } .spread { stroke: #c9d1d9 } }`;

/** One benchmark as bars: the medians, and the middle half of the rounds as a line. Short is good. */
export function chart({ title, unit }: Group, { samples }: Measured): string {
  const rows = Object.entries(samples).map(([name, values]) => ({
    name,
    middle: median(values),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
  }));
  // Measuring text takes a browser; this is about what it is.
  const names = 20 + 7.2 * Math.max(...rows.map(({ name }) => name.length));
  const scale = (WIDTH - names - VALUES) / Math.max(...rows.map(({ high }) => high));
  const height = TOP + rows.length * ROW + 8;
  const bars = rows.map(({ name, middle, low, high }, i) => {
    const y = TOP + i * ROW;
    const line = y + BAR / 2;
    const at = (value: number): string => (names + value * scale).toFixed(1);
    return [
      `  <text x="${(names - 10).toFixed(1)}" y="${y + 12}" text-anchor="end"${isOwn(name) ? ' class="own"' : ''}>${escape(name)}</text>`,
      `  <rect x="${names.toFixed(1)}" y="${y}" width="${(middle * scale).toFixed(1)}" height="${BAR}" class="${classOf(name)}"/>`,
      `  <line x1="${at(low)}" y1="${line}" x2="${at(high)}" y2="${line}" class="spread"/>`,
      `  <text x="${(names + Math.max(middle, high) * scale + 8).toFixed(1)}" y="${y + 12}">${number(middle)}</text>`,
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `  <title>${escape(`${title}: ${unit}`)}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <text x="10" y="22" class="title">${escape(title)}</text>`,
    `  <text x="${WIDTH - 10}" y="22" text-anchor="end">${escape(unit)}</text>`,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function isOwn(name: string): boolean {
  return name.startsWith('rx-mailbox');
}

function classOf(name: string): string {
  if (isOwn(name)) return 'own-bar';
  return name === 'device alone' || name.startsWith('bare ring') ? 'limit-bar' : 'bar';
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
