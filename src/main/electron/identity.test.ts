import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as standIn from '../testing/electron-stand-in.ts';
import { keepCrashReports } from './crash-reports.ts';
import { introduceApp } from './identity.ts';

vi.mock('electron', () => import('../testing/electron-stand-in.ts'));

describe('the desktop app', () => {
  beforeEach(() => {
    vi.clearAllMocks();
    standIn.app.isPackaged = false;
  });

  const introduce = (): void =>
    introduceApp({ version: '1.2.3', homepage: 'https://slipway.example', icon: '/icon.png' });

  it('is called Slipway, in its menus and in About', () => {
    introduce();
    expect(standIn.app.setName).toHaveBeenCalledExactlyOnceWith('Slipway');
    expect(standIn.app.setAboutPanelOptions).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ applicationName: 'Slipway', applicationVersion: '1.2.3' }),
    );
  });

  it('has the id that Windows requires for notifications', () => {
    introduce();
    expect(standIn.app.setAppUserModelId).toHaveBeenLastCalledWith(process.execPath);
    standIn.app.isPackaged = true;
    introduce();
    expect(standIn.app.setAppUserModelId).toHaveBeenLastCalledWith('dev.slipway.app');
  });

  it('keeps reports of crashes in the data folder, and sends none', () => {
    keepCrashReports('/data');
    expect(standIn.app.setPath).toHaveBeenCalledExactlyOnceWith('crashDumps', '/data/crashes');
    expect(standIn.crashReporter.start).toHaveBeenCalledExactlyOnceWith({ uploadToServer: false });
  });
});
