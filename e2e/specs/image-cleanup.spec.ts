import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAfterStart } from '../pages/address.ts';
import { imageCleanupView } from '../pages/image-cleanup-view.ts';

/** Every revision of the account is read once, at the rate that AWS allows. */
const READ = { timeout: 180_000 };

test('unused images are removed, and running ones are kept', async ({ startOwn }) => {
  // Of its own, because other specs deploy what goes here.
  const { page } = await startOwn({});
  await openAfterStart(page, '/a/sandbox/us-east-1/image-cleanup');
  const cleanup = imageCleanupView(page);

  await test.step('the preview says what is removed, and why', async () => {
    // Waited for from before the click: it is gone once all of them are read.
    const reading = page.getByText(/of 3\d\d revisions loaded/).waitFor(READ);
    await Promise.all([reading, cleanup.show('dashboard', { keepNewest: 1, keepDays: 0 })]);
    await expect(cleanup.image('dashboard:5.1.3')).toContainText('Remove', READ);
    await expect(page.getByRole('button', { name: /permanently$/ })).toBeInViewport();
    await cleanup.showAll();
    await expect(cleanup.image('dashboard:5.1.1')).toContainText('runs in tools/dashboard');
    await expect(cleanup.image('dashboard:5.2.1')).toContainText('has the tag latest');
    await expect(page.getByText(/Lambda, App Runner, EKS, Batch/)).toBeVisible();
    await expectUsableByEveryone(page);
  });

  await test.step('they are deleted in the background', async () => {
    await cleanup.run('dashboard');
    await expect(cleanup.progress).toContainText('Succeeded', READ);
    await expect(cleanup.progress).toContainText('3 of 3 deleted');
  });

  await test.step('and no longer exist', async () => {
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect(cleanup.image('dashboard:5.1.1')).toBeVisible(READ);
    await expect(cleanup.image('dashboard:5.1.3')).toHaveCount(0);
  });
});
