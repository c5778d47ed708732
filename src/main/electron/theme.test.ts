import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { openDesktopState } from './desktop-state.ts';
import { restoreTheme, setTheme } from './theme.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

const logger = pino({ level: 'silent' });

describe('the theme of the desktop app', () => {
  let data: string;

  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'slipway-theme-'));
  });
  afterEach(() => rmSync(data, { recursive: true }));

  it('is the theme of the page, at once and at the next start', () => {
    setTheme('light', openDesktopState(data, logger));
    expect(standIn.nativeTheme.themeSource).toBe('light');

    standIn.nativeTheme.themeSource = 'system';
    restoreTheme(openDesktopState(data, logger));
    expect(standIn.nativeTheme.themeSource).toBe('light');
  });

  it('is the system’s theme until one was chosen', () => {
    standIn.nativeTheme.themeSource = 'dark';
    restoreTheme(openDesktopState(data, logger));
    expect(standIn.nativeTheme.themeSource).toBe('system');
  });
});
