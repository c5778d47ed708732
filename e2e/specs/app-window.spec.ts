import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { createUserData, startProcess, type UserData } from '../fixtures/running-app.ts';
import { expect, test } from '../fixtures/test.ts';
import { windowFrame } from '../pages/window-frame.ts';

/**
 * The window that the browser host opens by itself, in a real Chromium that only lacks a screen. A program of the
 * same name stands before it on the path, and notes what every user of the machine could read of it.
 */
const CHROMIUM = process.env.SLIPWAY_TEST_CHROMIUM ?? '/usr/bin/chromium';

let data: UserData;

test.skip(!existsSync(CHROMIUM) || process.platform !== 'linux', 'needs Chromium on Linux');

test.beforeEach(async () => {
  data = await createUserData();
  const folder = join(data.folder, 'bin');
  await mkdir(folder);
  const program = [
    '#!/bin/sh',
    `printf '%s\\n' "$@" > ${join(data.folder, 'arguments')}`,
    `exec ${CHROMIUM} --headless=new --remote-debugging-port=0 "$@"`,
    '',
  ];
  await writeFile(join(folder, 'chromium'), program.join('\n'));
  await chmod(join(folder, 'chromium'), 0o755);
});
test.afterEach(() => data.remove());

test('the window opens with a ticket that is in no argument and is deleted after use', async () => {
  const said: string[] = [];
  const host = await startProcess(
    ['out/main/serve.js', '--sandbox'],
    {
      ...data.environment,
      DISPLAY: ':99',
      PATH: [join(data.folder, 'bin'), process.env.PATH ?? ''].join(delimiter),
    },
    {
      cwd: join(import.meta.dirname, '..', '..'),
      lines: { address: /^Slipway is at (\S+)/ },
      onLine: (line) => said.push(line),
    },
  );
  try {
    const profile = await windowProfile();
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await debuggingPort(profile)}`, {
      timeout: 0,
    });
    const page = await firstPage(browser);
    await expect(windowFrame(page).accounts).toBeVisible();
    await expect.poll(() => readdir(profile)).not.toContain('open.html');
    await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/(?!launch)[^#]*$/);

    const given = await readFile(join(data.folder, 'arguments'), 'utf8');
    expect(given).toContain(`--app=file://${profile}/open.html`);
    expect(given).not.toMatch(/ticket|http:/);
    expect((await stat(profile)).mode & 0o077).toBe(0);
    // The printed address is for another browser, and still works.
    expect(said.filter((line) => line.includes('Slipway is at'))).toHaveLength(1);
    expect(said.some((line) => line.includes('without its sandbox'))).toBe(process.getuid?.() === 0);
    await browser.close();
  } finally {
    await host.stop();
  }
});

async function windowProfile(): Promise<string> {
  const folder = join(data.folder, 'data');
  let found: string | undefined;
  await expect
    .poll(async () => {
      found = (await readdir(folder)).find((name) => name.startsWith('window-'));
      return found;
    })
    .toBeDefined();
  return join(folder, found ?? '');
}

/** The port that Chromium listens on, once it has written it: the first line of a file that may be there before. */
async function debuggingPort(profile: string): Promise<string> {
  const file = join(profile, 'DevToolsActivePort');
  const read = async () => (existsSync(file) ? await readFile(file, 'utf8') : '');
  await expect.poll(read).toContain('\n');
  const [port = ''] = (await read()).split('\n');
  return port;
}

/** Chromium can be connected to before it has opened its window. */
async function firstPage(browser: Browser): Promise<Page> {
  const find = () => browser.contexts()[0]?.pages()[0];
  await expect.poll(() => find() !== undefined, 'a page in the window').toBe(true);
  const page = find();
  if (page === undefined) throw new Error('The window shows no page.');
  return page;
}
