import { describe, expect, it, vi } from 'vitest';
import { menuTemplate } from './menu.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));

describe('the menu', () => {
  it('has developer tools only in a checkout', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(JSON.stringify(menuTemplate(platform, false))).toContain('toggleDevTools');
      expect(JSON.stringify(menuTemplate(platform, true))).not.toMatch(/toggleDevTools|reload/i);
    }
  });
});
