import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../fixtures/test.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress, openAfterStart } from '../pages/address.ts';
import { DIALOG, deployDialog } from '../pages/deploy-dialog.ts';
import { planForm } from '../pages/plan-form.ts';
import { servicesView } from '../pages/services-view.ts';
import { settingsPage } from '../pages/settings-page.ts';

const TOOLS = '/a/sandbox/us-east-1/c/tools';

test('a rule that is added in the settings guards its cluster, and its file stays as people write it', async ({
  startOwn,
}) => {
  const { page } = await startOwn({});
  const settings = settingsPage(page);
  await openAfterStart(page, '/settings');
  const file = await settings.rulesFile();

  await settings.addRule.click();
  await settings.form.field('Cluster').fill('tools');
  await settings.form.field('Name').fill('Workshop');
  await settings.form.field('Environment').selectOption('Production');
  await settings.form.choice('Read-only').click();
  await settings.form.field('Only in a time window').check();
  await expectUsableByEveryone(page);
  await settings.form.save.click();
  await expect(settings.rules).toContainText([/Workshop\s*cluster tools\s*Read-only/]);

  await writeFile(
    file,
    `# Ask Ana.\n${await readFile(file, 'utf8')}  # Theirs.\n  - service: web\n    readOnly: true\n`,
  );
  await expect(settings.rules).toHaveCount(2);
  await settings.moveUp('service web').click();
  await expect(settings.rules.first()).toContainText('service web');
  await expect(settings.editRule('service web')).toBeFocused();
  await expect
    .poll(() => readFile(file, 'utf8'))
    .toMatch(/^# Ask Ana\.\n[\s\S]*# Theirs\.\n {2}- service: web\n[\s\S]*- cluster: tools\n/);
  await expectUsableByEveryone(page);

  await openAddress(page, TOOLS);
  await expect(page.getByRole('button', { name: 'Environment: Workshop (production)' })).toBeVisible();

  await writeFile(file, 'rules:\n  - cluster: tools\n    readOnly: perhaps\n');
  await openAddress(page, '/settings');
  await expect(settings.alert).toContainText('Line 3 of');
  await expect(settings.addRule).toBeDisabled();
});

test('a rule about new findings refuses a release in the plan, with the finding and its fix', async ({
  startOwn,
}) => {
  const { page } = await startOwn({});
  const settings = settingsPage(page);
  await openAfterStart(page, '/settings');
  await settings.addRule.click();
  await settings.form.field('Service').fill('search');
  await settings.form.field('Refuse at or above').selectOption('Critical');
  await settings.form.field('Warn at or above').selectOption('High');
  await expectUsableByEveryone(page);
  await settings.form.save.click();
  await expect(settings.rules).toContainText([
    /service search\s*Refuse new findings from critical · Warn of new findings from high/,
  ]);

  await openAddress(page, '/a/sandbox/us-east-1/c/production/s/search?dialog=deploy');
  const dialog = deployDialog(page);
  await dialog.container('app').chooseTag('2.13.1');
  await dialog.plan();
  const plan = planForm(page);
  const refused = plan.check(
    /1 new finding with a fix: CVE-2026-10001 \(critical, fixed in openssl 3\.0\.15\)/,
  );
  await expect(refused).toBeVisible();
  await plan.override(/CVE-2026-10001/);
  await expectUsableByEveryone(page, DIALOG);
});

test('a webhook gets a test from the settings, and its address is not shown again', async ({ startOwn }) => {
  const posted: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    request.on('data', (text: string) => posted.push(text));
    request.on('end', () => response.end('ok'));
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const { page } = await startOwn({});
  const settings = settingsPage(page);
  // Keys reach nothing before the first view is there, and it leads to the first cluster.
  await page.waitForURL(/\/c\/[^/]+$/);
  await expect(servicesView(page).rows).not.toHaveCount(0);
  await page.keyboard.press('Control+Comma');
  await expect(settings.heading).toBeVisible();

  await settings.webhookAddress.fill(`http://127.0.0.1:${port}/services/T0/t0ps3cr3t-wxyz`);
  await settings.saveAddress.click();
  await settings.sendTest.click();
  await expect(settings.status).toHaveText('The test message was delivered.');
  expect(posted).toEqual(['{"text":"Slipway can send messages here. This is a test."}']);
  await settings.check('sandbox').click();
  await expect(page.getByRole('row', { name: /^sandbox us-east-1 \d{12} .* Connected, / })).toBeVisible();
  expect(await page.content()).not.toContain('t0ps3cr3t-');
  await expectUsableByEveryone(page);
  server.close();
});
