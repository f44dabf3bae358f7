/*
 * Runs page.ts in a real browser, with a Web Worker at the other end of the memory. Needs Chromium: at /usr/bin/chromium, or where
 * CHROMIUM says.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));

const { outputFiles } = await build({
  entryPoints: [`${here}page.ts`, `${here}worker.ts`],
  bundle: true,
  format: 'iife',
  target: 'es2022',
  outdir: '/',
  write: false,
});
const files = new Map(outputFiles.map(({ path, contents }) => [path, { type: 'text/javascript', contents }]));
files.set('/', { type: 'text/html', contents: '<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script>' });

// Shared memory exists only for pages that are isolated from other origins.
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const server = createServer(({ url }, response) => {
  const file = files.get(url);
  if (file === undefined) return response.writeHead(404).end();
  return response.writeHead(200, { ...isolation, 'Content-Type': file.type }).end(file.contents);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
try {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  page.on('console', (message) => console.log(`page: ${message.text()}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const results = await Promise.race([
    page.evaluate(() => globalThis.run()),
    setTimeout(60_000, undefined, { ref: false }).then(() => {
      throw new Error('not done after 60 s');
    }),
  ]);
  console.log(`Chromium ${browser.version()}`);
  console.log(results);

  const echoed = { taken: 2000, right: 2000 };
  assert.deepEqual(errors, []);
  assert.deepEqual(results, {
    isolated: true,
    atomics: echoed,
    port: echoed,
    'worker without waitAsync': echoed,
    'neither has waitAsync': echoed,
    'worker closes': { sent: 'ENETDOWN', reason: 'shared-memory-a[0] was closed at the other side' },
    'worker declared gone': { sent: 'ENETDOWN', reason: 'terminated' },
    'worker ends': { settled: true, reason: 'the other side has ended' },
    'worker succeeded': { text: 'for the next', reason: 'the other side has ended' },
    'worker replaced': { first: 'ENETDOWN', second: 'taken', answer: 'for the next' },
  });
  console.log('all as it should be');
} finally {
  await browser.close();
  server.close();
}
