import { CALL } from '../../../src/shared/channels.ts';
import type { Transport } from '../../../src/shared/transport.ts';
import { windowFrame } from '../../pages/window-frame.ts';
import { callFromPage, expect, test } from './shell-test.ts';

const REFUSED = { ok: true, value: { ok: false, error: { code: 'FORBIDDEN' } } };

test('the page has three functions of the app, and nothing of Electron or Node', async ({ start }) => {
  const page = await (await start()).firstWindow();
  const found = await page.evaluate(() => ({
    functions: Object.entries(Reflect.get(window, 'slipway') as object).map(([name, each]) => [
      name,
      typeof each,
    ]),
    others: ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
  }));
  expect(found).toEqual({
    functions: [
      ['call', 'function'],
      ['cancel', 'function'],
      ['onEvent', 'function'],
    ],
    others: [],
  });
});

test('the page cannot replace what the app gave it', async ({ start }) => {
  const page = await (await start()).firstWindow();
  const kept = await page.evaluate(() => {
    const api = Reflect.get(window, 'slipway') as Readonly<Record<string, unknown>>;
    const before = api.call;
    return [
      Reflect.set(api, 'call', () => 'mine'),
      Reflect.set(window, 'slipway', {}),
      Reflect.deleteProperty(window, 'slipway'),
      Reflect.get(window, 'slipway') === api && api.call === before,
    ];
  });
  expect(kept).toEqual([false, false, false, true]);
});

test('navigation to another site is prevented, and the page’s calls continue', async ({ start }) => {
  const shell = await start();
  const page = await shell.firstWindow();
  await expect(windowFrame(page).account('sandbox')).toBeVisible();
  // The first view leads to the first cluster once its list is there.
  await page.waitForURL(/\/c\/[^/]+$/);
  const before = page.url();
  const watched = page.evaluate(() =>
    Promise.race([
      (Reflect.get(window, 'slipway') as Transport).call({
        id: 'prompts',
        method: 'prompts.watch',
        input: {},
      }),
      new Promise((resolve) => addEventListener('still-here', () => resolve('goes on'))),
    ]),
  );
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: 'https://attacker.example/' });
    document.body.append(link);
    link.click();
    location.href = 'https://attacker.example/again';
  });
  expect(await callFromPage(page, 'app.info')).toMatchObject({ ok: true });
  expect(page.url()).toBe(before);
  await page.evaluate(() => dispatchEvent(new Event('still-here')));
  expect(await watched).toBe('goes on');
});

test('the page opens no window; a link to a known site opens in the browser', async ({ start }) => {
  const shell = await start();
  const page = await shell.firstWindow();
  await page.evaluate(() => {
    open('https://github.com/acme/web');
    open('file:///etc/passwd');
    const link = Object.assign(document.createElement('a'), {
      href: 'https://console.aws.amazon.com/ecs',
      target: '_blank',
      rel: 'noreferrer',
    });
    document.body.append(link);
    link.click();
  });
  const opened = (): readonly unknown[] =>
    shell.chromium.recorded.filter(({ what }) => what === 'open-external');
  await expect.poll(opened).toEqual([
    { what: 'open-external', url: 'https://github.com/acme/web' },
    { what: 'open-external', url: 'https://console.aws.amazon.com/ecs' },
  ]);
  await expect.poll(() => page.context().pages()).toEqual([page]);
});

test('a message from a frame of another page is refused', async ({ start }) => {
  const shell = await start();
  await shell.firstWindow();
  const request = { id: '1', method: 'app.info', input: {} };
  for (const sender of [
    { isMainFrame: false, url: 'app://slipway/' },
    { isMainFrame: false, url: 'https://attacker.example/' },
    { isMainFrame: true, url: 'https://attacker.example/' },
    { isMainFrame: true, url: 'app://slipway.attacker.example/' },
  ]) {
    expect(await shell.invokeAs(sender, CALL, request), JSON.stringify(sender)).toMatchObject(REFUSED);
  }
});

test('a window that shows another site gets no answer from the engine', async ({ start }) => {
  const shell = await start();
  const page = await shell.firstWindow();
  await page.route('https://attacker.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Slipway</h1>' }),
  );
  await page.goto('https://attacker.example/');
  expect(await callFromPage(page, 'accounts.list')).toMatchObject(REFUSED.value);
});

test('the page may copy text, and has no other permission', async ({ start }) => {
  const page = await (await start()).firstWindow();
  const states = await page.evaluate(() => {
    const names = [
      'clipboard-write',
      'clipboard-read',
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'midi',
    ];
    const asked = names.map(async (name): Promise<readonly [string, string]> => {
      const { state } = await navigator.permissions.query({ name: name as PermissionName });
      return [name, state];
    });
    return Promise.all(asked);
  });
  expect(Object.fromEntries(states)).toEqual({
    'clipboard-write': 'granted',
    'clipboard-read': 'denied',
    geolocation: 'denied',
    notifications: 'denied',
    camera: 'denied',
    microphone: 'denied',
    midi: 'denied',
  });
});

test('app:// serves the page under its policy, and no other file or host', async ({ start }) => {
  const page = await (await start()).firstWindow();
  const response = await page.reload();
  expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
  const statuses = await page.evaluate(async () => {
    const paths = ['/assets/..%2f..%2fmain/index.js', '/..%5cpackage.json', '/%2e%2e/package.json'];
    return Promise.all(paths.map(async (path) => (await fetch(path)).status));
  });
  expect(statuses).toEqual([404, 404, 404]);
  expect((await page.goto('https://other.app.invalid/'))?.status()).toBe(403);
});
