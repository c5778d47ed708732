import { keyOf } from '../fixtures/key.ts';
import { lastingPort } from '../fixtures/lasting-port.ts';
import { ask, UPGRADE } from '../fixtures/raw-request.ts';
import { startSlipway } from '../fixtures/slipway.ts';
import { expect, test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { servicesView } from '../pages/services-view.ts';
import { windowFrame } from '../pages/window-frame.ts';

test('calls are refused without a key, and with one from another Host or Origin', async ({
  freshPage: page,
}) => {
  const { host, origin } = new URL(page.url());
  const bridge = `${origin}/bridge`;
  const key = `slipway, key.${await keyOf(page)}`;
  const attempts: readonly (readonly [number, Readonly<Record<string, string>>])[] = [
    [401, { Origin: origin }],
    [401, { Origin: origin, 'Sec-WebSocket-Protocol': `slipway, key.${'x'.repeat(43)}` }],
    [401, { Origin: origin, Cookie: `slipway=${key}` }],
    [403, { 'Sec-WebSocket-Protocol': key }],
    [403, { 'Sec-WebSocket-Protocol': key, Origin: 'http://attacker.example' }],
    [403, { 'Sec-WebSocket-Protocol': key, Origin: 'http://127.0.0.1:1' }],
    [403, { 'Sec-WebSocket-Protocol': key, Origin: 'http://attacker.example', Host: 'attacker.example' }],
    [403, { 'Sec-WebSocket-Protocol': key, Origin: `http://${host}.attacker.example` }],
  ];
  for (const [status, headers] of attempts) {
    expect((await ask(bridge, { ...UPGRADE, ...headers })).status, JSON.stringify(headers)).toBe(status);
  }
  expect((await ask(`${origin}/`)).status).toBe(200);
  expect((await ask(`${origin}/`, { Host: 'attacker.example' })).status).toBe(403);
  expect((await ask(`${origin}/`, { Origin: 'http://attacker.example' })).status).toBe(403);
});

test('neither the address, the history nor a cookie contains the ticket or the key', async ({
  freshPage: page,
}) => {
  const key = await keyOf(page);
  expect(key).toMatch(/^[\w-]{43}$/);
  await expect(windowFrame(page).accounts).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  expect(page.url()).not.toContain('#');
  const history = await page.context().newCDPSession(page);
  const { entries } = await history.send('Page.getNavigationHistory');
  expect(
    entries.map(({ url }) => url).filter((url) => /ticket|launch/.test(url) || url.includes(key)),
  ).toEqual([]);
});

test('a reload, a duplicated tab and a new tab of the same browser keep their access', async ({
  freshPage: page,
}) => {
  const { origin } = new URL(page.url());
  await page.reload();
  await expect(windowFrame(page).accounts).toBeVisible();

  const [duplicate] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((address) => void window.open(address), page.url()),
  ]);
  await expect(windowFrame(duplicate).accounts).toBeVisible();
  const tab = await page.context().newPage();
  await tab.goto(`${origin}/a/sandbox/us-east-1/c/staging`);
  await expect(servicesView(tab).service('web')).toBeVisible();
  expect(await keyOf(tab)).toBe(await keyOf(page));
});

test('a used, a wrong and a missing ticket are each explained in one sentence with the next step', async ({
  browser,
  slipway,
}) => {
  const { origin = '' } = slipway;
  const used = (await slipway.launchAddress?.()) ?? '';
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(used);
  await expect(windowFrame(page).accounts).toBeVisible();

  for (const [address, sentence] of [
    [used, 'This address was already used'],
    [`${origin}/launch#ticket=${'x'.repeat(43)}`, 'Unknown Slipway address'],
    [used.slice(0, -3), 'Unknown Slipway address'],
    [`${origin}/`, 'This browser is not connected to Slipway'],
  ] as const) {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(address);
    await expect(other.getByRole('alert').filter({ hasText: sentence })).toContainText('Open the latest one');
    await context.close();
  }

  // The code of the page asks first, and may have its answer before the code of the app has arrived.
  const late = await browser.newContext();
  const slow = await late.newPage();
  const refused = slow.waitForResponse((response) => response.url().endsWith('/session'));
  await slow.route(/\/assets\/index-[^/]*\.js$/, async (route) => {
    await refused;
    await route.continue();
  });
  await slow.goto(used);
  await expect(slow.getByRole('alert').filter({ hasText: 'This address was already used' })).toBeVisible();
  await late.close();
  await first.close();
});

