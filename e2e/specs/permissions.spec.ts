import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startSlipway } from '../fixtures/slipway.ts';
import { expectUsableByEveryone } from '../fixtures/usable-by-everyone.ts';
import { openAddress } from '../pages/address.ts';

// The key `readonly` of the sandbox may read everything, and ask IAM about itself.
test('the buttons of a person who may only read say which action is missing before they are clicked', async ({
  browser,
}, { project }) => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-e2e-reader-'));
  const config = join(home, 'config');
  await writeFile(config, '');
  const slipway = await startSlipway(project.name, browser, {
    environment: { HOME: home, AWS_CONFIG_FILE: config },
  });
  try {
    await writeFile(
      config,
      `[profile reader]\nregion = us-east-1\nendpoint_url = ${slipway.sandboxEndpoint}\naws_access_key_id = readonly\naws_secret_access_key = readonly\n`,
    );
    const page = await slipway.open();
    await openAddress(page, '/a/profile:reader/us-east-1/c/tools/s/dashboard');
    const deploy = page.getByRole('button', { name: /^Deploy…/ });
    await expect(deploy).toHaveAttribute('aria-disabled', 'true');
    await expect(deploy).toHaveAccessibleDescription(/You aren't allowed to use ecs:UpdateService/);
    await expect(page.getByRole('button', { name: /^Scale/ })).toHaveAttribute('aria-disabled', 'true');
    await expectUsableByEveryone(page);
    await deploy.click({ force: true });
    await expect(page.getByRole('dialog')).toBeHidden();

    await page.getByRole('button', { name: 'Try anyway' }).click();
    await expect(deploy).not.toHaveAttribute('aria-disabled', 'true');
    await deploy.click();
    await expect(page.getByRole('dialog')).toBeVisible();
  } finally {
    await slipway.close();
    await rm(home, { recursive: true, force: true });
  }
});
