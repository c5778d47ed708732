import type { Session } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { limitNavigation, limitPermissions } from './navigation-limits.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

describe('the limits of a page', () => {
  const openLink = vi.fn<(address: string) => void>();
  let page: standIn.Contents;

  beforeEach(() => {
    vi.clearAllMocks();
    standIn.app.removeAllListeners();
    page = standIn.createContents('app://slipway/');
    limitNavigation(openLink);
    standIn.app.emit('web-contents-created', {}, page);
  });

  function isStopped(name: string, url: string): boolean {
    const event = { url, preventDefault: vi.fn<() => void>() };
    page.emit(name, event);
    return event.preventDefault.mock.calls.length > 0;
  }

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('stop %s to another site', (name) => {
    expect(isStopped(name, 'https://evil.example/')).toBe(true);
    expect(isStopped(name, 'app://slipway.evil.example/')).toBe(true);
    expect(isStopped(name, 'file:///etc/passwd')).toBe(true);
  });

  it('let the page reload itself, as Start over does after an error', () => {
    expect(isStopped('will-navigate', 'app://slipway/')).toBe(false);
  });

  it('stop every webview', () => {
    expect(isStopped('will-attach-webview', 'app://slipway/')).toBe(true);
  });

  it('open no window, and pass its address on', () => {
    expect(standIn.openLink(page, 'https://github.com/acme')).toEqual({ action: 'deny' });
    expect(openLink).toHaveBeenCalledExactlyOnceWith('https://github.com/acme');
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
