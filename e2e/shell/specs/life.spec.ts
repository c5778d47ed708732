import { sandboxClock } from '../../fixtures/sandbox-clock.ts';
import { readClockAddress } from '../../fixtures/slipway.ts';
import { openAddress, openAfterStart } from '../../pages/address.ts';
import { deployDialog } from '../../pages/deploy-dialog.ts';
import { planForm } from '../../pages/plan-form.ts';
import { rolloutCard } from '../../pages/rollout-card.ts';
import { expect, type Started, test } from './shell-test.ts';

const SERVICE = '/a/sandbox/us-east-1/c/staging/s/web';

// Each starts an app of its own, and most of their time they wait for a deployment.
test.describe.configure({ mode: 'parallel' });

test('a second start shows the window of the first one, and ends', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  await shell.act({ act: 'minimize-window' });
  expect(await shell.startAgain()).toBe(0);
  await expect.poll(() => shell.window()).toMatchObject({ isMinimized: false, isFocused: true });
});

test('closing the window ends the app, and the next start has its data', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  await shell.act({ act: 'close-window' });
  expect(await shell.exit()).toBe(0);
  const next = await start({ after: shell });
  await next.firstWindow();
  expect(await next.state()).toMatchObject({ isReady: true });
});

test('the window opens again where it was closed', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  const bounds = { x: 40, y: 60, width: 1000, height: 700 };
  await shell.act({ act: 'move-window', bounds });
  await shell.act({ act: 'close-window' });
  await shell.exit();
  const next = await start({ after: shell });
  await next.firstWindow();
  expect((await next.window()).bounds).toEqual(bounds);
});

test('a signal of the system quits the app', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  await shell.close();
  expect(await shell.exit()).toBe(0);
});

test('a reload in the middle of a deploy loses nothing', async ({ start }) => {
  const shell = await start({ args: ['--sandbox'] });
  const rollout = await deploy(shell);
  await shell.act({ act: 'click-menu', path: ['View', 'Reload'] });
  await expect(rollout.sentence).toContainText('In progress');
  expect((await shell.window()).url).toContain(SERVICE);
});

test('a page that crashes in the middle of a deploy comes back with the deploy', async ({ start }) => {
  const shell = await start({ args: ['--sandbox'] });
  await deploy(shell);
  const before = shell.page();
  await shell.crashPage();
  await expect.poll(() => shell.page()).not.toBe(before);
  await expect(rolloutCard(shell.page()).sentence).toContainText('In progress');
});

test('quitting in the middle of a deploy asks first, and leaves the deploy to the next start', async ({
  start,
}) => {
  const shell = await start({ args: ['--sandbox'] });
  await deploy(shell);
  const question = { kind: 'message', options: { buttons: ['Keep open', 'Close anyway'] } };

  await test.step('the window stays open when the person cancels closing it', async () => {
    await shell.act({ act: 'close-window' });
    await expect.poll(() => shell.chromium.dialogs[0]?.request).toMatchObject(question);
    shell.chromium.dialogs[0]?.answer({ button: 0 });
    expect(await shell.window()).toMatchObject({ isVisible: true });
  });
  await test.step('the app ends when the person closes it anyway', async () => {
    await shell.act({ act: 'quit' });
    await expect.poll(() => shell.chromium.dialogs[0]?.request).toMatchObject(question);
    shell.chromium.dialogs[0]?.answer({ button: 1 });
    expect(await shell.exit()).toBe(0);
  });
  const next = await start({ after: shell, args: ['--sandbox'] });
  const page = await next.firstWindow();
  await openAddress(page, SERVICE);
  await expect(rolloutCard(page).sentence).toContainText('In progress');
});

test('a deploy that ends without the focus shows a notification, which opens the window', async ({
  start,
}) => {
  const shell = await start({ args: ['--sandbox'] });
  await deploy(shell);
  await shell.act({ act: 'minimize-window' });
  await sandboxClock(await readClockAddress(shell.user)).run();
  const told = () => shell.chromium.recorded.find((each) => each.what === 'notification');
  await expect.poll(told, { timeout: 120_000 }).toMatchObject({ title: expect.stringContaining('web') });
  await shell.act({ act: 'click-notification', id: told()?.id ?? -1 });
  await expect.poll(() => shell.window()).toMatchObject({ isMinimized: false, isFocused: true });
});

/** Starts a deploy, which stays in progress: time stands still in the sandbox. */
async function deploy(shell: Started) {
  const page = await shell.firstWindow();
  await openAfterStart(page, `${SERVICE}?dialog=deploy`);
  await deployDialog(page).container('app').chooseTag('1.10.2');
  await deployDialog(page).plan();
  await planForm(page).carryOut('Deploy', { why: 'Checkout rounding fix' });
  const rollout = rolloutCard(page);
  await expect(rollout.sentence).toContainText('In progress');
  return rollout;
}
