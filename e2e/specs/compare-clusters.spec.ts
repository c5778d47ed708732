import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';

test('a cluster is compared with another one, and the image of a service is promoted from there', async ({
  page,
}) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/staging');
  await page.getByRole('link', { name: 'Compare…' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Compare staging with another cluster');
  await expectUsableByEveryone(page);
  const after = page.getByRole('group', { name: 'After' });
  await after.getByRole('combobox', { name: 'Cluster' }).fill('production');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('staging → production');
  await expect(page.getByRole('status').filter({ hasText: 'the same' })).toBeVisible();
  const checkout = page.getByRole('button', { name: /^.?checkout/ });
  await expect(checkout).toContainText('2 settings differ');
  await checkout.click();
  const details = page.getByRole('region', { name: 'Differences of checkout' });
  await expect(details).toContainText('REQUEST_TIMEOUT_SECONDS');
  await expectUsableByEveryone(page);

  await page.getByRole('button', { name: /Only in production/ }).click();
  await expect(page).toHaveURL(/state=only-after/);
  await expect(checkout).toBeHidden();
  await page.goBack();
  await expect(checkout).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter services' }).fill('no such service');
  await expect(page.getByText('No matching services')).toBeVisible();
});

test('the image of a service is chosen for a service of another cluster, with the plan of that one', async ({
  page,
}) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/production/s/checkout?dialog=promote');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Service' }).fill('web');
  await page.getByRole('option', { name: 'web staging, us-east-1, sandbox', exact: true }).click();
  await expectUsableByEveryone(page);
  await dialog.getByRole('button', { name: 'Choose service' }).click();
  await expect(page).toHaveURL(/c\/staging\/s\/web\?.*promote=production/);
  const deploy = page.getByRole('dialog', { name: 'Deploy web' });
  await expect(deploy).toContainText(
    'This deploys the images that production/checkout runs, by their digests.',
  );
  await expect(deploy).toContainText(/checkout:[\w.-]+@sha256:/);
  await expectUsableByEveryone(page);
});
