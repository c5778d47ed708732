import { expect, test } from './shell-test.ts';

/** What the preload script of a test gives its page. */
interface Small {
  echo<Value>(value: Value): Promise<Value>;
  refuse(): Promise<never>;
  missing(): Promise<never>;
  back(callback: (...args: unknown[]) => void): void;
  fail(): never;
  leave(value: unknown): string;
}

const WINDOW = `
import { app, BrowserWindow, ipcMain, protocol } from 'electron';
import { join } from 'node:path';
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
export const say = (...words) => process.stdout.write(words.join(' ') + '\\n');
export const opened = app.whenReady().then(() => {
  protocol.handle('app', () => new Response('<h1>small</h1>', { headers: { 'content-type': 'text/html' } }));
  const window = new BrowserWindow({ webPreferences: { preload: join(import.meta.dirname, 'preload.cjs') } });
  return window;
});`;

test.describe('the simulated Electron', () => {
  test('emits the events of a navigation in the order that Electron documents', async ({ start }) => {
    const shell = await start({
      app: {
        'preload.cjs': '',
        'window.js': WINDOW,
        'main.js': `
import { opened, say } from './window.js';
opened.then(async (window) => {
  const names = ['did-start-navigation', 'will-frame-navigate', 'will-navigate', 'did-frame-navigate', 'did-navigate', 'dom-ready', 'did-finish-load'];
  for (const name of names) {
    window.webContents.on(name, (event, url) => {
      if (name === 'will-navigate' && event.url.endsWith('/not-there')) event.preventDefault();
      say(name, event.url ?? url ?? '');
    });
  }
  await window.loadURL('app://small/first');
  say('loaded');
});`,
      },
    });
    await expect.poll(() => shell.output()).toContain('loaded');
    const load = (url: string): readonly string[] => [
      `did-frame-navigate ${url}`,
      `did-navigate ${url}`,
      'dom-ready ',
      'did-finish-load ',
    ];
    const asked = (url: string): readonly string[] => [
      `did-start-navigation ${url}`,
      `will-frame-navigate ${url}`,
      `will-navigate ${url}`,
    ];
    await shell.page().evaluate(() => {
      location.href = '/not-there';
    });
    await expect.poll(() => shell.output()).toContain('will-navigate app://small/not-there');
    await shell.page().evaluate(() => {
      location.href = '/second';
    });
    await expect.poll(() => shell.output().split('did-finish-load').length).toBe(3);
    expect(
      shell
        .output()
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(
      [
        'did-start-navigation app://small/first',
        ...load('app://small/first'),
        'loaded',
        ...asked('app://small/not-there'),
        ...asked('app://small/second'),
        ...load('app://small/second'),
      ].map((line) => line.trim()),
    );
  });

  test('passes values and errors over the context bridge and the messages as Electron does', async ({
    start,
  }) => {
    const shell = await start({
      app: {
        'preload.cjs': `
const { contextBridge, ipcRenderer } = require('electron');
contextBridge.exposeInMainWorld('small', {
  echo: (value) => ipcRenderer.invoke('echo', value),
  refuse: () => ipcRenderer.invoke('refuse'),
  missing: () => ipcRenderer.invoke('missing'),
  back: (callback) => callback(7, { when: new Date(5) }),
  fail: () => { throw Object.assign(new TypeError('not today'), { secret: 1 }); },
  leave: (value) => typeof value,
});`,
        'window.js': WINDOW,
        'main.js': `
import { ipcMain } from 'electron';
import { opened } from './window.js';
ipcMain.handle('echo', (_event, value) => value);
ipcMain.handle('refuse', () => { throw new RangeError('too many'); });
opened.then((window) => window.loadURL('app://small/'));`,
      },
    });
    const page = await shell.firstWindow();
    const seen = await page.evaluate(async () => {
      const small = Reflect.get(window, 'small') as Small;
      const said = async (act: () => unknown): Promise<string> => {
        try {
          return JSON.stringify(await act());
        } catch (error) {
          return error instanceof Error ? `${error.name}: ${error.message}` : 'no error of this world';
        }
      };
      const value = { list: [1, undefined, -0], map: new Map([['a', 2n]]), bytes: new Uint8Array([1, 2]) };
      const echoed = await small.echo(value);
      let back: unknown[] = [];
      small.back((...args: unknown[]) => {
        back = args;
      });
      return {
        sameShape: [
          echoed.list.length,
          echoed.map.get('a') === 2n,
          echoed.bytes[1],
          Object.is(echoed.list[2], -0),
        ],
        isCopy: echoed !== value,
        refused: await said(() => small.refuse()),
        missing: await said(() => small.missing()),
        failed: await said(() => small.fail()),
        function: await said(() => small.echo(() => 1)),
        back: [back[0], back[1] instanceof Object],
        argument: small.leave(() => 1),
      };
    });
    expect(seen).toEqual({
      sameShape: [3, true, 2, true],
      isCopy: true,
      refused: "Error: Error invoking remote method 'refuse': RangeError: too many",
      missing: "Error: Error invoking remote method 'missing': Error: No handler registered for 'missing'",
      failed: 'Error: not today',
      function: 'Error: An object could not be cloned.',
      back: [7, true],
      argument: 'function',
    });
  });

  test('gives a preload script only what a sandboxed one may require', async ({ start }) => {
    const shell = await start({
      app: {
        'preload.cjs': `
const { contextBridge } = require('electron');
const answers = ['events', 'node:timers', 'url', 'fs', 'node:child_process', './other.cjs'].map((name) => {
  try { require(name); return 'given'; } catch (error) { return error.message; }
});
contextBridge.exposeInMainWorld('answers', answers);`,
        'window.js': WINDOW,
        'main.js': `
import { opened } from './window.js';
opened.then((window) => window.loadURL('app://small/'));`,
      },
    });
    const page = await shell.firstWindow();
    expect(await page.evaluate((): unknown => Reflect.get(window, 'answers'))).toEqual([
      'given',
      'given',
      'given',
      'module not found: fs',
      'module not found: node:child_process',
      'module not found: ./other.cjs',
    ]);
  });

  test('refuses the parts of Electron that it does not have', async ({ start }) => {
    const shell = await start({
      app: {
        'main.js': `
import { app, BrowserWindow } from 'electron';
const attempts = [
  () => app.getGPUInfo('basic'),
  () => app.on('accessibility-support-changed', () => {}),
  () => new BrowserWindow(),
];
for (const attempt of attempts) {
  try { attempt(); } catch (error) { process.stdout.write(error.message + '\\n'); }
}
app.whenReady().then(() => {
  try { new BrowserWindow({ webPreferences: { sandbox: false } }); } catch (error) { process.stdout.write(error.message + '\\nend\\n'); }
});`,
      },
    });
    await expect.poll(() => shell.output()).toContain('end');
    expect(shell.output().split('\n')).toEqual([
      "The simulated Electron has no app.getGPUInfo. Add it to e2e/shell/electron after Electron's documentation.",
      'The simulated Electron never emits the event accessibility-support-changed of app.',
      'Cannot create BrowserWindow before app is ready',
      'The simulated Electron shows sandboxed, isolated pages alone; sandbox is false.',
      'end',
      '',
    ]);
  });

  test('closes windows and quits in the order of Electron, and stays when it is asked to', async ({
    start,
  }) => {
    const shell = await start({
      app: {
        'preload.cjs': '',
        'window.js': WINDOW,
        'main.js': `
import { app } from 'electron';
import { opened, say } from './window.js';
let asked = 0;
app.on('window-all-closed', () => { say('window-all-closed'); app.quit(); });
app.on('before-quit', () => say('before-quit'));
app.on('will-quit', (event) => {
  asked += 1;
  say('will-quit', asked);
  if (asked === 1) { event.preventDefault(); setImmediate(() => app.quit()); }
});
app.on('quit', (_event, code) => say('quit', code));
process.on('exit', (code) => say('exit', code));
opened.then((window) => {
  let closes = 0;
  window.on('close', (event) => { closes += 1; say('close', closes); if (closes === 1) event.preventDefault(); });
  window.on('closed', () => { say('closed', window.isDestroyed()); try { window.show(); } catch (error) { say(error.message); } });
  window.webContents.on('destroyed', () => say('destroyed'));
  window.loadURL('app://small/');
});`,
      },
    });
    await shell.firstWindow();
    await shell.act({ act: 'close-window' });
    await expect.poll(() => shell.output()).toContain('close 1');
    expect((await shell.window()).isVisible).toBe(true);
    await shell.act({ act: 'close-window' });
    expect(await shell.exit()).toBe(0);
    expect(shell.output().trimEnd().split('\n')).toEqual([
      'close 1',
      'close 2',
      'destroyed',
      'closed true',
      'Object has been destroyed',
      'window-all-closed',
      'before-quit',
      'will-quit 1',
      'before-quit',
      'will-quit 2',
      'quit 0',
      'exit 0',
    ]);
  });
});
