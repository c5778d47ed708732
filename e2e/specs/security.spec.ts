import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/test.ts';
import { openAddress } from '../pages/address.ts';
import { deployDialog } from '../pages/deploy-dialog.ts';
import { servicesView } from '../pages/services-view.ts';
import { windowFrame } from '../pages/window-frame.ts';

/** Asks the host for a path as any other program could, with headers that a browser would not let a page set. */
async function ask(
  launchAddress: string | undefined,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string; readonly answer: IncomingMessage }> {
  const asked = request(new URL(path, launchAddress), { headers });
  asked.end();
  // An upgrade that is granted has no response, and would be a failure of the test that asked for it.
  const [answer] = (await Promise.race([
    once(asked, 'response'),
    once(asked, 'upgrade').then(() => Promise.reject(new Error(`${path} was upgraded.`))),
  ])) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer), answer };
}

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'c2xpcHdheS1lMmUtdGVzdA==',
};

test('without the token of this run nothing is answered', async ({ slipway }) => {
  for (const path of ['/', '/index.html', '/journal', '/launch/not-the-token']) {
    const { status, body } = await ask(slipway.launchAddress, path);
    expect(status, path).toBe(403);
    expect(body).toContain('Open that one.');
  }
});

test('another Host or Origin is refused even with the token', async ({ page, slipway }) => {
  const cookies = await page.context().cookies();
  const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const { host, origin } = new URL(page.url());
  expect((await ask(slipway.launchAddress, '/', { Cookie })).status).toBe(200);
  expect((await ask(slipway.launchAddress, '/', { Cookie, Host: 'attacker.example' })).status).toBe(403);
  expect((await ask(slipway.launchAddress, '/', { Cookie, Origin: 'http://attacker.example' })).status).toBe(
    403,
  );

  const [, socketPath] = /^ws:\/\/[^/]+(\/.*)$/.exec(await socketAddress(page)) ?? [];
  expect(socketPath).toBeDefined();
  const refused: readonly Readonly<Record<string, string>>[] = [
    { Origin: origin },
    { Cookie },
    { Cookie, Origin: 'http://attacker.example' },
    { Cookie, Origin: 'http://attacker.example', Host: 'attacker.example' },
    { Cookie, Origin: `http://${host}.attacker.example` },
  ];
  for (const headers of refused) {
    const { status } = await ask(slipway.launchAddress, socketPath ?? '', { ...UPGRADE, ...headers });
    expect(status, JSON.stringify(Object.keys(headers))).toBe(403);
  }
});

/** Where the page of a host has its socket. */
async function socketAddress(page: Page): Promise<string> {
  const [socket] = await Promise.all([page.waitForEvent('websocket'), page.reload()]);
  return socket.url();
}

test('the token is a cookie that no script can read and no other site can send', async ({ page }) => {
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(page.url()).not.toContain(cookie?.value);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('the page runs only its own scripts, and has no bridge of the desktop app', async ({ page }) => {
  const response = await page.reload();
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

test('no secret crosses to the page', async ({ startOwn, gate, project }) => {
  const secret = 'e2eSecretThatStaysWithTheEngine0123456789';
  const { slipway, page } = await startOwn({
    awsConfig: [
      '[profile shop]',
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
