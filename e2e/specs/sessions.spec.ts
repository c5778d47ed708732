import { get } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { journalPage } from '../pages/journal-page.ts';

const SEARCH = '/a/sandbox/us-east-1/c/production/s/search?tab=tasks';

test('a shell runs in a container, shows what is typed, cannot change the window, and ends with the drawer', async ({
  page,
}) => {
  const drawer = await openDrawer(page);
  await expectUsableByEveryone(page);
  await drawer.getByRole('button', { name: 'Open shell' }).click();
  const shell = drawer.getByRole('region', { name: 'Open shell' });
  await expect(shell.getByRole('status')).toContainText('Connected to app');
  const terminal = shell.locator('.xterm-rows');
  await expect(terminal).toContainText('root@');

  const title = await page.title();
  await page.keyboard.type('echo hello from the container\n');
  await expect(terminal.getByText('hello from the container', { exact: true })).toBeVisible();
  await page.keyboard.type('cat /var/tmp/escape-sequences\n');
  await expect(terminal).toContainText('the end of escape-sequences');
  expect(await page.title()).toBe(title);
  await expectSizeOfWindow(page, terminal);
  // Escape is a key of the shell; F6 leaves it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('F6');
  await expect(drawer.getByRole('button', { name: 'End session' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(shell.getByRole('status')).toContainText('You ended the session.');
  await drawer.getByRole('button', { name: 'Open again' }).click();
  await expect(shell.getByRole('status')).toContainText('Connected to app');
  await page.keyboard.type('exit\n');
  await expect(shell.getByRole('status')).toContainText('The session ended.');
  await drawer.getByRole('button', { name: 'Close' }).click();
});

test('a page that is gone ends its shell, and the journal says so', async ({ page }) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/checkout?tab=tasks');
  const drawer = await openFirstTask(page);
  await drawer.getByRole('button', { name: 'Open shell' }).click();
  await expect(drawer.getByRole('status')).toContainText('Connected to app');
  // A new document is for the host what a closed tab is.
  await openAddress(page, '/journal');
  await expect(journalPage(page).entry(/Open a shell in app of task.*checkout/)).toContainText(
    /The session was ended in Slipway\. It was open for/,
  );
});

test('a port of a container is forwarded until it is stopped', async ({ page }) => {
  const drawer = await openDrawer(page);
  await drawer.getByRole('button', { name: 'Forward', exact: true }).click();
  const forwards = page.getByRole('list', { name: 'Forwarded ports' });
  const started = drawer.getByRole('list', { name: 'Forwarded ports' });
  await expect(started).toContainText(/127\.0\.0\.1:\d+ → port 9200 of app/);
  await expect(started).toContainText('Connect a program of this machine to this address.');
  await drawer.getByRole('button', { name: 'Close' }).click();
  await expect(drawer).toBeHidden();
  const port = /127\.0\.0\.1:(\d+)/.exec((await forwards.textContent()) ?? '')?.[1];
  expect(await textAt(Number(port))).toContain('at port 9200: /');
  await expect(forwards).toContainText('0 open of 1 connections');
  await forwards.getByRole('button', { name: /^Stop forwarding/ }).click();
  await expect(forwards).toBeHidden();
});

/** Opens the drawer of the first task, and types the name that production asks for. */
async function openDrawer(page: Page): Promise<Locator> {
  await openAddress(page, SEARCH);
  const drawer = await openFirstTask(page);
  await drawer.getByLabel(/^Type search/).fill('search');
  return drawer;
}

async function openFirstTask(page: Page): Promise<Locator> {
  await page
    .getByRole('button', { name: /^Open a shell or forward a port/ })
    .first()
    .click();
  return page.getByRole('dialog');
}

function textAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += String(part);
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

/** The shell has as many rows as are drawn, also after the window has become another size. */
async function expectSizeOfWindow(page: Page, terminal: Locator): Promise<void> {
  const rows = terminal.locator('> div');
  const before = await rows.count();
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ ...size, height: size.height - 150 });
  await expect.poll(() => rows.count()).toBeLessThan(before);
  const after = await rows.count();
  await page.keyboard.type('clear\nstty size\n');
  await expect(terminal).toContainText(new RegExp(`stty size${after} \\d+root@`));
  await page.setViewportSize(size);
}
