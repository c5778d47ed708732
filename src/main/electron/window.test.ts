import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { openDesktopState } from './desktop-state.ts';
import { createWindow, showOpenWindow, showPage } from './window.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const logger = pino({ level: 'silent' });
const FILES = { preload: '/out/preload/index.cjs', icon: '/icon.png' };

describe('the window', () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'slipway-window-'));
    standIn.BrowserWindow.made.length = 0;
  });
  afterEach(() => rmSync(data, { recursive: true }));

  function open(): standIn.BrowserWindow {
    createWindow(FILES, openDesktopState(data, logger));
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
    expect(window.maximize).not.toHaveBeenCalled();
  });

  it('shows only the app’s page', async () => {
    await showPage(createWindow(FILES, openDesktopState(data, logger)));
    expect(standIn.BrowserWindow.made.at(-1)?.loadURL).toHaveBeenCalledExactlyOnceWith('app://slipway/');
  });

  it('fails when its page does not load, but not when it was closed meanwhile', async () => {
    const window = createWindow(FILES, openDesktopState(data, logger));
    const [made] = standIn.BrowserWindow.made;
    made?.loadURL.mockRejectedValue(new Error('ERR_FAILED (-2) loading app://slipway/'));
    await expect(showPage(window)).rejects.toThrow('ERR_FAILED');
    Object.assign(made ?? {}, { isGone: true });
    await expect(showPage(window)).resolves.toBeUndefined();
  });

  it('opens where it was closed', () => {
    const window = open();
    window.bounds = { x: 300, y: 200, width: 1000, height: 800 };
    window.emit('close');
    expect(open().options).toMatchObject({ x: 300, y: 200, width: 1000, height: 800 });
  });

  it('opens maximised or full-screen if it was closed that way, and keeps its normal position', () => {
    const window = open();
    window.bounds = { x: 300, y: 200, width: 1000, height: 800 };
    window.mode = 'maximized';
    window.emit('close');
    const maximized = open();
    expect(maximized.options).toMatchObject({ x: 300, y: 200, width: 1000, height: 800, fullscreen: false });
    expect(maximized.maximize).not.toHaveBeenCalled();
    maximized.emit('ready-to-show');
    expect(maximized.maximize).toHaveBeenCalledOnce();

    maximized.mode = 'full-screen';
    maximized.emit('close');
    expect(open().options.fullscreen).toBe(true);
  });

  it('opens on an existing display when its last one is disconnected', () => {
    const window = open();
    window.bounds = { x: 4000, y: 200, width: 1000, height: 800 };
    window.emit('close');
    const { options } = open();
    expect(options.width).toBe(1000);
    expect(options).not.toHaveProperty('x');
  });

  it('is never larger than its display, nor is its minimum size', () => {
    const small = { x: 0, y: 0, width: 640, height: 400 };
    standIn.screen.getPrimaryDisplay.mockReturnValueOnce(standIn.display(1, small));
    expect(open().options).toMatchObject({ width: 640, height: 400, minWidth: 640, minHeight: 400 });
  });

  it('closes even if its position cannot be saved, such as on a full disk', () => {
    const window = open();
    const file = join(data, 'desktop.json');
    rmSync(file, { force: true });
    mkdirSync(file);
    expect(() => window.emit('close')).not.toThrow();
    rmSync(file, { recursive: true });
  });

  it('is saved also where something else has the name of an unfinished file', () => {
    const other = join(data, 'desktop.json.new');
    mkdirSync(other);
    const window = open();
    window.bounds = { x: 5, y: 6, width: 900, height: 700 };
    window.emit('close');
    expect(open().options).toMatchObject({ x: 5, y: 6, width: 900, height: 700 });
    rmSync(other, { recursive: true });
  });

  it('is never smaller than its minimum size, whatever was saved', () => {
    const window = open();
    window.bounds = { x: 5, y: 6, width: 300, height: 1 };
    window.emit('close');
    expect(open().options).toMatchObject({ width: 720, height: 480 });
  });

  it.each(['', '{', '{"window":{"x":0,"y":0}}', '{"window":{"x":0,"y":0,"width":"9"},"theme":7}', 'null'])(
    'ignores a saved position of %j',
    (text) => {
      writeFileSync(join(data, 'desktop.json'), text);
      expect(open().options.width).toBe(1360);
    },
  );

  it('comes to the front, even if it was minimised', () => {
    expect(showOpenWindow()).toBe(false);
    const window = open();
    window.mode = 'minimized';
    expect(showOpenWindow()).toBe(true);
    expect(window.restore).toHaveBeenCalledOnce();
    expect(window.show).toHaveBeenCalledOnce();
  });
});
