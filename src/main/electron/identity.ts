import { app } from 'electron';

/** The id of the packaged app. Windows shows notifications only of an app that has one. */
const APP_ID = 'dev.slipway.app';

interface Identity {
  readonly version: string;
  readonly homepage: string | undefined;
  /** A PNG for the About window on Linux and Windows. */
  readonly icon: string;
}

/**
 * Gives the app its name in menus and dialogs, what About shows, and the AppUserModelId of Windows: that of the
 * installed shortcut, or the path of Electron in a checkout
 * (https://www.electronjs.org/docs/latest/tutorial/notifications#windows).
 */
export function introduceApp({ version, homepage, icon }: Identity): void {
  app.setName('Slipway');
  app.setAppUserModelId(app.isPackaged ? APP_ID : process.execPath);
  app.setAboutPanelOptions({
    applicationName: 'Slipway',
    applicationVersion: version,
    copyright: 'Copyright © 2026 The Slipway authors. MIT License.',
    iconPath: icon,
    ...(homepage === undefined ? {} : { website: homepage }),
  });
}
