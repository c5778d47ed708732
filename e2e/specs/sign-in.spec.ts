import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { markerMfaCode, writeMarkerSignIn } from '../fixtures/marker-secrets.ts';
import { startSlipway } from '../fixtures/slipway.ts';

const PROFILE = `sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = us-east-1`;

/** Two profiles of one session of the Identity Center that the sandbox has, two of one login with its console, and one of a role with MFA. */
function configFor(endpoint: string): string {
  const profiles = ['shop', 'shop-admin'].map(
    (name) => `[profile ${name}]\n${PROFILE}\nendpoint_url = ${endpoint}`,
  );
  const logins = ['console', 'remote'].map(
    (name) =>
      `[profile ${name}]\nlogin_session = arn:aws:iam::123456789012:user/sandbox\nregion = us-east-1\nendpoint_url = ${endpoint}`,
  );
  return [
    ...profiles,
    ...logins,
    `[profile coded]\nrole_arn = arn:aws:iam::123456789012:role/mfa-deployer\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/sandbox\nregion = us-east-1\nendpoint_url = ${endpoint}`,
    `[profile base]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\nregion = us-east-1\nendpoint_url = ${endpoint}`,
    `[sso-session corp]\nsso_start_url = ${endpoint}/start\nsso_region = us-east-1`,
  ].join('\n');
}

// One browser opens the page of the sign-in, as a person's own browser does.
test('profiles of the Identity Center and of aws login sign in over the browser, once for each session, and a role by an MFA code', async ({
  browser,
}, { project }) => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-e2e-sso-'));
  const config = join(home, 'config');
  await writeFile(config, '');
  const slipway = await startSlipway(project.name, browser, {
    environment: { HOME: home, AWS_CONFIG_FILE: config },
  });
  try {
    await writeMarkerSignIn(home, 'corp', `${slipway.sandboxEndpoint}/start`);
    await writeFile(config, configFor(slipway.sandboxEndpoint));
    const page = await slipway.open();
    const frames: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(payload.toString())),
    );
    const sidebar = page.getByRole('navigation', { name: 'Accounts and clusters' });
    await page.reload();
    await sidebar.getByRole('link', { name: /^shop-admin/ }).waitFor();
    // The overview has tried to renew the sign-in, and asks nobody.
    await sidebar.getByRole('link', { name: /^shop\b(?!-)/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in to corp' });
    await expect(dialog).toBeVisible();

    const opened = page.waitForEvent('popup');
    await dialog.getByRole('link', { name: 'Open the sign-in page' }).click();
    const signIn = await opened;
    await signIn.getByRole('button', { name: 'Allow access' }).click();
    await expect(signIn.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
    await signIn.close();

    await expect(dialog).toBeHidden();
    await expect(page.getByRole('main').getByRole('link', { name: 'production' }).first()).toBeVisible();
    await sidebar.getByRole('link', { name: /^shop-admin/ }).click();
    await expect(page.getByRole('banner').getByText('ana · 123456789012')).toBeVisible();
    await expect(dialog).toBeHidden();

    const cache = join(home, '.aws', 'sso', 'cache');
    const [file = '', ...further] = await readdir(cache);
    expect(further).toEqual([]);
    const token = JSON.parse(await readFile(join(cache, file), 'utf8')) as Record<string, string>;
    const shown = `${await page.content()}${frames.join('\n')}`;
    for (const secret of ['accessToken', 'refreshToken', 'clientSecret']) {
      expect(token[secret]).toBeDefined();
      expect(shown).not.toContain(token[secret]);
    }

    await sidebar.getByRole('link', { name: /^console/ }).click();
    const login = page.getByRole('dialog', { name: 'Sign in to console' });
    await login.getByRole('button', { name: 'Use a code instead' }).click();
    const code = login.getByRole('textbox', { name: 'Authorization code' });
    await code.fill('no code');
    await login.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(login.getByText(/^This is not an authorization code/)).toBeVisible();
    const shows = page.waitForEvent('popup');
    await login.getByRole('link', { name: 'Open the sign-in page' }).click();
    const console = await shows;
    await console.getByRole('button', { name: 'Allow access' }).click();
    await code.fill((await console.getByRole('code').textContent()) ?? '');
    await console.close();
    await login.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(login).toBeHidden();
    await expect(page.getByRole('banner').getByText('sandbox · 123456789012')).toBeVisible();
    await sidebar.getByRole('link', { name: /^remote/ }).click();
    await expect(page.getByRole('navigation', { name: 'Location' })).toContainText('remote');
    await expect(page.getByRole('main').getByRole('link', { name: 'production' }).first()).toBeVisible();
    await expect(page.getByRole('dialog')).toBeHidden();

    await sidebar.getByRole('link', { name: /^coded/ }).click();
    const mfa = page.getByRole('dialog', { name: 'MFA code required' });
    await mfa.getByRole('textbox', { name: 'Digit 1 of the code' }).click();
    await page.keyboard.type(markerMfaCode());
    await mfa.getByRole('button', { name: 'Continue' }).click();
    await expect(mfa).toBeHidden();
    await expect(page.getByRole('main').getByRole('link', { name: 'production' }).first()).toBeVisible();
  } finally {
    await slipway.close();
    await rm(home, { recursive: true, force: true });
  }
});
