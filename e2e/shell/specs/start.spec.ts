import { windowFrame } from '../../pages/window-frame.ts';
import { expect, test } from './shell-test.ts';

test('the desktop app shows its window once the page has painted, with the sandbox of a new user', async ({
  start,
}) => {
  const shell = await start();
  const page = await shell.firstWindow();
  await expect(windowFrame(page).account('sandbox')).toBeVisible();
  await expect
    .poll(() => shell.window())
    .toMatchObject({
      isVisible: true,
      isFocused: true,
      url: expect.stringMatching(/^app:\/\/slipway\//),
    });
  expect(shell.chromium.recorded.filter(({ what }) => what === 'error-box')).toEqual([]);
});

test('the desktop app shows the AWS profiles of a user who has some, and no sandbox', async ({ start }) => {
  const shell = await start({ awsConfig: '[profile shop]\nregion = eu-central-1\n' });
  const frame = windowFrame(await shell.firstWindow());
  await expect(frame.account('shop')).toBeVisible();
  await expect(frame.account('sandbox')).toHaveCount(0);
});

test('the desktop app does not wait for the ready event while Electron waits for its entry', async ({
  start,
}) => {
  const shell = await start();
  await shell.firstWindow();
  expect(await shell.state()).toMatchObject({ isEvaluated: true, isReady: true });
});

test('an entry that awaits the ready event while it is evaluated is never ready', async ({ start }) => {
  const shell = await start({
    app: {
      'main.js': `
import { app, BrowserWindow } from 'electron';
setInterval(() => process.stdout.write('waiting\\n'), 10);
await app.whenReady();
new BrowserWindow();`,
    },
  });
  // The process goes round its loop, and Electron's part of it with it.
  await expect.poll(() => shell.output().split('waiting').length).toBeGreaterThan(20);
  expect(await shell.state()).toMatchObject({ isEvaluated: false, isReady: false, windows: [] });
});

test('the ready event comes after an entry that waits for something else', async ({ start }) => {
  const shell = await start({
    app: {
      'main.js': `
import { setTimeout } from 'node:timers/promises';
import { app } from 'electron';
app.whenReady().then(() => process.stdout.write('2 ready\\n'));
await setTimeout(50);
process.stdout.write('1 evaluated\\n');`,
    },
  });
  await expect.poll(() => shell.output()).toBe('1 evaluated\n2 ready\n');
});

test('an entry that fails is told with its error, while Electron continues without a window', async ({
  start,
}) => {
  const shell = await start({ app: { 'main.js': "throw new Error('The disk is full.');" } });
  await expect(shell.firstWindow()).rejects.toThrow(
    /it runs without one\.\nUncaught Exception:.*The disk is full\./s,
  );
});