test('a tab restored after a restart asks for the new address, and continues when it is opened', async ({
  browser,
}) => {
  const port = await lastingPort(test.info().parallelIndex);
  const before = await startSlipway('browser', browser, { port });
  const page = await before.open();
  await expect(windowFrame(page).accounts).toBeVisible();
  // The script of the first view has arrived: the router reloads a page that could not get one.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await before.close();

  const after = await startSlipway('browser', browser, { port });
  try {
    await page.reload();
    await expect(page.getByText('Slipway was restarted after this tab was opened')).toBeVisible();
    const other = await page.context().newPage();
    await other.goto((await after.launchAddress?.()) ?? '');
    await expect(windowFrame(page).accounts).toBeVisible();
  } finally {
    await page.context().close();
    await after.close();
  }
});

test('the page runs only its own scripts, and has no desktop bridge', async ({ freshPage: page }) => {
  const response = await page.reload();
  await expect(windowFrame(page).accounts).toBeVisible();
  const policy = response?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|\*/);
  const inline = await page.evaluate(
    () =>
      [...document.scripts].filter(({ src }) => src === '').length +
      [...document.querySelectorAll('*')].filter((each) =>
        each.getAttributeNames().some((name) => name.startsWith('on')),
      ).length,
  );
  expect(inline).toBe(0);
  expect(await page.evaluate(() => 'slipway' in window)).toBe(false);
});

test('no secret reaches the page', async ({ startOwn, gate, project }) => {
  const secret = 'e2eSecretThatStaysWithTheEngine0123456789';
  const { slipway, page } = await startOwn({
    awsConfig: [
      '[profile shop]',
      'region = us-east-1',
      'aws_access_key_id = AKIAE2EKEYTHATSTAYS00',
      `aws_secret_access_key = ${secret}`,
      `aws_session_token = ${secret}Token`,
      `endpoint_url = ${gate.address}`,
      '',
    ].join('\n'),
  });
  gate.forwardTo(slipway.sandboxEndpoint);
  const frames: string[] = [];
  const keep = ({ payload }: { readonly payload: string | Buffer }) => frames.push(payload.toString());
  page.on('websocket', (socket) => socket.on('framesent', keep).on('framereceived', keep));
  await page.reload();

  await windowFrame(page).account('shop').click();
  await expect(windowFrame(page).notice).toContainText('does not accept the credentials of shop');
  await openAddress(page, '/a/sandbox/us-east-1/c/staging');
  await servicesView(page).service('web').click();
  await openAddress(page, '/a/sandbox/us-east-1/c/staging/s/web?dialog=deploy');
  const container = deployDialog(page).container('app');
  await container.openFolder(project.folder);
  await container.buildAndPush();
  await expect(container.chosen).toBeVisible();

  const said = frames.join('\n');
  expect(said).toContain('docker.push');
  for (const [what, pattern] of Object.entries({
    'the secret key': secret,
    'the key id': 'AKIAE2EKEYTHATSTAYS00',
    'a registry password': /"QVdTO[\w+/=]+/,
    'an authorization header': /"authorization|authorizationToken|AWS4-HMAC|x-amz-security-token/i,
    'a private member': /secretAccessKey|sessionToken|authconfig|password/i,
  })) {
    expect(excerpt(said, pattern), what).toBe('');
  }
});

/** What stands around the first match, so that a failure tells where it came from. */
function excerpt(said: string, pattern: string | RegExp): string {
  const at = said.search(pattern);
  return at < 0 ? '' : said.slice(Math.max(0, at - 100), at + 100);
}
