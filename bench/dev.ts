import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { findBrowser } from '../src/main/browser/installed-browser.ts';
import { type Figure, median } from './figure.ts';
import { addressOf, stop } from './host-process.ts';

const ROOT = join(import.meta.dirname, '..');
const RUNS = 5;

interface Place {
  readonly file: string;
  /** What stands before a word that the first page shows, and the word. */
  readonly pattern: RegExp;
}

const COMPONENT: Place = {
  file: 'src/renderer/src/features/accounts/accounts-pane.tsx',
  pattern: /(to="\/journal"[^>]*>\s*)\w+/,
};
const ENGINE: Place = { file: 'src/main/app.ts', pattern: /(name: ')sandbox/ };

/** From writing a changed source file to the change on the screen, with `npm run dev` on a copy of the checkout. */
export async function run(): Promise<readonly Figure[]> {
  const copy = copyOfCheckout();
  const executablePath = findBrowser({ platform: process.platform, environment: process.env });
  if (executablePath === undefined) throw new Error('This needs an installed Chromium, Chrome or Edge.');
  const browser = await chromium.launch({ executablePath });
  const host = spawn(process.execPath, [join(copy, 'scripts', 'dev.ts'), '--port', '0'], {
    env: { ...process.env, SLIPWAY_DATA: join(copy, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(await addressOf(host));
    await page.locator('a[href*="/s/"]').first().waitFor();
    return [
      { figure: 'dev.page-ms', value: await measure(page, copy, COMPONENT), unit: 'ms' },
      { figure: 'dev.engine-ms', value: await measure(page, copy, ENGINE), unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await stop(host);
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  for (const part of ['src', 'scripts', 'e2e', 'package.json', 'package-lock.json', 'tsconfig.base.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** The median of some changes, after one that warms up. */
async function measure(page: Page, copy: string, { file, pattern }: Place): Promise<number> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (!pattern.test(source)) throw new Error(`${file} has no text like ${pattern.source} any more.`);
  const times: number[] = [];
  for (let index = 0; index <= RUNS; index += 1) {
    const word = `changed${index}`;
    const start = performance.now();
    writeFileSync(path, source.replace(pattern, `$1${word}`));
    await page.getByText(word).first().waitFor();
    times.push(performance.now() - start);
  }
  return Math.round(median(times.slice(1)));
}
