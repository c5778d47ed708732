import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import { createUpdateOffer, type UpdatePorts, type UpdateQuestion, type Updater } from './update-offer.ts';

/** The installed app, as far as it decides whether it can replace itself. */
export interface Installation {
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `process.resourcesPath` */
  readonly resourcesPath: string;
}

const HOUR_MS = 3_600_000;

/**
 * Whether this installation can be updated by itself. What the package manager has installed (deb, rpm) is its own to
 * update, and a package that no release has built does not know where updates are.
 */
function canUpdate({ isPackaged, platform, environment, resourcesPath }: Installation): boolean {
  if (!isPackaged || !existsSync(join(resourcesPath, 'app-update.yml'))) return false;
  // The runtime of an AppImage names its file: https://docs.appimage.org/packaging-guide/environment-variables.html
  return platform === 'win32' || platform === 'darwin' || environment.APPIMAGE !== undefined;
}

/**
 * Offers new versions from now on, where the installation can be updated: looks at once, and then every hour. To be
 * called when the window shows, as it loads half a megabyte.
 */
export function offerUpdates(
  installation: Installation,
  ports: UpdatePorts,
  load: (platform: NodeJS.Platform) => Promise<Updater> = loadUpdater,
): void {
  if (!canUpdate(installation)) return;
  const offer = createUpdateOffer(ports, () => load(installation.platform));
  void offer();
  setInterval(() => void offer(), HOUR_MS).unref();
}

/** Asks in a native dialog, attached to the window if there is one. */
export async function askNatively({ message, detail, accept, decline }: UpdateQuestion): Promise<boolean> {
  const options: MessageBoxOptions = {
    type: 'question',
    message,
    detail,
    buttons: [accept, decline],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  };
  const [window] = BrowserWindow.getAllWindows();
  const answer = window ? await dialog.showMessageBox(window, options) : await dialog.showMessageBox(options);
  return answer.response === 0;
}

/**
 * The updater of a platform. Named and not left to electron-updater, which would take the updater of a deb for an
 * AppImage that was built beside one.
 */
async function loadUpdater(platform: NodeJS.Platform): Promise<Updater> {
  const { AppImageUpdater, MacUpdater, NsisUpdater } = await import('electron-updater');
  if (platform === 'darwin') return new MacUpdater();
  return platform === 'win32' ? new NsisUpdater() : new AppImageUpdater();
}
