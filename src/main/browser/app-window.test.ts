import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserArguments, findBrowser, hasDisplay } from './installed-browser.ts';

describe('the window of the browser host', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-browsers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A program at this place; on Linux a backslash is a part of its name. */
  function install(name: string): string {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o755 });
    return file;
  }

  it('needs a display on Linux only', () => {
    expect(hasDisplay({ platform: 'linux', environment: {} })).toBe(false);
    expect(hasDisplay({ platform: 'linux', environment: { DISPLAY: ':0' } })).toBe(true);
    expect(hasDisplay({ platform: 'linux', environment: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true);
    expect(hasDisplay({ platform: 'darwin', environment: {} })).toBe(true);
  });

  it('turns Chromium’s sandbox off only where Chromium cannot start with it', () => {
    const flags = (platform: NodeJS.Platform, isRoot: boolean): readonly string[] =>
      browserArguments('file:///profile/open.html', '/profile', { platform, isRoot, environment: {} });
    expect(flags('linux', true)).toContain('--no-sandbox');
    expect(flags('linux', false)).not.toContain('--no-sandbox');
    expect(flags('darwin', true)).not.toContain('--no-sandbox');
  });

  it('prefers Chromium on Linux, wherever it is on the PATH', () => {
    install('a/google-chrome');
    const chromium = install('b/chromium');
    const environment = { PATH: `${join(folder, 'a')}:${join(folder, 'b')}` };
    expect(findBrowser({ platform: 'linux', environment })).toBe(chromium);
  });

  it('finds Chrome in the program folders of Windows', () => {
    const chrome = install('Program Files\\Google\\Chrome\\Application\\chrome.exe');
    const environment = { ProgramFiles: join(folder, 'Program Files') };
    expect(findBrowser({ platform: 'win32', environment })).toBe(chrome);
  });

  it('has no browser where none is installed', () => {
    expect(findBrowser({ platform: 'linux', environment: { PATH: folder } })).toBeUndefined();
  });
});
