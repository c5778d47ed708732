import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';

test('what ran a month ago is shown by environment, with what changed since and the plan that goes back to it', async ({
  page,
}) => {
  await openAddress(page, '/timeline');
  const checkout = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'checkout' }) });
  await expect(checkout).toContainText('checkout:28');
  await expectUsableByEveryone(page);

  const at = page.getByLabel(/^At /);
  await at.fill('30 days from now');
  await expect(page.getByText(/^Enter a time such as/)).toBeVisible();
  await at.fill('30 days ago');
  await at.press('Enter');
  await expect(page).toHaveURL(/at=/);
  await expect(checkout).toContainText('4.3.2');

  await page.getByText('What changed', { exact: true }).click();
  const changes = page.getByRole('region', { name: 'What changed' });
  await expect(changes).toContainText('search:29 → search:30');
  await page.getByRole('button', { name: 'Release notes' }).click();
  const notes = page.getByRole('region', { name: 'Release notes' }).last();
  await expect(notes).toContainText('## staging (sandbox, us-east-1)');
  await expectUsableByEveryone(page);

  await page.getByText('Restore', { exact: true }).click();
  await page.getByRole('button', { name: 'Review changes' }).click();
  await expect(page.getByRole('button', { name: /^Deploy to staging what production ran on/ })).toBeEnabled();
  await expectUsableByEveryone(page);
});
