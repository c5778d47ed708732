import { keyOf } from '../fixtures/key.ts';
import { type HostileServer, startHostileServer } from '../fixtures/loopback-servers.ts';
import { ask, UPGRADE } from '../fixtures/raw-request.ts';
import { expect, test } from '../fixtures/test.ts';
import { windowFrame } from '../pages/window-frame.ts';

/**
 * A page on another port of this machine is of the same site for cookies and SameSite, and it may be anybody's. Each
 * test opens one in the browser that shows Slipway, as a person would who also develops a web app.
 */
let hostile: HostileServer;

test.beforeEach(async () => {
  hostile = await startHostileServer();
});
test.afterEach(() => hostile.close());

test('a page on another port can neither read Slipway nor show it in a frame', async ({
  freshPage: page,
}) => {
  const { origin } = new URL(page.url());
  const other = await page.context().newPage();
  await other.goto(hostile.address);
  const got = await other.evaluate(async (slipway) => {
    const outcome = (attempt: Promise<string>) => attempt.catch(() => 'refused');
    const load = (element: HTMLImageElement | HTMLScriptElement, address: string) =>
      outcome(
        new Promise((resolve, reject) => {
          element.onload = () => resolve('loaded');
          element.onerror = reject;
          element.src = address;
          document.body.append(element);
        }),
      );
    const post = (mode: RequestMode, type: string) =>
      outcome(
        fetch(`${slipway}/session`, {
          method: 'POST',
          mode,
          credentials: 'include',
          headers: { 'Content-Type': type },
          body: JSON.stringify({ key: 'k'.repeat(43), ticket: 't'.repeat(43) }),
        }).then((answer) => `${answer.type} ${answer.status}`),
      );
    const frame = document.createElement('iframe');
    frame.src = `${slipway}/`;
    const framed = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    document.body.append(frame);
    await framed;
    return {
      read: await outcome(fetch(`${slipway}/`, { credentials: 'include' }).then((answer) => answer.text())),
      image: await load(new Image(), `${slipway}/icon.svg`),
      script: await load(document.createElement('script'), `${slipway}/icon.svg`),
      json: await post('cors', 'application/json'),
      simple: await post('no-cors', 'text/plain'),
      frames: window.frames[0]?.length,
    };
  }, origin);
  expect(got).toMatchObject({
    read: 'refused',
    image: 'refused',
    script: 'refused',
    json: 'refused',
    frames: 0,
  });
  // Sent without asking first, and answered with what no page may read.
  expect(['refused', 'opaque 0']).toContain(got.simple);
  const frame = other.frames().find((each) => each !== other.mainFrame());
  expect(await frame?.evaluate(() => document.querySelector('#root'))).toBeNull();
});

test('a page on another port opens no WebSocket, nor does its server with everything the browser sent it', async ({
  freshPage: page,
}) => {
  const { origin, host } = new URL(page.url());
  const other = await page.context().newPage();
  await other.goto(hostile.address);
  const opened = await other.evaluate(
    (address) =>
      Promise.all(
        [[], ['slipway'], ['slipway', `key.${'k'.repeat(43)}`]].map(
          (protocols) =>
            new Promise<string>((resolve) => {
              const socket = new WebSocket(address, protocols);
              socket.onopen = () => resolve('open');
              socket.onerror = () => resolve('refused');
            }),
        ),
      ),
    `ws://${host}/bridge`,
  );
  expect(opened).toEqual(['refused', 'refused', 'refused']);

  expect(hostile.cookies).toEqual([]);
  const forged = { ...UPGRADE, Origin: origin, 'Sec-WebSocket-Protocol': 'slipway' };
  expect((await ask(`${origin}/bridge`, forged)).status).toBe(401);
});

test('a page on another port receives no messages of Slipway’s tabs and reads no storage', async ({
  freshPage: page,
}) => {
  // The engine has taken the key, so that the page may give it to other tabs.
  await expect(windowFrame(page).accounts).toBeVisible();
  const key = await keyOf(page);
  const other = await page.context().newPage();
  await other.goto(hostile.address);
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    other.evaluate((address) => {
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      const channel = new BroadcastChannel('slipway');
      channel.onmessage = ({ data }) => heard.push(data);
      window.onmessage = ({ data }) => heard.push(data);
      channel.postMessage({ type: 'ask' });
      window.open(address)?.postMessage({ type: 'ask' }, '*');
    }, page.url()),
  ]);
  // That tab has asked the others of Slipway for the key, and has it.
  await expect(windowFrame(opened).accounts).toBeVisible();
  expect(await keyOf(opened)).toBe(key);
  const got = await other.evaluate(() => ({
    heard: (window as unknown as { readonly heard: readonly unknown[] }).heard,
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
  }));
  expect(got).toEqual({ heard: [], session: [], local: [] });
});

test('a page on another port has no handle on a Slipway window that it opens', async ({
  freshPage: page,
}) => {
  const other = await page.context().newPage();
  await other.goto(hostile.address);
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    other.evaluate((address) => {
      Object.assign(window, { opened: window.open(address) });
    }, page.url()),
  ]);
  await expect(windowFrame(opened).accounts).toBeVisible();
  expect(await opened.evaluate(() => window.opener === null)).toBe(true);
  const hold = await other.evaluate(() => {
    const { opened: held } = window as unknown as { readonly opened: Window };
    const read = (get: () => unknown): unknown => {
      try {
        return get();
      } catch {
        return 'refused';
      }
    };
    return { closed: held.closed, key: read(() => held.sessionStorage.getItem('slipway.key')) };
  });
  // Cross-Origin-Opener-Policy: to the opener the window looks closed.
  expect(hold.closed).toBe(true);
  expect(hold.key).not.toMatch(/^[\w-]{43}$/);
});

test('a service worker on another port sees no request of Slipway and reads nothing for its page', async ({
  freshPage: page,
}) => {
  const { origin } = new URL(page.url());
  const other = await page.context().newPage();
  await other.goto(hostile.address);
  const got = await other.evaluate(async (slipway) => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
    return fetch(`${slipway}/`, { credentials: 'include' }).then(
      (answer) => answer.text(),
      () => 'refused',
    );
  }, origin);
  expect(got).toBe('refused');
  await page.reload();
  await expect(windowFrame(page).accounts).toBeVisible();
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
});
