import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';
import { servicePage } from '../pages/service-page.ts';

test('the metrics of a service are charts, and a table of the same values for those who cannot see them', async ({
  page,
}) => {
  await openAddress(page, '/a/sandbox/us-east-1/c/production/s/checkout');
  const service = servicePage(page);
  await service.tab('Metrics').click();
  const cpu = service.panel.getByRole('img', { name: /^CPU: lowest \d+ %, highest \d+ %, last \d+ %/ });
  await expect(cpu.locator('canvas')).toBeVisible();
  await expect(service.panel.getByRole('img', { name: /^HTTP 5xx: lowest / })).toBeVisible();
  await expectUsableByEveryone(page);

  await service.panel.getByText('24 h', { exact: true }).click();
  await expect(service.panel).toContainText('One value every 5 minutes.');
  await service.panel.getByText('Table', { exact: true }).click();
  await expect(service.panel.getByRole('columnheader', { name: 'Latency p95' })).toBeVisible();
  // A header and 24 hours of 5 minutes, of which the first and the last are begun.
  await expect(service.panel.getByRole('row')).toHaveCount(290);
});
