import { chromium } from 'playwright-core';
import { readFileSync, existsSync } from 'node:fs';
const url = readFileSync('/tmp/keep/e-serve.log', 'utf8').match(/http:\/\/\S+ticket\S+/g).at(-1);
const state = '/tmp/keep/e-state.json';
const browser = await chromium.launchPersistentContext('/tmp/x-e-chrome', { executablePath: '/usr/bin/chromium', viewport: { width: 1440, height: 900 } });
const [path, name, click] = process.argv.slice(2);
const page = await browser.newPage();
page.on('console', (m) => { if (m.type() === 'error') console.log('console', m.text()); });
page.on('pageerror', (e) => console.log('pageerror', e.message));
await page.goto(url);
await page.waitForTimeout(1500);
if (await page.getByText('ticket').count() > 0 || page.url().includes('launch')) await page.goto(new URL('/', url).href);
await page.evaluate((p) => { history.pushState({}, '', p); dispatchEvent(new PopStateEvent('popstate')); }, path);
await page.waitForTimeout(4000);
if (click) { for (const each of click.split('|')) { await page.getByText(each, { exact: true }).last().click(); await page.waitForTimeout(1500); } }
for (const scheme of ['light', 'dark']) {
  await page.emulateMedia({ colorScheme: scheme });
  for (const width of [900, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(700);
    await (process.env.PANEL ? page.getByRole('tabpanel') : page).screenshot({ path: `/tmp/keep/shots/e/${name}-${scheme}-${width}.png` });
  }
}
await browser.close();
