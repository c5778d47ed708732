import type { Session } from 'electron';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from './electron-stand-in.ts';
import { limitNavigation, limitPermissions, mayOpenOutside } from './navigation-limits.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

describe('the limits of a page', () => {
  let page: standIn.Contents;

  beforeEach(() => {
    vi.clearAllMocks();
    standIn.app.removeAllListeners();
    page = standIn.createContents('app://slipway/');
    limitNavigation(pino({ level: 'silent' }));
    standIn.app.emit('web-contents-created', {}, page);
  });

  it.each(['will-navigate', 'will-redirect', 'will-attach-webview'])('stop %s', (name) => {
    const event = { preventDefault: vi.fn<() => void>() };
    page.emit(name, event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });

  it('open no window, and hand a known https link to the browser', () => {
    const link = 'https://console.aws.amazon.com/ecs/v2/clusters?region=eu-central-1';
    expect(standIn.openLink(page, link)).toEqual({ action: 'deny' });
    expect(standIn.shell.openExternal).toHaveBeenCalledExactlyOnceWith(link);
  });

  it.each([
    'http://github.com/',
    'https://github.com.evil.example/',
    'https://evil.example/github.com',
    'https://github.com:8443/',
    'https://ana:hush@github.com/',
    'https://gist.github.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'not an address',
  ])('keep %s from the browser', (url) => {
    expect(standIn.openLink(page, url)).toEqual({ action: 'deny' });
    expect(standIn.shell.openExternal).not.toHaveBeenCalled();
    expect(mayOpenOutside(url)).toBe(false);
  });

  it.each([
    ['media', 'app://slipway/', false],
    ['notifications', 'app://slipway/', false],
    ['clipboard-read', 'app://slipway/', false],
    ['clipboard-sanitized-write', 'https://elsewhere.example/', false],
    ['clipboard-sanitized-write', 'app://slipway/', true],
  ] as const)('answer the permission %s for %s with %s', (permission, requestingUrl, granted) => {
    const session = standIn.createSession();
    limitPermissions(session as unknown as Session);
    const answer = vi.fn<(isGranted: boolean) => void>();
    const details = { isMainFrame: true, requestingUrl };
    const contents = standIn.asWebContents(page);
    session.setPermissionRequestHandler.mock.lastCall?.[0]?.(contents, permission, answer, details);
    expect(answer).toHaveBeenCalledExactlyOnceWith(granted);
    const check = session.setPermissionCheckHandler.mock.lastCall?.[0];
    expect(check?.(contents, permission, requestingUrl, details)).toBe(granted);
  });
});
