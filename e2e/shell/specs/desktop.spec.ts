import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAddress } from '../../pages/address.ts';
import { servicesView } from '../../pages/services-view.ts';
import { windowFrame } from '../../pages/window-frame.ts';
import type { Recorded } from '../contract.ts';
import { callFromPage, expect, type Started, test } from './shell-test.ts';

test('a failed start says why in one sentence, and ends with code 1', async ({ start }) => {
  await test.step('without a display', async () => {
    const shell = await start({ environment: { DISPLAY: '' } });
    expect(await shell.exit()).toBe(1);
    expect(shell.output()).toMatch(/^Slipway can't open a window: .+\n$/);
  });
  await test.step('with an unknown option', async () => {
    const shell = await start({ args: ['--sandboxx'] });
    expect(await shell.exit()).toBe(1);
    await expect
      .poll(() => told(shell, 'error-box'))
      .toMatchObject([{ content: expect.stringContaining('--sandboxx') }]);
  });
  for (const data of ['/dev/null', '/proc/slipway/data']) {
    await test.step(`with the data folder ${data}`, async () => {
      const shell = await start({ environment: { SLIPWAY_DATA: data } });
      expect(await shell.exit()).toBe(1);
      await expect
        .poll(() => told(shell, 'error-box'))
        .toMatchObject([{ content: expect.stringContaining(data) }]);
    });
  }
  for (const name of ['electron', 'slipway.old.log', 'desktop.json']) {
    await test.step(`with a data folder in which something else is in the place of ${name}`, async () => {
      const data = await mkdtemp(join(tmpdir(), 'slipway-data-'));
      await (name === 'slipway.old.log' ? mkdir(join(data, name)) : symlink('/dev/zero', join(data, name)));
      const shell = await start({ environment: { SLIPWAY_DATA: data } });
      expect(await shell.exit()).toBe(1);
      await expect
        .poll(() => told(shell, 'error-box'))
        .toMatchObject([{ content: expect.stringContaining(join(data, name)) }]);
      await rm(data, { recursive: true });
    });
  }
});

test('the sandbox is started beside the profiles, and stopped again', async ({ start }) => {
  const shell = await start({ awsConfig: '[profile prod]\nregion = eu-west-1\n' });
  const page = await shell.firstWindow();
  const { accounts } = windowFrame(page);
  await accounts.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'production' })).toBeVisible();
  await accounts.getByRole('button', { name: 'Stop the sandbox' }).click();
  await expect(page.getByRole('button', { name: 'Try the sandbox' })).toBeVisible();
  await expect(accounts.getByRole('link', { name: 'prod' })).toBeVisible();
});

test('the context menu of a field offers its actions', async ({ start }) => {
  const shell = await start({ args: ['--sandbox'] });
  const page = await shell.firstWindow();
  await openAddress(page, '/a/sandbox/us-east-1/c/tools');
  const { filter } = servicesView(page);
  await filter.fill('dash');
  await filter.selectText();
  await filter.click({ button: 'right' });
  await expect.poll(() => told(shell, 'popup-menu')).toHaveLength(1);
  const [menu] = told(shell, 'popup-menu');
  expect(menu?.items.map(({ label, enabled }) => [label, enabled])).toEqual([
    ['Cut', true],
    ['Copy', true],
    ['Paste', true],
    ['Select All', true],
  ]);
  await shell.act({ act: 'click-popup', label: 'Copy' });
  await expect.poll(() => told(shell, 'edit-command')).toMatchObject([{ command: 'copy' }]);
});

test('the Help menu shows the log and what the app is', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  await shell.act({ act: 'click-menu', path: ['Help', 'Show the log'] });
  await shell.act({ act: 'click-menu', path: ['Help', 'About'] });
  const log = join(shell.user.folder, 'data', 'slipway.log');
  await expect.poll(() => told(shell, 'show-item')).toMatchObject([{ path: log }]);
  await expect.poll(() => told(shell, 'about-panel')).toHaveLength(1);
  expect(await readFile(log, 'utf8')).not.toContain('"level":60');
});

test('the theme that is chosen in the page is that of the window, also after the next start', async ({
  start,
}) => {
  const shell = await start();
  await windowFrame(await shell.firstWindow()).changeTheme('dark');
  await expect.poll(async () => (await shell.state()).themeSource).toBe('dark');
  await shell.act({ act: 'close-window' });
  await shell.exit();
  const next = await start({ after: shell });
  await next.firstWindow();
  await expect.poll(async () => (await next.state()).themeSource).toBe('dark');
});

test('a page that hangs is asked about until it answers again', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  await shell.act({ act: 'unresponsive' });
  await expect.poll(() => shell.chromium.dialogs[0]?.request.options.buttons).toEqual(['Reload', 'Wait']);
  await shell.act({ act: 'responsive' });
  await expect.poll(() => shell.chromium.dialogs).toEqual([]);
});

test('the dialog for a folder opens where the last one was chosen', async ({ start }) => {
  const shell = await start();
  const page = await shell.firstWindow();
  const { dialogs } = shell.chromium;
  const first = callFromPage(page, 'app.chooseFolder');
  await expect.poll(() => dialogs).toHaveLength(1);
  expect(dialogs[0]?.request.options).not.toHaveProperty('defaultPath');
  dialogs[0]?.answer({ filePaths: [shell.user.folder] });
  expect(await first).toMatchObject({ ok: true, value: { folder: shell.user.folder } });

  const second = callFromPage(page, 'app.chooseFolder');
  await expect.poll(() => dialogs).toHaveLength(1);
  expect(dialogs[0]?.request.options).toMatchObject({ defaultPath: shell.user.folder });
  dialogs[0]?.answer('closed');
  expect(await second).toMatchObject({ ok: true });
});

/** What was shown or done of one kind. */
function told<What extends Recorded['what']>(
  { chromium }: Started,
  what: What,
): readonly Extract<Recorded, { what: What }>[] {
  return chromium.recorded.filter((each): each is Extract<Recorded, { what: What }> => each.what === what);
}
