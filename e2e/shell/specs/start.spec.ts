import { expect, test } from './shell-test.ts';

test('the app opens a window that shows once its page has painted', async ({ start }) => {
  const shell = await start();
  const page = await shell.firstWindow();
  await expect(page.getByRole('link', { name: 'sandbox' }).first()).toBeVisible();
  expect(await shell.window()).toMatchObject({ isVisible: true, isFocused: true, url: expect.stringMatching(/^app:..slipway./) });
});
