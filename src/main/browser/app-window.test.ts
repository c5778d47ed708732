import { describe, expect, it } from 'vitest';
import { browserArguments, hasDisplay } from './app-window.ts';
import { browserCandidates } from './installed-browser.ts';

describe('the window of the browser host', () => {
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
    const candidates = browserCandidates({ platform: 'linux', environment: { PATH: '/a:/b' } });
    expect(candidates.slice(0, 2)).toEqual(['/a/chromium', '/b/chromium']);
  });

  it('looks for Chrome and Edge in the program folders of Windows', () => {
    const environment = { ProgramFiles: 'C:\\Program Files' };
    expect(browserCandidates({ platform: 'win32', environment })).toContain(
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    );
  });
});
