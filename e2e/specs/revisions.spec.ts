import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { compareForm } from '../pages/compare-form.ts';
import { diffPage } from '../pages/diff-page.ts';
import { familiesPage } from '../pages/families-page.ts';

const REGION = '/a/sandbox/us-east-1';

test('a family is found without a service, and its revisions are searched', async ({ page }) => {
  await openAddress(page, `${REGION}/families`);
  const families = familiesPage(page);
  await expect(families.family('checkout')).toBeVisible();
  await families.search.fill('legacy');
  await expect(families.family('checkout')).toBeHidden();
  await expectUsableByEveryone(page);
  await families.family('legacy-cart').click();

  await expect(families.heading).toHaveText('legacy-cart');
  await expect(families.revisions.first()).toContainText('legacy-cart:23');
  await expectUsableByEveryone(page);
  await families.showRevisions('Inactive');
  await expect(families.revisions.filter({ hasText: 'legacy-cart:23' })).toHaveCount(0);
  await families.showRevisions('All');
  await families.searchRevisions.fill('no such revision');
  await expect(families.revisions).toHaveCount(0);
});

test('what runs in two clusters is compared', async ({ page }) => {
  await openAddress(page, `${REGION}/diff`);
  const form = compareForm(page);
  await form.chooseService('Before', { cluster: 'staging', service: 'checkout' });
  await form.chooseService('After', { cluster: 'production', service: 'checkout' });
  await expectUsableByEveryone(page);
  await form.compare.click();

  const diff = diffPage(page);
  await expect(diff.heading).toContainText('staging');
  await expect(diff.heading).toContainText('production');
  await expect(diff.images).toContainText('app');
  await expect(diff.everythingElse).toContainText('APP_ENV = staging→production');
  await expectUsableByEveryone(page);
});
