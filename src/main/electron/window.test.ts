import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from './electron-stand-in.ts';
import { createWindow, showPage } from './window.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

describe('the window', () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'slipway-window-'));
    standIn.BrowserWindow.made.length = 0;
  });
  afterEach(() => rmSync(data, { recursive: true }));

  function open(): standIn.BrowserWindow {
    createWindow({ preload: '/out/preload/index.cjs', icon: '/icon.png', dataFolder: data });
    const window = standIn.BrowserWindow.made.at(-1);
    if (window === undefined) throw new Error('No window was made.');
    return window;
  }

  it('runs its page isolated, sandboxed and without Node', () => {
    expect(open().options.webPreferences).toMatchObject({
      preload: '/out/preload/index.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('is hidden until the page has painted', () => {
    const window = open();
    expect(window.options.show).toBe(false);
    expect(window.show).not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
  });

  it('shows our own page and nothing else', async () => {
    await showPage(createWindow({ preload: '/preload', icon: '/icon.png', dataFolder: data }));
    expect(standIn.BrowserWindow.made.at(-1)?.loadURL).toHaveBeenCalledExactlyOnceWith('app://slipway/');
  });

  it('opens where it was closed', () => {
    const window = open();
    window.bounds = { x: 300, y: 200, width: 1000, height: 800 };
    window.emit('close');
    expect(open().options).toMatchObject({ x: 300, y: 200, width: 1000, height: 800 });
  });

  it('opens at its first size when the display that it was on has gone', () => {
    const window = open();
    window.bounds = { x: 4000, y: 200, width: 1000, height: 800 };
    window.emit('close');
    const { options } = open();
    expect(options.width).toBe(1360);
    expect(options).not.toHaveProperty('x');
  });

  it.each(['', '{', '{"x":0,"y":0}', '{"x":0,"y":0,"width":"9","height":9}', 'null'])(
    'does not mind a remembered place of %j',
    (text) => {
      writeFileSync(join(data, 'window.json'), text);
      expect(open().options.width).toBe(1360);
    },
  );
});
